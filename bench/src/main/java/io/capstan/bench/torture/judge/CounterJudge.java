package io.capstan.bench.torture.judge;

import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.testkit.history.CounterRange;
import io.capstan.testkit.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A node's read of a counter sees what was added on that node before, and nothing that nobody adds; when all is over every
 * node sees all that was acknowledged, once.
 */
public final class CounterJudge implements Judge {
    @Override
    public List<String> violations(Recorded history) {
        long quiesced = history.quiesced();
        Set<String> counters =
                history.operations().stream().map(Op::key).collect(Collectors.toCollection(TreeSet::new));
        Set<String> nodes = history.operations().stream().map(Op::node).collect(Collectors.toCollection(TreeSet::new));
        List<String> violations = new ArrayList<>();
        for (String counter : counters) {
            List<Op> adds = history.of("add")
                    .filter(op -> op.key().equals(counter) && (op.ok() || op.open()))
                    .toList();
            List<Op> reads = history.of("read")
                    .filter(op -> op.key().equals(counter) && op.ok())
                    .toList();
            for (String node : nodes) {
                List<CounterRange.Add> visible =
                        adds.stream().map(add -> visible(add, node, quiesced)).toList();
                List<CounterRange.Read> own = reads.stream()
                        .filter(read -> read.node().equals(node))
                        .map(CounterJudge::read)
                        .toList();
                CounterRange.violations(visible, own).forEach(line -> violations.add(counter + ": " + line));
            }
        }
        return violations;
    }

    private static CounterRange.Add visible(Op add, String node, long quiesced) {
        long from = add.open()
                ? Operation.NEVER
                : add.node().equals(node) ? add.returned() : Math.max(add.returned(), quiesced);
        return new CounterRange.Add(add.input().asLong(), add.invoked(), from);
    }

    private static CounterRange.Read read(Op read) {
        return new CounterRange.Read(read.node(), read.output().asLong(), read.invoked(), read.returned());
    }
}
