package io.capstan.bench.counters;

import io.capstan.testkit.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Three processes: how soon an increment is seen by the others while 10,000 counters change a second, and, with {@code
 * -Dcounters=1000000}, how soon a fourth has so many counters of three writers, and how long an acknowledged add takes
 * meanwhile; with {@code -Dddata=100000} how soon so many counters of one writer are on two others, ours and Pekko
 * Distributed Data's. Times of different processes are of the machine's one monotonic clock.
 */
public final class SpreadMeasurement {
    private static final int SECONDS = Integer.getInteger("seconds", 20);
    private static final int COUNTERS = Integer.getInteger("counters", 0);
    private static final int DDATA = Integer.getInteger("ddata", 0);
    private static final int PORT = Integer.getInteger("port", 27_551);
    private static final int CHANGES_PER_SECOND = 10_000;
    private static final List<String> NAMES = List.of("a", "b", "c");

    private SpreadMeasurement() {}

    private static ChildProcess child(Path directory, String name, int number) throws IOException {
        ChildProcess child = ChildProcess.start(
                directory.resolve(name),
                List.of("-Xmx2g", "-XX:+UseSerialGC"),
                SpreadNode.class,
                name,
                directory.resolve(name).toString(),
                String.valueOf(PORT + number),
                String.valueOf(PORT));
        child.answer("started");
        return child;
    }

    /** Prints a table of what was seen. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory("capstan-spread");
        Map<String, ChildProcess> children = new HashMap<>();
        try {
            for (String name : NAMES) {
                children.put(name, child(directory, name, NAMES.indexOf(name)));
            }
            spread(new ArrayList<>(children.values()));
            if (DDATA > 0) {
                beside(new ArrayList<>(children.values()));
            }
            if (COUNTERS > 0) {
                join(directory, children);
            }
        } finally {
            children.values().forEach(ChildProcess::close);
        }
    }

    private static void spread(List<ChildProcess> children) throws IOException {
        for (ChildProcess child : children) {
            child.say("load " + SECONDS + " " + CHANGES_PER_SECOND / children.size());
        }
        long[] told = times(children.get(0).answer("told"));
        for (ChildProcess child : children.subList(1, children.size())) {
            long[] seen = times(child.answer("seen"));
            int cold = told.length / 3; // While all processes still compile.
            long[] micros = new long[Math.min(told.length, seen.length) - cold];
            for (int i = 0; i < micros.length; i++) {
                micros[i] = (seen[cold + i] - told[cold + i]) / 1_000;
            }
            print("an increment is seen by another process", micros);
        }
    }

    private static void beside(List<ChildProcess> children) throws IOException {
        List<ChildProcess> others = children.subList(1, children.size());
        long start = System.nanoTime();
        children.get(0).say("fill " + DDATA);
        String token = children.get(0).answer("token");
        for (ChildProcess child : others) {
            child.say("reach " + token);
        }
        for (ChildProcess child : others) {
            child.answer("reached");
        }
        printReached("ours", start);
        start = System.nanoTime();
        children.get(0).say("ddata fill " + DDATA);
        children.get(0).answer("ddata");
        for (ChildProcess child : others) {
            child.say("ddata reach " + DDATA);
        }
        for (ChildProcess child : others) {
            child.answer("ddata");
        }
        printReached("Pekko's", start);
    }

    private static void printReached(String whose, long start) {
        System.out.printf(
                Locale.ROOT,
                "%,d counters of one writer, %s, on both others %,d ms after the first was incremented%n",
                DDATA,
                whose,
                (System.nanoTime() - start) / 1_000_000);
    }

    private static void join(Path directory, Map<String, ChildProcess> children) throws IOException {
        for (ChildProcess child : children.values()) {
            child.say("fill " + COUNTERS);
        }
        List<String> tokens = new ArrayList<>();
        for (ChildProcess child : children.values()) {
            tokens.add(child.answer("token"));
        }
        for (ChildProcess child : children.values()) {
            long start = System.nanoTime();
            child.say("reach " + String.join(" ", tokens));
            child.answer("reached");
            System.out.printf(Locale.ROOT, "all counters here after %,d ms%n", (System.nanoTime() - start) / 1_000_000);
        }
        ChildProcess first = children.values().iterator().next();
        first.say("acknowledged 20");
        ChildProcess fresh = child(directory, "d", NAMES.size());
        children.put("d", fresh);
        long start = System.nanoTime();
        fresh.say("reach " + String.join(" ", tokens));
        fresh.answer("reached");
        System.out.printf(
                Locale.ROOT,
                "a fresh node has %,d counters of 3 writers %,d ms after it started; heap in use there %s MB%n",
                COUNTERS,
                (System.nanoTime() - start) / 1_000_000,
                heap(fresh));
        print("Ack.replicas(1) while a node joins", times(first.answer("acknowledged")));
        System.out.printf("heap in use on a writer %s MB%n", heap(first));
    }

    private static String heap(ChildProcess child) throws IOException {
        child.say("heap");
        return child.answer("heap");
    }

    private static long[] times(String text) {
        return Arrays.stream(text.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
    }

    private static void print(String what, long[] micros) {
        Arrays.sort(micros);
        int last = micros.length - 1;
        System.out.printf(
                Locale.ROOT,
                "%s: p50 %,d µs, p99 %,d µs, max %,d µs (%d times)%n",
                what,
                micros[last / 2],
                micros[last * 99 / 100],
                micros[last],
                micros.length);
    }
}
