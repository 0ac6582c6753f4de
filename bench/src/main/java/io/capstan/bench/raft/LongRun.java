package io.capstan.bench.raft;

import io.capstan.bench.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What only time shows, on three processes of this machine: whether throughput, disk use and memory stay what they are
 * while millions of entries come and snapshots take their place; and what a large snapshot costs whoever starts on it, and
 * whoever is sent it.
 */
public final class LongRun implements AutoCloseable {
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int IN_FLIGHT = 2_500;
    private static final int PARTS = 10;
    private static final int FEW_IN_FLIGHT = 16;
    private static final long PAUSE_NANOS = 2_000_000_000;
    private static final double MEGA = 1024 * 1024;

    private final Path directory;
    private final List<String> flags;
    private final String machine;
    private final String first = String.valueOf(Child.freePort());
    private final Map<String, String> ports = new TreeMap<>();
    private final Map<String, Child> children = new TreeMap<>();

    private LongRun(Path directory, List<String> flags, String machine) {
        this.directory = directory;
        this.flags = flags;
        this.machine = machine;
    }

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
        try (LongRun run = new LongRun(directory, List.of("-Xmx512m", "-XX:+UseSerialGC"), "echo")) {
            run.makeGroup();
            for (int part = 1; part <= PARTS; part++) {
                long[] found = run.numbers("a", "entries " + IN_FLIGHT + " " + count / PARTS, "entries");
                told.add(String.format(
                        Locale.ROOT,
                        "%,d entries: %,.0f/s, %d failed; MiB on the disk %s; MiB of memory %s",
                        count / PARTS * part,
                        found[0] / (found[2] / 1e9),
                        found[1],
                        run.onDisk(),
                        run.resident()));
            }
        }
        return told;
    }

    /** A snapshot of so many MiB, on heaps of 160 MiB. */
    static List<String> snapshot(Path directory, long megabytes) throws IOException, InterruptedException {
        List<String> told = new ArrayList<>();
        List<String> flags = List.of("-Xmx160m", "-XX:+UseSerialGC");
        try (LongRun run = new LongRun(directory, flags, "bulk" + megabytes)) {
            run.makeGroup();
            run.numbers("a", "entries 100 10000", "entries");
            long begin = System.nanoTime();
            for (String name : NAMES) {
                run.ask(name, "snapshot", "snapshot");
            }
            told.add(String.format(
                    Locale.ROOT,
                    "three snapshots of %d MiB taken in %.1f s; MiB on the disk %s; MiB of memory %s",
                    megabytes,
                    seconds(begin),
                    run.onDisk(),
                    run.resident()));

            run.child("b").kill();
            begin = System.nanoTime();
            run.start("b");
            run.ask("b", "", "started");
            told.add(String.format(Locale.ROOT, "a node is started again on it in %.1f s", seconds(begin)));
            run.ask("b", "applied", "applied");
            told.add(String.format(
                    Locale.ROOT, "and has restored it after %.1f s; MiB of memory %s", seconds(begin), run.resident()));

            begin = System.nanoTime();
            run.start("d");
            run.ask("d", "", "started");
            run.ask("d", "applied", "applied");
            told.add(String.format(
                    Locale.ROOT,
                    "an empty node was sent it and has restored it after %.1f s; MiB of memory %s",
                    seconds(begin),
                    run.resident()));
        }
        return told;
    }

    /** For so long; how many elections there were. */
    static List<String> pauses(Path directory, double seconds) throws IOException, InterruptedException {
        try (LongRun run = new LongRun(directory, List.of("-Xmx512m", "-XX:+UseSerialGC"), "echo")) {
            run.makeGroup();
            Random random = new Random();
            long term = run.numbers("a", "term", "term")[0];
            long begin = System.nanoTime();
            long written = 0;
            int pauses = 0;
            while (seconds(begin) < seconds) {
                run.child("a").say("pipelined " + FEW_IN_FLIGHT + " 8");
                LockSupport.parkNanos((long) (random.nextDouble() * 5e9));
                Child paused = run.child(random.nextBoolean() ? "b" : "c");
                paused.pause(true);
                LockSupport.parkNanos(PAUSE_NANOS);
                paused.pause(false);
                pauses++;
                written += run.numbers("a", "", "pipelined")[0];
            }
            return List.of(
                    run.elections(term, begin, written) + "; followers were stopped for 2 s " + pauses + " times");
        }
    }

    /** For so long; how many elections there were. */
    static List<String> flood(Path directory, double seconds) throws IOException {
        try (LongRun run = new LongRun(directory, List.of("-Xmx512m", "-XX:+UseSerialGC"), "echo")) {
            run.makeGroup();
            long term = run.numbers("a", "term", "term")[0];
            long begin = System.nanoTime();
            run.child("b").say("flood " + seconds);
            run.child("c").say("flood " + seconds);
            long written = run.numbers("a", "pipelined " + FEW_IN_FLIGHT + " " + seconds, "pipelined")[0];
            long sent = run.numbers("b", "", "flood")[0] + run.numbers("c", "", "flood")[0];
            return List.of(run.elections(term, begin, written)
                    + String.format(Locale.ROOT, "; %,d messages of users were sent", sent));
        }
    }

    private String elections(long term, long begin, long written) throws IOException {
        return String.format(
                Locale.ROOT,
                "%.0f s, %,d writes, %d in flight: %d elections",
                seconds(begin),
                written,
                FEW_IN_FLIGHT,
                numbers("a", "term", "term")[0] - term);
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private void makeGroup() throws IOException {
        for (String name : NAMES) {
            start(name);
        }
        for (String name : NAMES) {
            ask(name, "", "started");
        }
        ask("a", "make a b c", "made");
        ask("a", "lead a", "leads");
    }

    private void start(String name) throws IOException {
        Path files = directory.resolve(name);
        String port =
                ports.computeIfAbsent(name, fresh -> fresh.equals("a") ? first : String.valueOf(Child.freePort()));
        children.put(
                name, Child.start(files, flags, MemberProcess.class, name, files.toString(), port, first, machine));
    }

    private Child child(String name) {
        return java.util.Objects.requireNonNull(children.get(name), name);
    }

    private String ask(String name, String question, String answer) throws IOException {
        if (!question.isEmpty()) {
            child(name).say(question);
        }
        return child(name).answer(answer);
    }

    private long[] numbers(String name, String question, String answer) throws IOException {
        return Arrays.stream(ask(name, question, answer).split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    private String onDisk() throws IOException {
        List<String> each = new ArrayList<>();
        for (String name : children.keySet()) {
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
    private String resident() throws IOException {
        List<String> each = new ArrayList<>();
        for (Child child : children.values()) {
            each.add(child.status("VmRSS") / 1024 + " (" + child.status("VmHWM") / 1024 + ")");
        }
        return String.join(" ", each);
    }

    @Override
    public void close() {
        children.values().forEach(Child::close);
    }
}
