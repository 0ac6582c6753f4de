package io.capstan.bench.torture.judge;

import io.capstan.bench.torture.record.Event;
import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.testkit.history.FencedMutex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * There is one leader at a time, as {@link MutexJudge} has it; and whoever looks on is shown leaders that there were, in
 * their order.
 */
public final class ElectionJudge implements Judge {
    @Override
    public List<String> violations(Recorded history) {
        List<String> violations = new ArrayList<>(Judge.search(new FencedMutex(), MutexJudge.ofLocks(history)));
        Set<String> elected = new HashSet<>();
        Set<String> unsure = new HashSet<>();
        for (Op op : history.of("acquire").toList()) {
            if (op.ok()) {
                elected.add(op.key() + " " + op.output().path("token").asLong());
            } else if (op.open()) {
                unsure.add(op.key());
            }
        }
        Map<String, Op> last = new HashMap<>();
        for (Op op : history.of("leader").filter(Op::ok).toList()) {
            long shown = op.output().asLong();
            // A life that begins has seen nothing yet.
            String observer = op.node() + " " + op.key() + " " + lives(history, op);
            Op before = last.put(observer, op);
            if (before != null
                    && before.returned() < op.invoked()
                    && before.output().asLong() > shown) {
                violations.add(op.node() + " was shown leader " + before.output() + " of " + op.key() + " and then "
                        + shown + " at " + op.returned());
            }
            if (shown != 0 && !elected.contains(op.key() + " " + shown) && !unsure.contains(op.key())) {
                violations.add(op.node() + " was shown leader " + shown + " of " + op.key() + ", whom nobody elected");
            }
        }
        return violations;
    }

    private static long lives(Recorded history, Op op) {
        return history.remarks("down")
                .filter(down -> down.time() < op.invoked())
                .map(Event::value)
                .filter(node -> node != null && node.asText().equals(op.node()))
                .count();
    }
}
