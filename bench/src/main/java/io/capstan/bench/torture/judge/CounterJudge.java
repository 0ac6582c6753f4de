package io.capstan.bench.torture.judge;

import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.testkit.history.CounterRange;
import io.capstan.testkit.history.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A node's read of a counter sees what was added on that node before, and nothing that nobody adds; when all is over every
 * node sees all that was acknowledged, once. What was added under an operation's id ({@code once}) counts once, however often
 * it was asked for.
 */
public final class CounterJudge implements Judge {
    private static final int POSSIBLE_MAX = 100_000;

    @Override
    public List<String> violations(Recorded history) {
        long quiesced = history.quiesced();
        Set<String> counters =
                history.operations().stream().map(Op::key).collect(Collectors.toCollection(TreeSet::new));
        Set<String> nodes = history.operations().stream().map(Op::node).collect(Collectors.toCollection(TreeSet::new));
        List<String> violations = new ArrayList<>();
        for (String counter : counters) {
            Collection<List<Op>> adds = adds(history, counter);
            List<Op> reads = history.of("read")
                    .filter(op -> op.key().equals(counter) && op.ok())
                    .toList();
            for (String node : nodes) {
                List<CounterRange.Add> visible = adds.stream()
                        .map(tries -> visible(tries, node, quiesced))
                        .toList();
                List<CounterRange.Read> own = reads.stream()
                        .filter(read -> read.node().equals(node))
                        .map(CounterJudge::read)
                        .toList();
                CounterRange.violations(visible, own).forEach(line -> violations.add(counter + ": " + line));
            }
            atTheEnd(
                    counter,
                    adds,
                    reads.stream().filter(op -> op.invoked() > quiesced).toList(),
                    violations);
        }
        return violations;
    }

    /**
     * When all is over all nodes read the same: what is sure, and of what nobody knows each addition wholly or not at all. (Between
     * the least and the most that is possible one of them could be lost in another's shadow.)
     */
    private static void atTheEnd(String counter, Collection<List<Op>> adds, List<Op> reads, List<String> violations) {
        Set<Long> read = reads.stream().map(op -> op.output().asLong()).collect(Collectors.toCollection(TreeSet::new));
        if (read.size() > 1) {
            violations.add(counter + " is read as " + read + " at the end");
        }
        long sure = 0;
        Set<Long> possible = new HashSet<>(Set.of(0L));
        for (List<Op> tries : adds) {
            long delta = delta(tries.get(0));
            if (tries.stream().anyMatch(Op::ok)) {
                sure += delta;
            } else if (possible.size() < POSSIBLE_MAX) {
                possible.addAll(possible.stream().map(sum -> sum + delta).toList());
            } else {
                return; // Whatever lies within the range is some sum.
            }
        }
        for (long value : read) {
            if (!possible.contains(value - sure)) {
                violations.add(counter + " is read as " + value + " at the end, which is no sum of " + sure
                        + " and any of those of unknown outcome");
            }
        }
    }

    /** Each with all its tries; those that were refused count nothing. */
    private static Collection<List<Op>> adds(Recorded history, String counter) {
        Map<String, List<Op>> adds = new LinkedHashMap<>();
        for (Op op : history.operations()) {
            if (op.key().equals(counter) && (op.ok() || op.open()) && (op.is("add") || op.is("once"))) {
                String id = op.is("once") ? op.input().path("id").asText() : "add " + adds.size();
                adds.computeIfAbsent(id, any -> new ArrayList<>()).add(op);
            }
        }
        return adds.values();
    }

    /** From the first try on it may be seen; it must be from the first acknowledgement on that this node has heard of. */
    private static CounterRange.Add visible(List<Op> tries, String node, long quiesced) {
        Op first = tries.get(0);
        long delta = delta(first);
        long from = tries.stream()
                .mapToLong(each -> each.open()
                        ? Operation.NEVER
                        : each.node().equals(node) ? each.returned() : Math.max(each.returned(), quiesced))
                .min()
                .orElse(Operation.NEVER);
        return new CounterRange.Add(delta, first.invoked(), from);
    }

    private static long delta(Op add) {
        return add.is("once") ? add.input().path("delta").asLong() : add.input().asLong();
    }

    private static CounterRange.Read read(Op read) {
        return new CounterRange.Read(read.node(), read.output().asLong(), read.invoked(), read.returned());
    }
}
