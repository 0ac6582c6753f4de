package io.capstan.bench.torture.judge;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.bench.torture.record.WordFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is said of a file's words is what a direct count says. */
public final class CrunchJudge implements Judge {
    @Override
    public List<String> violations(Recorded history) {
        List<String> violations = new ArrayList<>();
        for (Op op : history.of("crunch").filter(Op::ok).toList()) {
            Map<String, Long> counted = new TreeMap<>();
            for (Map.Entry<String, JsonNode> each : op.output().properties()) {
                counted.put(each.getKey(), each.getValue().asLong());
            }
            Map<String, Long> expected = WordFile.counts(
                    op.input().path(0).asLong(), op.input().path(1).asInt());
            if (!counted.equals(expected)) {
                Map<String, Long> surplus = new TreeMap<>(counted);
                expected.forEach((word, count) -> surplus.merge(word, -count, Long::sum));
                surplus.values().removeIf(count -> count == 0);
                violations.add("the count at " + op.returned() + " of file "
                        + op.input().path(0) + " is not the direct one, by " + surplus);
            }
        }
        return violations;
    }
}
