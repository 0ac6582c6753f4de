package io.capstan.bench.torture.judge;

import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A name has one owner in each epoch, epochs rise, and nothing is handled in an epoch once anybody was told of a higher one,
 * unless somebody has taken the name from its owner meanwhile, who may not have heard of it yet.
 * What {@code whereis} says may be late, but is never of an epoch that nobody was given.
 */
public final class ConsistentNameJudge implements Judge {
    /** Twice the time to live of a run's sessions: within one its owner has heard that a name was taken from it. */
    private static final long HEARD = 4_000_000_000L;

    /** After which names of nodes that have ended are free. */
    private static final long GONE = 10_000_000_000L;

    @Override
    public List<String> violations(Recorded history) {
        Map<String, List<Op>> byName = new TreeMap<>();
        history.operations()
                .forEach(op -> byName.computeIfAbsent(op.key(), name -> new ArrayList<>())
                        .add(op));
        List<String> violations = new ArrayList<>();
        byName.forEach((name, operations) -> {
            owners(name, operations, violations);
            epochs(name, operations, violations);
            atTheEnd(history, name, operations, violations);
        });
        return violations;
    }

    private static void owners(String name, List<Op> operations, List<String> violations) {
        Map<Long, Op> owners = new HashMap<>();
        long firstUnknown = operations.stream()
                .filter(op -> op.is("register") && op.open())
                .mapToLong(Op::invoked)
                .min()
                .orElse(Long.MAX_VALUE);
        for (Op op : operations) {
            if (op.is("register") && op.ok()) {
                Op other = owners.put(op.output().asLong(), op);
                if (other != null) {
                    violations.add(name + " has two owners in epoch "
                            + op.output().asLong() + ": process " + other.process() + " and process " + op.process());
                }
            }
        }
        for (Op op : operations) {
            boolean tells = op.ok() && (op.is("whereis") || op.is("send"));
            long shown = !tells ? 0 : epoch(op);
            Op owner = owners.get(shown);
            if (shown != 0 && op.returned() < (owner == null ? firstUnknown : owner.invoked())) {
                violations.add(name + " was " + (op.is("send") ? "sent to" : "shown") + " in epoch " + shown
                        + ", which nobody was given");
            }
        }
    }

    /** When all is over nobody is shown an owner before the last, or one who is long gone. */
    private static void atTheEnd(Recorded history, String name, List<Op> operations, List<String> violations) {
        List<Op> given =
                operations.stream().filter(op -> op.is("register") && op.ok()).toList();
        long highest =
                given.stream().mapToLong(ConsistentNameJudge::epoch).max().orElse(0);
        operations.stream()
                .filter(op -> op.is("whereis") && op.ok() && op.invoked() > history.quiesced())
                .forEach(op -> {
                    long shown = epoch(op);
                    if (shown != 0 && shown < highest) {
                        violations.add(name + " is shown in epoch " + shown + " at the end on " + op.node()
                                + ", and was given in epoch " + highest);
                    }
                    boolean gone = given.stream()
                            .filter(each -> epoch(each) == shown)
                            .anyMatch(each -> history.ended(each.node(), each.invoked(), op.invoked() - GONE));
                    if (gone) {
                        violations.add(name + " is shown in epoch " + shown + " at the end on " + op.node()
                                + ", whose owner's node has long ended");
                    }
                });
    }

    /** Told of an epoch: by a claim that was granted, or a message that was taken. */
    private static void epochs(String name, List<Op> operations, List<String> violations) {
        List<Op> told = operations.stream()
                .filter(op -> op.ok() && (op.is("register") || op.is("send")))
                .toList();
        Foregoing.each(told, ConsistentNameJudge::epoch, (op, highest) -> {
            long epoch = epoch(op);
            if (op.is("send") ? epoch < highest && !isTakenAway(operations, epoch, op) : epoch <= highest) {
                violations.add(name + ": process " + op.process()
                        + (op.is("send") ? " had something handled in epoch " : " was given epoch ") + epoch + " at "
                        + op.invoked() + ", when epoch " + highest + " was known");
            }
        });
    }

    /**
     * Whether somebody has unregistered it, or may have, between the owner's claim and the end of what it handled, and the owner
     * need not have heard of that.
     */
    private static boolean isTakenAway(List<Op> operations, long epoch, Op handled) {
        long given = operations.stream()
                .filter(op -> op.is("register") && op.ok() && op.output().asLong() == epoch)
                .mapToLong(Op::invoked)
                .findFirst()
                .orElse(0);
        return operations.stream()
                .anyMatch(op -> op.is("unregister")
                        && (op.open() || (op.ok() && op.output().asBoolean()))
                        && op.invoked() < handled.returned()
                        && (op.open() || handled.invoked() < op.returned() + HEARD)
                        && (op.open() || op.returned() > given));
    }

    private static long epoch(Op op) {
        return (op.is("send") ? op.input() : op.output()).asLong();
    }
}
