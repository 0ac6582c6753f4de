package io.capstan.bench.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * How fast names and groups are between three processes, beside OTP's {@code global} and {@code pg} and Pekko's
 * Receptionist: {@code RegistryMeasurement [SIZE [ROUNDS [CONTENDER | PART…]]]}, with SIZE names and members where many
 * are needed (10,000), so many rounds (3) in which all take turns, and of all contenders and parts or of those that are
 * named. Each figure is told as soon as it is known, and then a table of all: whoever stops it, or waits for a contender
 * that does not get there, has what was measured until then.
 */
public final class RegistryMeasurement {
    private static final List<String> OTHERS = List.of("b", "c");
    private static final long PAUSE = 10_000_000;
    private static final int WARMINGS_MAX = 15;

    /** The compilers' share of the time, of all three processes together. */
    private static final double COMPILING_MAX = 0.3;

    private final int size;
    private final int warmingsMax;
    private final Set<Part> parts;
    private final Consumer<String> progress;
    private final Map<String, Map<Contender, List<Double>>> figures = new LinkedHashMap<>();

    /** What is measured, one after the other. */
    enum Part {
        REGISTERS,
        JOINS,
        WHEREIS,
        HEAL,
        /** The last: one process is killed, and what is started in its place has its code to compile. */
        PURGE
    }

    private RegistryMeasurement(int size, int warmingsMax, Set<Part> parts, Consumer<String> progress) {
        this.size = size;
        this.warmingsMax = warmingsMax;
        this.parts = parts;
        this.progress = progress;
    }

    /** Prints all figures, and a table of them. */
    public static void main(String[] arguments) throws IOException {
        int size = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        Set<String> wanted = Set.of(Arrays.copyOfRange(arguments, Math.min(2, arguments.length), arguments.length));
        RegistryMeasurement measurement =
                new RegistryMeasurement(size, WARMINGS_MAX, wanted(Part.class, wanted), System.out::println);
        measurement.measure(rounds, wanted(Contender.class, wanted)).forEach(System.out::println);
    }

    /** Those that are named; all, if none is. */
    private static <E extends Enum<E>> Set<E> wanted(Class<E> all, Set<String> names) {
        EnumSet<E> named = EnumSet.allOf(all);
        named.removeIf(each -> !names.contains(each.name()));
        return named.isEmpty() ? EnumSet.allOf(all) : named;
    }

    /**
     * Measures all of it, telling {@code progress} of each figure; returns a table of medians. Warmed once, so it is no more
     * than a look whether all of it works.
     */
    static List<String> tried(int size, int rounds, Set<Contender> contenders, Consumer<String> progress)
            throws IOException {
        return new RegistryMeasurement(size, 1, EnumSet.allOf(Part.class), progress).measure(rounds, contenders);
    }

    private List<String> measure(int rounds, Set<Contender> contenders) throws IOException {
        List<Trio> trios = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        try {
            for (Contender contender : contenders) {
                if (contender == Contender.OTP && !Contender.erlangIsInstalled()) {
                    lines.add(
                            "OTP is not measured: erl and erlc are not installed (Debian: apt-get install erlang-base)");
                } else {
                    trios.add(new Trio(contender));
                }
            }
            for (Trio trio : trios) {
                trio.meet();
                warm(trio);
            }
            for (Part part : parts) {
                for (int round = 0; round < rounds; round++) {
                    for (Trio trio : trios) {
                        round(part, trio, "r" + round);
                    }
                }
            }
        } finally {
            trios.forEach(Trio::close);
        }
        lines.addAll(table(trios.stream().map(trio -> trio.contender).toList()));
        return lines;
    }

    private void tell(Trio trio, String what, double figure) {
        figures.computeIfAbsent(what, absent -> new EnumMap<>(Contender.class))
                .computeIfAbsent(trio.contender, absent -> new ArrayList<>())
                .add(figure);
        progress.accept(trio.contender.title + ": " + what.trim() + ": " + text(figure));
    }

    private List<String> table(List<Contender> contenders) {
        List<String> lines = new ArrayList<>();
        lines.add("| median of the rounds (lowest, highest) | "
                + contenders.stream().map(each -> each.title).collect(Collectors.joining(" | ")) + " |");
        lines.add("|---|" + "---|".repeat(contenders.size()));
        figures.forEach((what, of) -> lines.add("| " + what + " | "
                + contenders.stream()
                        .map(each -> cell(of.getOrDefault(each, List.of())))
                        .collect(Collectors.joining(" | "))
                + " |"));
        return lines;
    }

    private static String cell(List<Double> found) {
        if (found.isEmpty()) {
            return "–";
        }
        List<Double> sorted = found.stream().sorted().toList();
        return text(sorted.get(sorted.size() / 2)) + " (" + text(sorted.get(0)) + ", "
                + text(sorted.get(sorted.size() - 1)) + ")";
    }

    private static String text(double figure) {
        return String.format(Locale.ROOT, figure < 100 ? "%.1f" : "%,.0f", figure);
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    /**
     * Until the compilers of Java's virtual machines, which share the processors with what is measured, are at work no
     * more than a little: until then one measures them.
     */
    private void warm(Trio trio) throws IOException {
        long start = System.nanoTime();
        boolean compiles = trio.contender != Contender.OTP;
        for (int i = 0; compiles && i < warmingsMax; i++) {
            long compiled = sum(trio.all("compiled"));
            long began = System.nanoTime();
            trio.ask("a", "sequential warm-seq- " + Math.max(10, size / 5));
            trio.ask("a", "parallel warm-par- " + size);
            drop(trio, "warm-");
            trio.all("scope warm" + i);
            trio.ask("a", "joins warm" + i + " " + size);
            trio.ask("a", "drop");
            compiles = sum(trio.all("compiled")) - compiled > COMPILING_MAX * millisSince(began);
        }
        if (trio.contender != Contender.OTP) {
            progress.accept(trio.contender.title + ": warmed for " + Math.round(millisSince(start) / 1_000)
                    + (compiles ? " s, and its compilers are still at work" : " s"));
        }
    }

    private static long sum(List<String> numbers) {
        return numbers.stream().mapToLong(Long::parseLong).sum();
    }

    private void round(Part part, Trio trio, String round) throws IOException {
        switch (part) {
            case REGISTERS -> registers(trio, round);
            case JOINS -> joins(trio, round);
            default -> {
                if (trio.contender.hasNames()) {
                    ofNames(part, trio, round);
                }
            }
        }
    }

    private void ofNames(Part part, Trio trio, String round) throws IOException {
        switch (part) {
            case WHEREIS -> whereis(trio);
            case PURGE -> purge(trio, round);
            default -> heal(trio, round);
        }
    }

    private void whereis(Trio trio) throws IOException {
        String[] nanos = trio.ask("b", "whereis " + 100 * size).split(" ", -1);
        tell(trio, "whereis, ns", Double.parseDouble(nanos[0]));
        if (nanos.length > 1) {
            tell(trio, "  ConcurrentHashMap.get beside it, ns", Double.parseDouble(nanos[1]));
        }
        drop(trio, "whereis");
    }

    private void registers(Trio trio, String round) throws IOException {
        long[] took = Trio.numbers(trio.ask("a", "sequential " + round + "seq- " + Math.max(10, size / 10)));
        tell(trio, "register, back to back, p50, µs", (double) took[0]);
        tell(trio, "  p99, µs", (double) took[1]);
        tell(
                trio,
                "registers/s of " + MeasuredNode.CLIENTS + " clients",
                Double.parseDouble(trio.ask("a", "parallel " + round + "par- " + size / 2)));
        drop(trio, round);
    }

    private void joins(Trio trio, String round) throws IOException {
        String scope = round + "joins";
        trio.all("scope " + scope);
        long start = System.nanoTime();
        OTHERS.forEach(name -> trio.say(name, "joined " + scope + " " + size));
        trio.ask("a", "joins " + scope + " " + size);
        for (String name : OTHERS) {
            trio.answer(name, "joined");
        }
        tell(trio, size + " joins, until the other two show all, ms", millisSince(start));
        trio.ask("a", "drop");
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
        tell(trio, size + " names of a killed node gone, after it is known to be down, ms", longest / 1_000);
        tell(trio, "  after the kill itself, ms", millisSince(start));
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
        tell(
                trio,
                size + " names a side, " + conflicts + " in conflict: one owner each and losers told, after all are"
                        + " reachable, ms",
                took - reachable);
        tell(trio, "  after the heal itself, ms", took);
        drop(trio, prefix);
    }

    private void drop(Trio trio, String prefix) throws IOException {
        if (trio.contender.hasNames()) {
            trio.all("drop");
            trio.all("gone " + prefix);
        }
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
