package io.capstan.bench.raft;

import io.capstan.testkit.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What only time shows, on three processes of this machine: whether throughput, disk use and memory stay what they are
 * while millions of entries come and snapshots take their place; and what a large snapshot costs whoever starts on it, and
 * whoever is sent it.
 */
public final class LongRun {
    private static final int IN_FLIGHT = 2_500;
    private static final int PARTS = 10;
    private static final int FEW_IN_FLIGHT = 16;
    private static final long PAUSE_NANOS = 2_000_000_000;
    private static final double MEGA = 1024 * 1024;

    private LongRun() {}

    /**
     * {@code LongRun entries COUNT}: writes so many entries of 256 bytes, 2,500 in flight. {@code LongRun snapshot MEBIBYTES}:
     * takes a snapshot of that size, starts a node on it again, and has an empty node join. {@code LongRun pauses SECONDS}:
     * stops a follower for two seconds (SIGSTOP) now and then, under load. {@code LongRun flood SECONDS}: every follower sends
     * users' messages to all others as fast as Pekko takes them, under load.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("capstan-long");
        if (arguments[0].equals("entries")) {
            entries(directory, Long.parseLong(arguments[1])).forEach(System.out::println);
        } else if (arguments[0].equals("pauses")) {
            pauses(directory, Double.parseDouble(arguments[1])).forEach(System.out::println);
        } else if (arguments[0].equals("flood")) {
            flood(directory, Double.parseDouble(arguments[1])).forEach(System.out::println);
        } else {
            snapshot(directory, Long.parseLong(arguments[1])).forEach(System.out::println);
        }
    }

    /** Writes {@code count} entries; a line for each tenth of them. */
    static List<String> entries(Path directory, long count) throws IOException {
        List<String> told = new ArrayList<>();
        try (Members run = Members.ofGroup(directory, List.of("-Xmx512m", "-XX:+UseSerialGC"), "echo")) {
            for (int part = 1; part <= PARTS; part++) {
                long[] found = run.numbers("a", "entries " + IN_FLIGHT + " " + count / PARTS, "entries");
                told.add(String.format(
                        Locale.ROOT,
                        "%,d entries: %,.0f/s, %d failed; MiB on the disk %s; MiB of memory %s",
                        count / PARTS * part,
                        found[0] / (found[2] / 1e9),
                        found[1],
                        onDisk(directory, run),
                        resident(run)));
            }
        }
        return told;
    }

    /** A snapshot of so many MiB, on heaps of 160 MiB. */
    static List<String> snapshot(Path directory, long megabytes) throws IOException, InterruptedException {
        List<String> told = new ArrayList<>();
        List<String> flags = List.of("-Xmx160m", "-XX:+UseSerialGC");
        try (Members run = Members.ofGroup(directory, flags, "bulk" + megabytes)) {
            run.numbers("a", "entries 100 10000", "entries");
            long begin = System.nanoTime();
            for (String name : Members.NAMES) {
                run.ask(name, "snapshot", "snapshot");
            }
            told.add(String.format(
                    Locale.ROOT,
                    "three snapshots of %d MiB taken in %.1f s; MiB on the disk %s; MiB of memory %s",
                    megabytes,
                    seconds(begin),
                    onDisk(directory, run),
                    resident(run)));

            run.kill("b");
            begin = System.nanoTime();
            run.start("b");
            told.add(String.format(Locale.ROOT, "a node is started again on it in %.1f s", seconds(begin)));
            run.ask("b", "applied", "applied");
            told.add(String.format(
                    Locale.ROOT, "and has restored it after %.1f s; MiB of memory %s", seconds(begin), resident(run)));

            told.add("writes before: " + paced(run, 5));
            long term = run.numbers("a", "term", "term")[0];
            run.add("d");
            begin = System.nanoTime();
            run.child("a").say("pace");
            run.ask("d", "applied", "applied");
            double took = seconds(begin);
            told.add(String.format(
                    Locale.ROOT,
                    "an empty node that had just started was sent it and had restored it after %.1f s, %.0f MiB/s; MiB of"
                            + " memory %s",
                    took,
                    megabytes / took,
                    resident(run)));
            told.add("writes meanwhile: " + paced(run, 0) + "; " + (run.numbers("a", "term", "term")[0] - term)
                    + " elections");
        }
        return told;
    }

    /** The latency of a hundred writes a second: after so many seconds, or since they were begun. */
    private static String paced(Members run, int seconds) throws IOException {
        if (seconds > 0) {
            run.child("a").say("pace");
            LockSupport.parkNanos(seconds * 1_000_000_000L);
        }
        long[] found = run.numbers("a", "paced", "paced");
        return String.format(
                Locale.ROOT,
                "%d, %.2f ms at the median, %.2f in 99 of 100, %.2f at the most",
                found[0],
                found[1] / 1e6,
                found[2] / 1e6,
                found[3] / 1e6);
    }

    /** For so long; how many elections there were. */
    static List<String> pauses(Path directory, double seconds) throws IOException, InterruptedException {
        try (Members run = Members.ofGroup(directory, List.of("-Xmx512m", "-XX:+UseSerialGC"), "echo")) {
            Random random = new Random();
            long term = run.numbers("a", "term", "term")[0];
            long[] lost = lost(run);
            long begin = System.nanoTime();
            long written = 0;
            int pauses = 0;
            while (seconds(begin) < seconds) {
                run.child("a").say("pipelined " + FEW_IN_FLIGHT + " 8");
                LockSupport.parkNanos((long) (random.nextDouble() * 5e9));
                ChildProcess paused = run.child(random.nextBoolean() ? "b" : "c");
                paused.pause(true);
                LockSupport.parkNanos(PAUSE_NANOS);
                paused.pause(false);
                pauses++;
                written += run.numbers("a", "", "pipelined")[0];
            }
            return List.of(elections(run, term, begin, written) + "; followers were stopped for 2 s " + pauses
                    + " times; " + since(run, lost));
        }
    }

    /** For so long; how many elections there were. */
    static List<String> flood(Path directory, double seconds) throws IOException {
        try (Members run = Members.ofGroup(directory, List.of("-Xmx512m", "-XX:+UseSerialGC"), "echo")) {
            long term = run.numbers("a", "term", "term")[0];
            long[] lost = lost(run);
            long begin = System.nanoTime();
            run.child("b").say("flood " + seconds);
            run.child("c").say("flood " + seconds);
            long written = run.numbers("a", "pipelined " + FEW_IN_FLIGHT + " " + seconds, "pipelined")[0];
            long sent = run.numbers("b", "", "flood")[0] + run.numbers("c", "", "flood")[0];
            return List.of(elections(run, term, begin, written)
                    + String.format(Locale.ROOT, "; %,d messages of users were sent; ", sent)
                    + since(run, lost));
        }
    }

    private static String elections(Members run, long term, long begin, long written) throws IOException {
        return String.format(
                Locale.ROOT,
                "%.0f s, %,d writes, %d in flight: %d elections",
                seconds(begin),
                written,
                FEW_IN_FLIGHT,
                run.numbers("a", "term", "term")[0] - term);
    }

    /** How often any node has lost sight of another so far: of its links, of Pekko's members. */
    private static long[] lost(Members run) throws IOException {
        long[] all = new long[2];
        for (String name : run.names()) {
            long[] each = run.numbers(name, "watch", "watch");
            all[0] += each[0];
            all[1] += each[1];
        }
        return all;
    }

    private static String since(Members run, long[] before) throws IOException {
        long[] now = lost(run);
        return (now[0] - before[0]) + " links lost, Pekko called a member unreachable " + (now[1] - before[1])
                + " times";
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private static String onDisk(Path directory, Members run) throws IOException {
        List<String> each = new ArrayList<>();
        for (String name : run.names()) {
            try (Stream<Path> files = Files.walk(directory.resolve(name))) {
                long bytes = files.filter(Files::isRegularFile)
                        .mapToLong(file -> file.toFile().length())
                        .sum();
                each.add(String.format(Locale.ROOT, "%.0f", bytes / MEGA));
            }
        }
        return String.join(" ", each);
    }

    /** Of each process, now and at the most. */
    private static String resident(Members run) throws IOException {
        List<String> each = new ArrayList<>();
        for (String name : run.names()) {
            ChildProcess child = run.child(name);
            each.add(child.status("VmRSS") / 1024 + " (" + child.status("VmHWM") / 1024 + ")");
        }
        return String.join(" ", each);
    }
}
