package io.capstan.bench.torture.judge;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every effect is delivered to its process, once, and in the order in which the group decided them. What a process was owed
 * when it died may be lost with it.
 */
public final class QueueJudge implements Judge {
    @Override
    public List<String> violations(Recorded history) {
        List<String> violations = new ArrayList<>();
        Map<Long, String> got = new HashMap<>();
        Set<String> living = new HashSet<>();
        // The last answer of each node has all.
        Map<String, JsonNode> last = new HashMap<>();
        history.of("delivered").filter(Op::ok).forEach(op -> last.put(op.node(), op.output()));
        last.values().forEach(answer -> {
            living.add(answer.path("living").asText());
            Map<String, Long> index = new HashMap<>();
            for (JsonNode parcel : answer.path("parcels")) {
                String life = parcel.path(0).asText();
                long number = parcel.path(1).asLong();
                String before = got.put(number, life);
                if (before != null) {
                    violations.add(number + " was delivered twice, to " + before + " and to " + life);
                }
                Long earlier = index.put(life, parcel.path(2).asLong());
                if (earlier != null && earlier >= parcel.path(2).asLong()) {
                    violations.add(number + " came to " + life + " after what was decided later");
                }
            }
        });
        Set<Long> asked = new HashSet<>();
        history.of("enqueue").forEach(op -> {
            long number = op.input().asLong();
            boolean delivered = got.containsKey(number);
            asked.add(number);
            if (op.ok() && living.contains(op.output().path("to").asText()) && !delivered) {
                violations.add(number + " was accepted and never delivered to "
                        + op.output().path("to").asText());
            } else if (!op.ok() && !op.open() && delivered) {
                violations.add(number + " was refused as not done, and delivered");
            }
        });
        got.keySet().stream()
                .filter(number -> !asked.contains(number))
                .forEach(number -> violations.add(number + " was delivered, and nobody asked for it"));
        return violations;
    }
}
