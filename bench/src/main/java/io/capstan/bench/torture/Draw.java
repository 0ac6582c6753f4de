package io.capstan.bench.torture;

import io.capstan.testkit.Cuts;
import io.capstan.testkit.Fault;
import io.capstan.testkit.Faults;
import io.capstan.testkit.process.Instrument;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Draws faults: first each kind alone, in some order, then two at a time. All that the seed decides is here; the moments
 * at which they meet the processes are the machine's.
 *
 * <p>Nothing is drawn that damages more than Capstan promises to survive: disks are damaged one at a time, and never beside
 * another fault, as a majority has to keep what was acknowledged.
 */
final class Draw {
    /** A fault and what it is called. */
    record Drawn(String name, Faults faults) {}

    /**
     * What may be drawn.
     *
     * @param leads whether the nodes are a group of consensus: then a leader can be meant, and members changed
     * @param disks whether a node may lose what is on its disk
     * @param downing whether nodes declare down who is out of reach
     * @param instruments by name, that this machine has
     * @param wanted kinds of faults by name; empty for all
     */
    record Scope(
            List<String> nodes,
            boolean leads,
            boolean disks,
            boolean downing,
            Set<String> instruments,
            Set<String> wanted) {}

    /** What is drawn from: the words of a schedule, which end with a wait. */
    private record Kind(Supplier<String> words, boolean pairs) {}

    private final List<String> nodes;
    private final Random random;
    private final Set<String> instruments;
    private final Map<String, Kind> kinds = new LinkedHashMap<>();
    private final List<String> alone;

    /** @throws IllegalArgumentException in one line, when nothing of what is wanted can be drawn */
    Draw(Scope scope, long seed) {
        nodes = scope.nodes();
        instruments = scope.instruments();
        random = new Random(seed);
        ofProcesses(scope.leads());
        ofLinks(scope.downing());
        ofClocksAndDisks();
        if (scope.disks()) {
            ofFiles();
        }
        if (scope.leads()) {
            ofGroups();
        }
        List<String> all = names();
        kinds.keySet()
                .removeIf(name -> !scope.wanted().isEmpty() && !scope.wanted().contains(name));
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("of " + String.join(", ", scope.wanted())
                    + " nothing can be drawn here. There are: " + String.join(", ", all));
        }
        alone = new ArrayList<>(kinds.keySet());
        Collections.shuffle(alone, random);
    }

    /** Names of all kinds that there are, on whatever machine and workload. */
    static Set<String> all() {
        List<String> five = List.of("a", "b", "c", "d", "e");
        Set<String> instruments = new TreeSet<>();
        for (Instrument each : Instrument.values()) {
            instruments.add(each.name());
        }
        Set<String> all = new TreeSet<>();
        for (boolean downing : new boolean[] {true, false}) {
            all.addAll(new Draw(new Scope(five, true, true, downing, instruments, Set.of()), 1).names());
        }
        return all;
    }

    private void ofProcesses(boolean leads) {
        kind("", "kill", () -> "kill " + any() + "; wait 2s");
        kind("", "kill-all", () -> "kill all; wait 1s");
        kind("", "storm", this::storm);
        kind("", "rolling", this::rolling);
        kind("", "pause", () -> "pause " + any() + " 6s; wait 7s");
        kind("", "pause-most", () -> "pause " + String.join(",", some(nodes.size() / 2 + 1)) + " 4s; wait 5s");
        if (leads) {
            kind("", "kill-leader", () -> "kill leader; wait 2s");
            kind("", "pause-leader", () -> "pause leader 6s; wait 7s");
        }
    }

    private void ofLinks(boolean downing) {
        String wires = "NAMESPACES";
        kind(wires, "isolate", () -> cut(Cuts.isolate(nodes, random)));
        kind(wires, "halves", () -> cut(Cuts.halves(nodes, random)));
        kind(wires, "bridge", () -> cut(Cuts.bridge(nodes, random)));
        kind(wires, "mute", () -> cut(Cuts.mute(nodes, random)));
        kind(wires, "deaf", () -> cut(Cuts.deaf(nodes, random)));
        if (nodes.size() >= 5) {
            kind(wires, "ring", () -> cut(Cuts.majoritiesRing(nodes, random)));
        }
        // Long enough for whatever gives up on somebody to do so.
        if (downing) {
            kind(wires, "downing", () -> "cut " + few() + "|others; wait 25s");
        } else {
            kind(wires, "long-cut", () -> "cut " + few() + "|others; wait 25s");
        }
        kind(wires, "loss", () -> "loss " + any() + "|others 30%; wait 9s");
        kind(wires, "down", () -> "down " + any() + "; wait 9s");
        kind(wires, "slow", () -> "slow " + any() + " 256kbit; wait 9s");
        String relays = "RELAYS";
        kind(relays, "delay", () -> "delay " + any() + "|others 150ms 100ms; wait 9s");
        kind(relays, "duplicate", () -> "duplicate " + any() + "|others 5%; wait 9s");
        kind(relays, "reorder", () -> "reorder " + any() + "|others 5%; wait 9s");
        kind(relays, "reset", () -> {
            String one = any();
            return "reset " + one + "|others; wait 2s; reset " + one + "|others; wait 2s";
        });
    }

    private void ofClocksAndDisks() {
        kind("CLOCKS", "clock", () -> {
            String one = any();
            return "clock " + one + " +1h; wait 4s; clock " + one + " -1h; wait 4s";
        });
        String shim = "DISK_SHIM";
        kind(shim, "sync-error", () -> dying("sync-error"));
        kind(shim, "write-error", () -> dying("write-error"));
        kind(shim, "meta-error", this::metaError);
        kind(shim, "slow-sync", () -> "disk " + any() + " slow-sync 300ms; wait 8s");
        kind(shim, "no-space", () -> "disk " + any() + " no-space; wait 8s");
        kind("SMALL_DISKS", "full", () -> "disk " + any() + " full; wait 8s");
        kind("POWER", "power-cut", () -> "power-cut " + any() + "; wait 1s");
    }

    /** Files of one node: what it lost, it has to get from the others, as another member. */
    private void ofFiles() {
        kinds.put("stale", new Kind(this::stale, false));
        kinds.put("wipe", new Kind(() -> changed("wipe", false), false));
        kinds.put("flip", new Kind(() -> changed("flip", true), false));
        kinds.put("truncate", new Kind(() -> changed("truncate", true), false));
    }

    /** What an operator does to a group while it is used. */
    private void ofGroups() {
        kind("", "transfer", this::transfers);
        kind("", "churn", this::churn);
        kind("NAMESPACES", "behind", this::behind);
    }

    private void kind(String instrument, String name, Supplier<String> words) {
        if (instrument.isEmpty() || instruments.contains(instrument)) {
            kinds.put(name, new Kind(words, true));
        }
    }

    /** What can be drawn here. */
    List<String> names() {
        return List.copyOf(kinds.keySet());
    }

    Drawn next() {
        if (!alone.isEmpty()) {
            String one = alone.remove(0);
            return new Drawn(one, Faults.parse(words(one)));
        }
        String first = kind(true);
        String second = kind(true);
        String begun = words(first);
        // The first goes on while the second begins.
        return new Drawn(
                first + "+" + second,
                Faults.parse(begun.substring(0, begun.lastIndexOf(';')) + "; wait 1s; " + words(second)));
    }

    private String words(String kind) {
        Kind made = kinds.get(kind);
        if (made == null) {
            throw new IllegalArgumentException(kind);
        }
        return made.words().get();
    }

    private String kind(boolean pairs) {
        List<String> all = kinds.entrySet().stream()
                .filter(kind -> kind.getValue().pairs() || !pairs)
                .map(Map.Entry::getKey)
                .toList();
        return all.get(random.nextInt(all.size()));
    }

    private String any() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private List<String> some(int count) {
        List<String> shuffled = new ArrayList<>(nodes);
        Collections.shuffle(shuffled, random);
        return shuffled.subList(0, count);
    }

    /** Fewer than half. */
    private String few() {
        return String.join(",", some((nodes.size() - 1) / 2));
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

    /** Each is stopped in an orderly way, and is back before the next. */
    private String rolling() {
        StringBuilder text = new StringBuilder();
        for (String node : some(nodes.size())) {
            text.append("stop ").append(node).append("; restart ").append(node).append("; wait 6s; ");
        }
        return text.substring(0, text.length() - 2);
    }

    private static String cut(List<Fault> cuts) {
        return new Faults(cuts) + "; wait 11s";
    }

    /** A disk that a node does not survive, and whoever watches over its process ends it. */
    private String dying(String state) {
        String one = any();
        return "disk " + one + " " + state + "; wait 5s; kill " + one + "; wait 1s";
    }

    /** LMDB's meta page: while it runs at the next checkpoint, and when it opens what it had written ahead. */
    private String metaError() {
        String one = any();
        return "disk " + one + " write-error to data.mdb; wait 6s; kill " + one + "; restart " + one
                + "; wait 6s; kill " + one + "; wait 1s";
    }

    private String transfers() {
        StringBuilder text = new StringBuilder();
        for (String node : some(nodes.size())) {
            text.append("transfer ").append(node).append("; wait 1500ms; ");
        }
        return text + "wait 2s";
    }

    /** Some are taken out one after the other, and voters again one after the other. */
    private String churn() {
        List<String> out = some((nodes.size() - 1) / 2);
        StringBuilder text = new StringBuilder();
        out.forEach(node -> text.append("remove ").append(node).append("; wait 1s; "));
        text.append("wait 2s; ");
        out.forEach(node -> text.append("add ")
                .append(node)
                .append("; wait 1s; promote ")
                .append(node)
                .append("; wait 1s; "));
        return text + "wait 2s";
    }

    /** What it missed nobody has any more but in snapshots, so it has to be sent one. */
    private String behind() {
        String one = any();
        List<String> others = nodes.stream().filter(node -> !node.equals(one)).toList();
        String rest = String.join(",", others);
        return "cut " + one + "|" + rest + "; wait 6s; snapshot " + rest + "; wait 1s; heal " + one + "|" + rest
                + "; wait 5s";
    }

    /** What a node promised since its copy was made, it has forgotten; the others have not. */
    private String stale() {
        String one = any();
        return "save " + one + "; wait 3s; kill " + one + "; stale " + one + "; restart " + one + "; wait 5s";
    }

    /** A damaged node may refuse to start, or start and take no part: its operator gives it an empty directory. */
    private String changed(String how, boolean wiped) {
        String one = any();
        return "kill " + one + "; " + how + " " + one
                + (wiped ? "; restart " + one + "; wait 8s; kill " + one + "; wipe " + one : "") + "; wait 1s";
    }
}
