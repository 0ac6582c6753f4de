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
        Map<Long, Long> places = new HashMap<>();
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
                places.put(number, parcel.path(2).asLong());
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
        requireOrder(history.of("enqueue").filter(Op::ok).toList(), violations);
        Set<Long> asked = new HashSet<>();
        history.of("enqueue").forEach(op -> {
            long number = op.input().asLong();
            boolean delivered = got.containsKey(number);
            if (delivered && !isOwed(op, got.getOrDefault(number, ""), places.getOrDefault(number, 0L))) {
                violations.add(number + " was delivered to " + got.get(number) + " from " + places.get(number)
                        + " of the log, and was accepted as " + op.output() + " of " + op.node());
            }
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

    /** Whether it came to whom it was for, and from the place in the log that its client was told. */
    private static boolean isOwed(Op op, String life, long place) {
        return op.ok()
                ? op.output().path("to").asText().equals(life)
                        && op.output().path("index").asLong(place) == place
                : life.startsWith(op.node() + "/");
    }

    /** What was accepted before something else was asked for stands before it in the log. */
    private static void requireOrder(List<Op> accepted, List<String> violations) {
        Foregoing.each(accepted, op -> op.output().path("index").asLong(), (op, highest) -> {
            long index = op.output().path("index").asLong(Long.MAX_VALUE);
            if (index <= highest) {
                violations.add(op.input() + " was given place " + index + " of the log at " + op.returned() + ", when "
                        + highest + " was taken");
            }
        });
    }
}
