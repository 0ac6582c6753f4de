package io.capstan.bench.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast names and groups are between three processes, beside OTP's {@code global} and {@code pg} and Pekko's
 * Receptionist, in rounds in which all take turns. Each figure is told as soon as it is known.
 */
public final class RegistryMeasurement {
    private static final List<String> OTHERS = List.of("b", "c");
    private static final long PAUSE = 10_000_000;
    private static final int WARMINGS_MAX = 15;
    /** More of them compile nothing more. */
    private static final int WARMING_SIZE_MAX = 10_000;
    /** Registered one after the other: enough for 99 of 100. */
    private static final int SEQUENCE_MAX = 10_000;

    /** The compilers' share of the time, of all three processes together. */
    private static final double COMPILING_MAX = 0.3;

    private final int size;
    private final int warmingsMax;
    private final Told told;

    /** Who hears of figures. */
    @FunctionalInterface
    public interface Told {
        void tell(Part part, Contender contender, String metric, double value, String unit);
    }

    /** What is measured, one after the other. */
    public enum Part {
        REGISTERS,
        JOINS,
        WHEREIS,
        HEAL,
        /** The last: one process is killed, and what is started in its place has its code to compile. */
        PURGE
    }

    private RegistryMeasurement(int size, int warmingsMax, Told told) {
        this.size = size;
        this.warmingsMax = warmingsMax;
        this.told = told;
    }

    /**
     * Measures.
     *
     * @param size how many names and members, where many are needed
     * @param parts at least one
     */
    public static void measure(int size, int rounds, Set<Contender> contenders, Set<Part> parts, Told told)
            throws IOException {
        measure(size, WARMINGS_MAX, rounds, contenders, parts, told);
    }

    /** The same, with every contender warmed so often at most: of one no figure says more than that it can be measured. */
    static void measure(int size, int warmingsMax, int rounds, Set<Contender> contenders, Set<Part> parts, Told told)
            throws IOException {
        RegistryMeasurement measurement = new RegistryMeasurement(size, warmingsMax, told);
        List<Trio> trios = new ArrayList<>();
        try {
            for (Contender contender : contenders) {
                trios.add(new Trio(contender));
            }
            for (Trio trio : trios) {
                trio.meet();
                measurement.warm(trio);
            }
            for (Part part : EnumSet.copyOf(parts)) {
                for (int round = 0; round < rounds; round++) {
                    for (Trio trio : trios) {
                        measurement.round(part, trio, "r" + round);
                    }
                    Collections.rotate(trios, -1);
                }
            }
        } finally {
            trios.forEach(Trio::close);
        }
    }

    private void tell(Part part, Trio trio, String metric, double value, String unit) {
        told.tell(part, trio.contender, metric, value, unit);
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    /**
     * Until the compilers of Java's virtual machines, which share the processors with what is measured, are at work no
     * more than a little: until then one measures them.
     */
    private void warm(Trio trio) throws IOException {
        boolean compiles = trio.contender != Contender.OTP;
        int few = Math.min(size, WARMING_SIZE_MAX);
        for (int i = 0; compiles && i < warmingsMax; i++) {
            long compiled = sum(trio.all("compiled"));
            long began = System.nanoTime();
            if (trio.contender.hasNames()) {
                trio.ask("a", "sequential warm-seq- " + Math.max(10, few / 5));
                trio.ask("a", "parallel warm-par- " + few);
                drop(trio, "warm-");
            }
            show(trio, "warm" + i, few);
            compiles = sum(trio.all("compiled")) - compiled > COMPILING_MAX * millisSince(began);
        }
    }

    private static long sum(List<String> numbers) {
        return numbers.stream().mapToLong(Long::parseLong).sum();
    }

    private void round(Part part, Trio trio, String round) throws IOException {
        if (part != Part.JOINS && !trio.contender.hasNames()) {
            return;
        }
        switch (part) {
            case REGISTERS -> registers(trio, round);
            case JOINS -> joins(trio, round);
            case WHEREIS -> whereis(trio);
            case PURGE -> purge(trio, round);
            case HEAL -> heal(trio, round);
        }
    }

    private void whereis(Trio trio) throws IOException {
        String[] nanos = trio.ask("b", "whereis " + 100 * size).split(" ", -1);
        tell(Part.WHEREIS, trio, "whereis", Double.parseDouble(nanos[0]), "ns");
        if (nanos.length > 1) {
            tell(Part.WHEREIS, trio, "concurrent_hash_map_get_beside_it", Double.parseDouble(nanos[1]), "ns");
        }
        drop(trio, "whereis");
    }

    private void registers(Trio trio, String round) throws IOException {
        long[] took = Trio.numbers(trio.ask(
                "a", "sequential " + round + "seq- " + Math.max(10, Math.min(size / 10, SEQUENCE_MAX))));
        tell(Part.REGISTERS, trio, "register_p50_1_client", (double) took[0], "us");
        tell(Part.REGISTERS, trio, "register_p99_1_client", (double) took[1], "us");
        tell(
                Part.REGISTERS,
                trio,
                "registers_per_s_" + MeasuredNode.CLIENTS + "_clients",
                Double.parseDouble(trio.ask("a", "parallel " + round + "par- " + size / 2)),
                "1/s");
        drop(trio, round);
    }

    private void joins(Trio trio, String round) throws IOException {
        tell(Part.JOINS, trio, size + "_joins_until_all_show_them", show(trio, round + "joins", size), "ms");
    }

    /**
     * Has one process join so many groups, until all nodes show them, and end, until nobody shows them any more: the next one's
     * turn is not to be theirs too. How long the first took, in milliseconds.
     */
    private static double show(Trio trio, String scope, int count) throws IOException {
        trio.all("scope " + scope);
        long start = System.nanoTime();
        OTHERS.forEach(name -> trio.say(name, "joined " + scope + " " + count));
        trio.ask("a", "joins " + scope + " " + count);
        for (String name : OTHERS) {
            trio.answer(name, "joined");
        }
        double took = millisSince(start);
        trio.ask("a", "drop");
        trio.all("parted " + scope + " " + count);
        return took;
    }

    private void purge(Trio trio, String round) throws IOException {
        String prefix = round + "purged-";
        trio.ask("c", "fill " + prefix + " 0 " + size);
        List<String> living = List.of("a", "b");
        String line = "purge " + prefix + " 1";
        living.forEach(name -> trio.say(name, line));
        long start = System.nanoTime();
        trio.kill("c");
        double longest = 0;
        for (String name : living) {
            longest = Math.max(longest, Double.parseDouble(trio.answer(name, line)));
        }
        tell(Part.PURGE, trio, size + "_names_of_a_killed_node_gone_after_it_is_known", longest / 1_000, "ms");
        tell(Part.PURGE, trio, size + "_names_of_a_killed_node_gone_after_the_kill", millisSince(start), "ms");
        trio.again("c");
    }

    private void heal(Trio trio, String round) throws IOException {
        String prefix = round + "heal-";
        int conflicts = size / 10;
        trio.ask("a", "cut b c");
        trio.those(OTHERS, "cut a");
        trio.ask("a", "sees 0");
        trio.those(OTHERS, "sees 1");
        trio.say("a", "fill " + prefix + " 0 " + size);
        trio.ask("b", "fill " + prefix + " " + (size - conflicts) + " " + (2 * size - conflicts));
        trio.answer("a", "fill");
        long start = System.nanoTime();
        trio.all("heal");
        trio.all("sees 2");
        double reachable = millisSince(start);
        while (sum(trio.all("told")) < conflicts) {
            LockSupport.parkNanos(PAUSE); // Digests of all names would take the time that is measured.
        }
        while (!converged(trio.all("digest " + prefix), 2 * size - conflicts)) {
            LockSupport.parkNanos(PAUSE);
        }
        double took = millisSince(start);
        String metric = size + "_names_a_side_" + conflicts + "_in_conflict_settled_after_";
        tell(Part.HEAL, trio, metric + "all_are_reachable", took - reachable, "ms");
        tell(Part.HEAL, trio, metric + "the_heal", took, "ms");
        drop(trio, prefix);
    }

    private void drop(Trio trio, String prefix) throws IOException {
        trio.all("drop");
        trio.all("gone " + prefix);
    }

    /** Digests are: names shown, a hash of them and their owners' nodes. */
    private static boolean converged(List<String> digests, int names) {
        for (String digest : digests) {
            long[] numbers = Trio.numbers(digest);
            if (numbers[0] != names || numbers[1] != Trio.numbers(digests.get(0))[1]) {
                return false;
            }
        }
        return true;
    }
}
