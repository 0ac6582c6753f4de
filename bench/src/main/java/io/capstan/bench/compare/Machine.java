package io.capstan.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What the kernel has counted until now: of some processes and their children the processor time and memory, of a directory's device the bytes
 * written and the flushes, of the machine the processor time. All zeros where there is no {@code /proc}.
 *
 * @param cpuSeconds of the processes, all their threads
 * @param rssMegabytes of the processes together
 * @param writtenBytes of the whole device, whoever wrote: what processes are said to have written is not what reached the disk
 * @param flushes of the whole device, that have come to their end
 * @param busySeconds of all processors together
 * @param loopbackPackets that went over the loopback, whoever sent them
 * @param loopbackBytes of these, with all headers but the wire's
 */
record Machine(
        double cpuSeconds,
        double rssMegabytes,
        long writtenBytes,
        long flushes,
        double busySeconds,
        long loopbackPackets,
        long loopbackBytes) {
    private static final double TICKS_PER_SECOND = 100;
    private static final int SECTOR_BYTES = 512;
    // Of /proc/PID/stat, after the name in brackets and the state.
    private static final int USER_TICKS = 10;
    private static final int SYSTEM_TICKS = 11;
    // Of /sys/dev/block/…/stat.
    private static final int SECTORS_WRITTEN = 6;
    private static final int FLUSHES = 15;
    // Of the first line of /proc/stat, after its name.
    private static final int IDLE = 3;
    private static final int WAITING = 4;
    private static final int GUESTS = 8;

    static Machine look(Collection<Long> processes, Path directory) throws IOException {
        if (!Files.exists(Path.of("/proc/stat"))) {
            return new Machine(0, 0, 0, 0, 0, 0, 0);
        }
        double cpu = 0;
        double rss = 0;
        for (long process : processes) {
            for (long each : withChildren(process)) {
                cpu += cpuSeconds(each);
                rss += rssMegabytes(each);
            }
        }
        long[] device = device(directory);
        long[] loopback = loopback();
        return new Machine(
                cpu,
                rss,
                device.length > SECTORS_WRITTEN ? device[SECTORS_WRITTEN] * SECTOR_BYTES : 0,
                device.length > FLUSHES ? device[FLUSHES] : 0,
                busyOfAll(),
                loopback[1],
                loopback[0]);
    }

    /** Some have servers of another language beside them. */
    private static long[] withChildren(long process) {
        Stream<ProcessHandle> children = ProcessHandle.of(process).stream().flatMap(ProcessHandle::descendants);
        return LongStream.concat(LongStream.of(process), children.mapToLong(ProcessHandle::pid))
                .toArray();
    }

    Machine since(Machine before) {
        return new Machine(
                cpuSeconds - before.cpuSeconds,
                rssMegabytes,
                writtenBytes - before.writtenBytes,
                flushes - before.flushes,
                busySeconds - before.busySeconds,
                loopbackPackets - before.loopbackPackets,
                loopbackBytes - before.loopbackBytes);
    }

    private static double cpuSeconds(long process) throws IOException {
        Path stat = Path.of("/proc/" + process + "/stat");
        if (!Files.exists(stat)) {
            return 0;
        }
        String line = Files.readString(stat);
        // Not all of them are numbers that a long can hold.
        String[] words = line.substring(line.lastIndexOf(')') + 4).split(" ", -1);
        return (Long.parseLong(words[USER_TICKS]) + Long.parseLong(words[SYSTEM_TICKS])) / TICKS_PER_SECOND;
    }

    private static double rssMegabytes(long process) throws IOException {
        Path status = Path.of("/proc/" + process + "/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .sum()
                / 1024.0;
    }

    private static long[] device(Path directory) throws IOException {
        long number = ((Number) Files.getAttribute(directory, "unix:dev")).longValue();
        long major = (number >> 8) & 0xfff;
        long minor = (number & 0xff) | ((number >> 12) & 0xfff00);
        Path stat = Path.of("/sys/dev/block/" + major + ":" + minor + "/stat");
        return Files.exists(stat) ? numbers(Files.readString(stat)) : new long[0];
    }

    private static double busyOfAll() throws IOException {
        long[] ticks = numbers(Files.readAllLines(Path.of("/proc/stat")).get(0).substring("cpu".length()));
        return (Arrays.stream(ticks).limit(GUESTS).sum() - ticks[IDLE] - ticks[WAITING]) / TICKS_PER_SECOND;
    }

    /** Of /proc/net/dev, after its name: bytes, packets, and more. */
    private static long[] loopback() throws IOException {
        return Files.readAllLines(Path.of("/proc/net/dev")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("lo:"))
                .map(line -> numbers(line.substring("lo:".length())))
                .findFirst()
                .orElse(new long[2]);
    }

    private static long[] numbers(String text) {
        return Arrays.stream(text.trim().split(" +", -1))
                .mapToLong(Long::parseLong)
                .toArray();
    }
}
