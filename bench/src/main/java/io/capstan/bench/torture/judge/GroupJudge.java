package io.capstan.bench.torture.judge;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.bench.torture.record.Event;
import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A node shows its own processes where they are, at every moment; nobody shows one that never joined; and when all is over
 * every node shows exactly those who joined, have not left, and live.
 */
public final class GroupJudge implements Judge {
    private final List<String> violations = new ArrayList<>();

    /** By group and process: how often it is in there, as its client knows; absent when that is not known. */
    private final Map<String, Integer> times = new TreeMap<>();

    /** When it was first asked for, by group and process. */
    private final Map<String, Long> joined = new HashMap<>();

    /** Likewise for those of whose joining nobody knows, by group and node. */
    private final Map<String, Long> perhapsJoined = new HashMap<>();

    /** Places, and nodes: of whose processes there nobody can say where they are. */
    private final Set<String> unsure = new HashSet<>();

    /** When a process last ended. */
    private final Map<String, Long> ended = new HashMap<>();

    @Override
    public List<String> violations(Recorded history) {
        history.of("join").forEach(op -> {
            if (op.ok()) {
                joined.merge(op.key() + " " + op.output().asText(), op.invoked(), Math::min);
            } else if (op.open()) {
                perhapsJoined.merge(op.key() + " " + op.node(), op.invoked(), Math::min);
            }
        });
        List<Op> looks = history.of("members").filter(Op::ok).toList();
        looks.stream().filter(op -> op.invoked() < history.quiesced()).forEach(this::requireKnown);
        Map<String, List<Op>> looksOf = byPlace(looks.stream());
        Map<String, List<Op>> endsOf = byPlace(history.of("leave"));
        history.of("end")
                .forEach(end -> endsOf.computeIfAbsent(
                                end.ok() ? end.output().asText() : end.node(), who -> new ArrayList<>())
                        .add(end));
        history.of("join").filter(Op::ok).forEach(join -> requireOwn(join, looksOf, endsOf, history));
        replay(history, looksOf, byPlace(history.of("join").filter(op -> op.ok() || op.open())));
        history.of("members")
                .filter(op -> op.ok() && op.invoked() > history.quiesced())
                .forEach(this::requireExact);
        return violations;
    }

    private void requireKnown(Op op) {
        for (JsonNode member : op.output()) {
            String node = member.asText().split("/", 2)[0];
            long since = Math.min(
                    joined.getOrDefault(op.key() + " " + member.asText(), Long.MAX_VALUE),
                    perhapsJoined.getOrDefault(op.key() + " " + node, Long.MAX_VALUE));
            if (since > op.returned()) {
                violations.add(op.node() + " showed " + member.asText() + " in " + op.key() + ", who never joined");
            }
        }
    }

    private static Map<String, List<Op>> byPlace(Stream<Op> operations) {
        Map<String, List<Op>> places = new HashMap<>();
        operations.forEach(op ->
                places.computeIfAbsent(place(op), place -> new ArrayList<>()).add(op));
        return places;
    }

    /** A node's view of a group. */
    private static String place(Op op) {
        return op.node() + " " + op.key();
    }

    /**
     * Until its process leaves, ends, or its node does, whoever joined is shown by its own node.
     *
     * @param endsOf what leaves a place, by that; what ends a process, by that, or by its node when that is not known
     */
    private void requireOwn(Op join, Map<String, List<Op>> looksOf, Map<String, List<Op>> endsOf, Recorded history) {
        String who = join.output().asText();
        long until = Math.min(
                Stream.of(place(join), who, join.node())
                        .flatMap(place -> endsOf.getOrDefault(place, List.of()).stream())
                        .filter(op -> op.returned() > join.invoked())
                        .filter(op ->
                                op.open() || (op.ok() && op.output().asText().equals(who)))
                        .mapToLong(Op::invoked)
                        .min()
                        .orElse(Long.MAX_VALUE),
                history.downs(join.node())
                        .filter(down -> down.time() > join.invoked())
                        .mapToLong(down -> down.time() - Recorded.ENDING_NANOS)
                        .min()
                        .orElse(Long.MAX_VALUE));
        for (Op look : looksOf.getOrDefault(place(join), List.of())) {
            boolean sees = look.invoked() > join.returned() && look.returned() < until;
            if (sees && !shows(look, who)) {
                violations.add(look.node() + " does not show its own " + who + " in " + look.key() + " at "
                        + look.returned() + ", which joined at " + join.returned());
            }
        }
    }

    private static boolean shows(Op look, String who) {
        for (JsonNode member : look.output()) {
            if (member.asText().equals(who)) {
                return true;
            }
        }
        return false;
    }

    /** What clients did, in order: each of its own process, one thing after the other. */
    private void replay(Recorded history, Map<String, List<Op>> looksOf, Map<String, List<Op>> joinsOf) {
        List<Object> all = new ArrayList<>(history.operations());
        history.remarks("down").forEach(all::add);
        all.sort((one, other) -> Long.compare(time(one), time(other)));
        for (Object each : all) {
            if (each instanceof Event down) {
                String node = down.text();
                times.keySet().removeIf(place -> place.split(" ", 2)[1].startsWith(node + "/"));
                // Whatever came of it is gone.
                unsure.removeIf(place -> place.equals(node) || place.startsWith(node + " "));
            } else if (each instanceof Op op) {
                replay(op);
                requireGone(op, looksOf, joinsOf);
            }
        }
    }

    private static long time(Object each) {
        return each instanceof Op op ? op.invoked() : ((Event) each).time();
    }

    private void replay(Op op) {
        String who = op.ok() && op.output().isTextual() ? op.output().asText() : "";
        if (op.ok() && op.is("join")) {
            times.merge(op.key() + " " + who, 1, Integer::sum);
        } else if (op.ok() && op.is("leave")) {
            times.computeIfPresent(op.key() + " " + who, (place, count) -> count == 1 ? null : count - 1);
        } else if (op.ok() && op.is("end")) {
            times.keySet().removeIf(place -> place.endsWith(" " + who));
            ended.put(who, op.returned());
        } else if (op.open() && op.is("end")) {
            unsure.add(op.node());
        } else if (op.open() && !op.is("members")) {
            unsure.add(place(op));
        }
    }

    /** Whoever has left a group is not shown in it by its own node, until it joins again. */
    private void requireGone(Op leave, Map<String, List<Op>> looksOf, Map<String, List<Op>> joinsOf) {
        if (!leave.is("leave") || !leave.ok()) {
            return;
        }
        String who = leave.output().asText();
        boolean sure = !times.containsKey(leave.key() + " " + who)
                && !unsure.contains(leave.node())
                && !unsure.contains(place(leave))
                // One that ended before is shown for a moment, under the same name as the next.
                && ended.getOrDefault(who, Long.MIN_VALUE) < leave.invoked() - Recorded.ENDING_NANOS;
        if (!sure) {
            return;
        }
        long until = joinsOf.getOrDefault(place(leave), List.of()).stream()
                .filter(op -> op.invoked() > leave.invoked())
                .filter(op -> op.open() || op.output().asText().equals(who))
                .mapToLong(Op::invoked)
                .min()
                .orElse(Long.MAX_VALUE);
        for (Op look : looksOf.getOrDefault(place(leave), List.of())) {
            if (look.invoked() > leave.returned() && look.returned() < until && shows(look, who)) {
                violations.add(look.node() + " shows its own " + who + " in " + look.key() + " at " + look.returned()
                        + ", which left at " + leave.returned());
            }
        }
    }

    private void requireExact(Op op) {
        Set<String> shown = new TreeSet<>();
        op.output().forEach(member -> shown.add(member.asText()));
        Set<String> expected = new TreeSet<>();
        times.keySet().stream()
                .filter(place -> place.startsWith(op.key() + " "))
                .forEach(place -> expected.add(place.split(" ", 2)[1]));
        Set<String> differing = new TreeSet<>(shown);
        differing.addAll(expected);
        differing.removeIf(who -> shown.contains(who) && expected.contains(who));
        // Of clients with an unknown outcome nobody can say where they are.
        differing.removeIf(who -> {
            String node = who.split("/", 2)[0];
            return unsure.contains(node) || unsure.contains(node + " " + op.key());
        });
        if (!differing.isEmpty()) {
            violations.add(op.node() + " shows " + shown + " in " + op.key() + " at the end, and not " + expected
                    + "; they differ in " + differing);
        }
    }
}
