package io.capstan.bench.torture.judge;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.bench.torture.record.Event;
import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * While nothing changes in the network a name has at most one owner on each side of a cut, and whoever was told that he has
 * it is shown to everybody on his side until somebody takes it from him. When all is healed every name that was not given
 * up has one owner, the same on every node, who registered it and lives; and whoever lost it meanwhile has been told.
 */
public final class NameJudge implements Judge {
    /** After which all nodes of a side have heard of a change that is over. */
    private static final long SPREAD = 2_000_000_000;

    @Override
    public List<String> violations(Recorded history) {
        List<String> violations = new ArrayList<>();
        List<Calm> calms = Calm.of(history);
        Map<String, List<Op>> byName = new TreeMap<>();
        history.operations()
                .forEach(op -> byName.computeIfAbsent(op.key(), name -> new ArrayList<>())
                        .add(op));
        byName.forEach((name, operations) -> {
            calms.forEach(calm -> calm.sides().forEach(side -> {
                within(calm, side, name, operations, violations);
                disagreement(calm, side, name, operations, violations);
            }));
            atTheEnd(history, name, operations, violations);
        });
        return violations;
    }

    private static void within(Calm calm, Set<String> side, String name, List<Op> operations, List<String> violations) {
        List<Op> here = operations.stream()
                .filter(op -> side.contains(op.node()) && op.returned() > calm.from() && op.invoked() < calm.to())
                .toList();
        for (Op owner : here) {
            if (!owner.is("register") || !owner.ok() || !calm.has(owner)) {
                continue;
            }
            long until = calm.to();
            for (Op op : here) {
                if (takes(op) && op.returned() > owner.invoked()) {
                    until = Math.min(until, op.invoked());
                }
            }
            for (Op op : here) {
                if (op.equals(owner) || !op.ok() || op.invoked() <= owner.returned() || op.returned() >= until) {
                    continue;
                }
                if (op.is("register")) {
                    violations.add(name + " has two owners among " + side + ": " + owner.output() + " since "
                            + owner.returned() + ", and " + op.output() + " at " + op.returned());
                } else if (op.is("whereis") && !op.output().equals(owner.output())) {
                    violations.add(name + " was given to " + owner.output() + " at " + owner.returned() + ", and "
                            + op.node() + " showed " + op.output() + " at " + op.returned());
                }
            }
        }
    }

    /** Whether it took the name from whoever had it, or may have. */
    private static boolean takes(Op op) {
        return op.is("unregister") && (op.open() || (op.ok() && op.output().asBoolean()));
    }

    /** Whoever shows a name while nobody gets it or loses it shows the same as all others on his side. */
    private static void disagreement(
            Calm calm, Set<String> side, String name, List<Op> operations, List<String> violations) {
        List<Op> changes = operations.stream()
                .filter(op -> takes(op) || (op.is("register") && !op.refused("TAKEN")))
                .toList();
        Op before = null;
        for (Op look : operations) {
            if (!look.is("whereis") || !look.ok() || !calm.has(look) || !side.contains(look.node())) {
                continue;
            }
            if (before != null && !before.output().equals(look.output())) {
                long from = Math.min(before.invoked(), look.invoked()) - SPREAD;
                long to = Math.max(before.returned(), look.returned());
                if (changes.stream().noneMatch(op -> op.invoked() < to && op.returned() > from)) {
                    violations.add(name + " was shown as " + before.output() + " on " + before.node() + " and as "
                            + look.output() + " on " + look.node() + " at " + look.returned()
                            + ", and nobody got it or lost it in between");
                    return;
                }
            }
            before = look;
        }
    }

    private static void atTheEnd(Recorded history, String name, List<Op> operations, List<String> violations) {
        Map<String, JsonNode> shown = new HashMap<>();
        operations.stream()
                .filter(op -> op.is("whereis") && op.ok() && op.invoked() > history.quiesced())
                .forEach(op -> shown.put(op.node(), op.output()));
        Set<JsonNode> owners = Set.copyOf(shown.values());
        operations.stream()
                .filter(op -> op.is("believers") && op.ok())
                .forEach(op ->
                        op.output().forEach(believer -> requireTold(name, operations, believer, owners, violations)));
        if (owners.size() > 1) {
            violations.add(name + " has different owners at the end: " + new TreeMap<>(shown));
        } else if (owners.size() == 1) {
            requireRightful(name, operations, owners.iterator().next(), history, violations);
        }
    }

    /** Whoever had it taken from him by somebody's unregister is told nothing. */
    private static void requireTold(
            String name, List<Op> operations, JsonNode believer, Set<JsonNode> owners, List<String> violations) {
        if (owners.contains(believer)) {
            return;
        }
        operations.stream()
                .filter(op -> op.is("register") && op.ok() && op.output().equals(believer))
                .filter(given -> operations.stream().noneMatch(op -> takes(op) && op.returned() > given.invoked()))
                .forEach(given -> violations.add(name + " was given to " + believer + " at " + given.returned()
                        + ", who was never told that it is another's: " + owners));
    }

    private static void requireRightful(
            String name, List<Op> operations, JsonNode owner, Recorded history, List<String> violations) {
        List<Op> registers = operations.stream()
                .filter(op -> op.is("register") && (op.ok() || op.open()) && op.invoked() < history.quiesced())
                .toList();
        if (owner.isNull()) {
            requireLost(name, operations, registers, history, violations);
            return;
        }
        // Of an unknown outcome all that is known is where its process lived.
        List<Op> claims = registers.stream()
                .filter(op ->
                        op.ok() ? op.output().equals(owner) : owner.asText().startsWith(op.node() + "/"))
                .toList();
        if (claims.isEmpty()) {
            violations.add(name + " has an owner at the end who was never told so: " + owner);
        } else if (claims.stream().allMatch(op -> history.ended(op.node(), op.invoked(), Long.MAX_VALUE))) {
            violations.add(name + " has an owner at the end whose node has ended since: " + owner);
        } else if (registers.size() == 1
                && operations.stream()
                        .anyMatch(op -> op.ok()
                                && takes(op)
                                && op.invoked() > claims.get(0).returned())) {
            // With others it may have been another's that was taken, on another side.
            violations.add(name + " has an owner at the end from whom it was taken: " + owner);
        }
    }

    /** Nobody has it: whoever was given it has lost it to somebody, or ended. */
    private static void requireLost(
            String name, List<Op> operations, List<Op> registers, Recorded history, List<String> violations) {
        for (Op op : registers) {
            if (!op.ok() || history.ended(op.node(), op.invoked(), Long.MAX_VALUE)) {
                continue;
            }
            boolean given = operations.stream().anyMatch(other -> takes(other) && other.returned() > op.invoked());
            // To one who has ended since he got it.
            boolean contested = registers.stream()
                    .anyMatch(other -> !other.equals(op)
                            && history.ended(other.node(), Math.max(op.invoked(), other.invoked()), Long.MAX_VALUE));
            if (!given && !contested) {
                violations.add(
                        name + " has nobody at the end, and was given to " + op.output() + " at " + op.returned());
            }
        }
    }

    /** A time in which the network stood still for long enough, and who could reach whom. */
    record Calm(long from, long to, List<Set<String>> sides) {
        /** After which nodes have noticed what has changed. */
        private static final long SETTLED = 5_000_000_000L;

        private static final Set<String> STILL = Set.of("quiesced", "torture", "recovered", "expired");

        boolean has(Op op) {
            return op.invoked() > from && op.returned() < to;
        }

        /** All of a history. */
        static List<Calm> of(Recorded history) {
            Set<String> nodes =
                    history.operations().stream().map(Op::node).collect(Collectors.toCollection(TreeSet::new));
            Set<String> cut = new TreeSet<>();
            List<Calm> calms = new ArrayList<>();
            long since = SETTLED;
            boolean disturbed = false;
            for (Event event : history.remarks()) {
                if (STILL.contains(event.f())) {
                    continue;
                }
                // Whoever is declared down has stopped all its processes before its own ends.
                long until = event.f().equals("down") ? event.time() - Recorded.ENDING_NANOS : event.time();
                add(calms, since, until, disturbed, nodes, cut);
                String what = event.text();
                disturbed = switch (event.f()) {
                    case "healed" -> false;
                    case "fault" ->
                        disturbed || !(what.startsWith("cut") || what.startsWith("wait") || what.startsWith("heal"));
                    default -> disturbed;
                };
                note(event.f(), what, cut);
                since = event.time() + SETTLED;
            }
            add(calms, since, Long.MAX_VALUE, disturbed, nodes, cut);
            return calms;
        }

        private static void note(String f, String what, Set<String> cut) {
            if (f.equals("cut")) {
                cut.add(what);
            } else if (f.equals("heal")) {
                if (what.isEmpty()) {
                    cut.clear();
                } else {
                    cut.remove(what);
                }
            }
        }

        private static void add(
                List<Calm> calms, long from, long to, boolean disturbed, Set<String> nodes, Set<String> cut) {
            if (!disturbed && from < to) {
                Sides.of(nodes, cut).ifPresent(sides -> calms.add(new Calm(from, to, sides)));
            }
        }
    }
}
