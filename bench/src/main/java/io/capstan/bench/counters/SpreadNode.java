package io.capstan.bench.counters;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.crdt.Ack;
import io.capstan.crdt.Counter;
import io.capstan.crdt.Counters;
import io.capstan.crdt.Token;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** One process of {@link SpreadMeasurement}: does what its standard input says, and ends with it. */
final class SpreadNode {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long SECOND = 1_000_000_000;
    private static final long TICK = 10_000_000;
    private static final long LOOK = 50_000;

    private final String name;
    private final Node node;
    private final Counters counters;

    private SpreadNode(String name, Node node) {
        this.name = name;
        this.node = node;
        this.counters = Counters.get(node);
    }

    public static void main(String[] arguments) throws IOException {
        String name = arguments[0];
        Start start =
                arguments[2].equals(arguments[3]) ? Start.bootstrap() : Start.joining("127.0.0.1:" + arguments[3]);
        Node node = Node.start(
                name,
                start,
                ConfigFactory.parseString("capstan.actors { directory = \"" + arguments[1] + "\", link.port = "
                        + arguments[2] + ", link.hostname = \"127.0.0.1\" }"));
        SpreadNode measured = new SpreadNode(name, node);
        while (!name.equals("a") && node.nodes().isEmpty()) {
            LockSupport.parkNanos(TICK);
        }
        System.out.println("started");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            measured.obey(line.split(" ", -1));
        }
        Runtime.getRuntime().halt(0);
    }

    private void obey(String[] words) {
        switch (words[0]) {
            case "load" -> load(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "fill" -> fill(Integer.parseInt(words[1]));
            case "reach" -> {
                for (int i = 1; i < words.length; i++) {
                    counters.await(Token.parse(words[i]), LONG)
                            .toCompletableFuture()
                            .join();
                }
                System.out.println("reached");
            }
            case "acknowledged" -> acknowledged(Integer.parseInt(words[1]));
            case "heap" -> heap();
            case "ddata" -> ddata(words[1].equals("fill"), Integer.parseInt(words[2]));
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    /** Changes so many counters a second; a tells when it increments the one that the others watch. */
    private void load(int seconds, int changesPerSecond) {
        List<Counter> load = new ArrayList<>();
        for (int i = 0; i < changesPerSecond; i++) {
            load.add(counters.counter("load/" + name + "/" + i));
        }
        Counter watched = counters.counter("watched");
        boolean telling = name.equals("a");
        List<Long> times = new ArrayList<>();
        long start = System.nanoTime();
        int changed = 0;
        long nextTold = start;
        for (long now = start; now - start < seconds * SECOND; now = System.nanoTime()) {
            long due = (now - start) * changesPerSecond / SECOND;
            for (; changed < due; changed++) {
                load.get(changed % load.size()).increment();
            }
            if (telling && now >= nextTold) {
                times.add(System.nanoTime());
                watched.increment();
                nextTold += 2 * TICK;
            }
            for (long value = telling ? 0 : watched.value(); times.size() < value; ) {
                times.add(System.nanoTime());
            }
            LockSupport.parkNanos(LOOK);
        }
        System.out.println((telling ? "told " : "seen ") + joined(times));
    }

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            counters.counter("filled/" + i).increment();
        }
        System.out.println("token " + counters.token().toCompletableFuture().join());
    }

    private void acknowledged(int seconds) {
        Counter counter = counters.counter("acknowledged");
        List<Long> micros = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; System.nanoTime() - start < seconds * SECOND; i++) {
            for (int change = 0; change < 1_000; change++) {
                counters.counter("filled/" + (i * 1_000 + change) % 1_000_000).increment();
            }
            long before = System.nanoTime();
            counter.add(1, Ack.replicas(1).within(LONG)).toCompletableFuture().join();
            micros.add((System.nanoTime() - before) / 1_000);
        }
        System.out.println("acknowledged " + joined(micros));
    }

    private void ddata(boolean fill, int count) {
        DdataCounters theirs = new DdataCounters(node);
        if (fill) {
            theirs.fill("filled/", count);
        } else {
            theirs.reach("filled/", count);
        }
        System.out.println("ddata");
    }

    private static void heap() {
        System.gc();
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.println("heap " + (runtime.totalMemory() - runtime.freeMemory()) / (1 << 20));
    }

    private static String joined(List<Long> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
}
