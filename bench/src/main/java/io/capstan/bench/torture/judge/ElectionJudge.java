package io.capstan.bench.torture.judge;

import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.testkit.history.FencedMutex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * There is one leader at a time, as {@link MutexJudge} has it; whoever looks on is shown leaders that there were, in their
 * order, and when all is over the one that there is.
 */
public final class ElectionJudge implements Judge {
    @Override
    public List<String> violations(Recorded history) {
        List<String> violations = new ArrayList<>(Judge.search(new FencedMutex(), MutexJudge.ofLocks(history)));
        violations.addAll(LastHolders.violations(history));
        Map<String, Long> asked = new HashMap<>();
        Map<String, Long> unsure = new HashMap<>();
        for (Op op : history.of("acquire").toList()) {
            if (op.ok()) {
                asked.put(op.key() + " " + op.output().path("token").asLong(), op.invoked());
            } else if (op.open()) {
                unsure.merge(op.key(), op.invoked(), Math::min);
            }
        }
        Map<String, List<Op>> byObserver = new LinkedHashMap<>();
        history.of("leader").filter(Op::ok).forEach(op -> {
            long shown = op.output().asLong();
            // A life that begins has seen nothing yet.
            byObserver
                    .computeIfAbsent(op.node() + " " + op.key() + " " + lives(history, op), any -> new ArrayList<>())
                    .add(op);
            long since = Math.min(
                    asked.getOrDefault(op.key() + " " + shown, Long.MAX_VALUE),
                    unsure.getOrDefault(op.key(), Long.MAX_VALUE));
            if (shown != 0 && since > op.returned()) {
                violations.add(op.node() + " was shown leader " + shown + " of " + op.key() + ", whom nobody elected");
            }
        });
        byObserver.values().forEach(looks -> requireOrder(looks, violations));
        requireHeardOf(history, violations);
        return violations;
    }

    /** Nobody is shown an earlier leader than what was shown before he asked. */
    private static void requireOrder(List<Op> looks, List<String> violations) {
        Foregoing.each(looks, look -> look.output().asLong(), (op, highest) -> {
            long shown = op.output().asLong();
            if (shown != 0 && shown < highest) { // 0: nobody leads, for a while.
                violations.add(op.node() + " was shown leader " + highest + " of " + op.key() + " and then " + shown
                        + " at " + op.returned());
            }
        });
    }

    /** When all is over whoever looks on is shown who leads, or nobody where there is nobody. */
    private static void requireHeardOf(Recorded history, List<String> violations) {
        Map<String, Set<Long>> holders = new HashMap<>();
        List<Op> looks = history.of("holders")
                .filter(op -> op.ok() && op.invoked() > history.quiesced())
                .toList();
        looks.forEach(look -> look.output()
                .properties()
                .forEach(lock -> lock.getValue()
                        .forEach(holder -> holders.computeIfAbsent(lock.getKey(), any -> new HashSet<>())
                                .add(holder.path(0).asLong()))));
        history.of("leader")
                .filter(op -> op.ok() && op.invoked() > history.quiesced() && !looks.isEmpty())
                .forEach(op -> {
                    Set<Long> lead = holders.getOrDefault(op.key(), Set.of(0L));
                    if (!lead.contains(op.output().asLong())) {
                        violations.add(op.node() + " is shown leader " + op.output() + " of " + op.key()
                                + " at the end, and not " + lead);
                    }
                });
    }

    private static long lives(Recorded history, Op op) {
        return history.downs(op.node())
                .filter(down -> down.time() < op.invoked())
                .count();
    }
}
