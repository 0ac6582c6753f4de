package io.capstan.bench.torture;

import io.capstan.testkit.Faults;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Draws faults: first each kind alone, in some order, then two at a time. All that the seed decides is here; the moments
 * at which they meet the processes are the machine's.
 *
 * <p>Nothing is drawn that damages more than Capstan promises to survive.
 */
final class Draw {
    /** A fault and what it is called. */
    record Drawn(String name, Faults faults) {}

    private final List<String> nodes;
    private final Random random;
    private final Map<String, Supplier<String>> kinds = new LinkedHashMap<>();
    private final List<String> alone;

    /**
     * @param leads whether a leader can be meant
     * @param cuts whether links can be cut
     */
    Draw(List<String> nodes, boolean leads, boolean cuts, long seed) {
        this.nodes = nodes;
        random = new Random(seed);
        kinds.put("kill", () -> "kill " + any() + "; wait 2s");
        kinds.put("kill-all", () -> "kill " + String.join("; kill ", nodes) + "; wait 1s");
        kinds.put("storm", this::storm);
        kinds.put("pause", () -> "pause " + any() + " 6s; wait 7s");
        if (leads) {
            kinds.put("kill-leader", () -> "kill leader; wait 2s");
            kinds.put("pause-leader", () -> "pause leader 6s; wait 7s");
        }
        if (cuts) {
            kinds.put("isolate", () -> "cut " + alone(any(), "|") + "; wait 9s");
            kinds.put("halves", () -> halves() + "; wait 9s");
            kinds.put("one-way", () -> "cut " + alone(any(), ">") + "; wait 9s");
            kinds.put("bridge", () -> bridge() + "; wait 9s");
        }
        alone = new ArrayList<>(kinds.keySet());
        Collections.shuffle(alone, random);
    }

    Drawn next() {
        String first = alone.isEmpty() ? kind() : alone.remove(0);
        String text = text(first);
        if (!alone.isEmpty()) {
            return new Drawn(first, Faults.parse(text));
        }
        String second = kind();
        return new Drawn(first + "+" + second, Faults.parse(begin(text) + "; wait 1s; " + text(second)));
    }

    private String text(String kind) {
        Supplier<String> made = kinds.get(kind);
        if (made == null) {
            throw new IllegalArgumentException(kind);
        }
        return made.get();
    }

    private String kind() {
        List<String> all = List.copyOf(kinds.keySet());
        return all.get(random.nextInt(all.size()));
    }

    /** Without the wait at its end. */
    private static String begin(String faults) {
        return faults.substring(0, faults.lastIndexOf(';'));
    }

    private String any() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private String storm() {
        String victim = any();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            text.append("kill ").append(victim).append("; restart ").append(victim);
            text.append("; wait ").append(300 + random.nextInt(2_000)).append("ms; ");
        }
        return text + "kill " + any() + "; wait 1s";
    }

    private String alone(String node, String sign) {
        List<String> others =
                nodes.stream().filter(other -> !other.equals(node)).toList();
        return random.nextBoolean() || sign.equals("|")
                ? node + sign + String.join(",", others)
                : String.join(",", others) + sign + node;
    }

    private String halves() {
        List<String> shuffled = new ArrayList<>(nodes);
        Collections.shuffle(shuffled, random);
        int minority = (nodes.size() - 1) / 2;
        return "cut " + String.join(",", shuffled.subList(0, minority)) + "|"
                + String.join(",", shuffled.subList(minority, nodes.size()));
    }

    /** Two sides that see a node between them, and not each other. */
    private String bridge() {
        List<String> shuffled = new ArrayList<>(nodes);
        Collections.shuffle(shuffled, random);
        int side = (nodes.size() - 1) / 2;
        return "cut " + String.join(",", shuffled.subList(0, side)) + "|"
                + String.join(",", shuffled.subList(side, 2 * side));
    }
}
