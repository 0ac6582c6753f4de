package io.capstan.bench.torture.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.capstan.bench.torture.node.MemberMain;
import io.capstan.bench.torture.record.Event;
import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What is said of a whole history: by its workload's judge, and of what no judge needs to know. */
public final class Judgement {
    private static final int BUGS_SHOWN = 5;
    private static final int KILL = 9;

    /** Of who was declared down or quarantined, maybe once more while a cut lasts. */
    private static final Set<Integer> GIVEN_UP = Set.of(MemberMain.QUARANTINED, MemberMain.DOWNED);

    /** So many times chance alone would not fail. */
    private static final int ASKED_MIN = 50;

    private Judgement() {}

    /** What is wrong, in lines for people. */
    public static List<String> violations(Judge judge, Recorded history) {
        List<String> all = new ArrayList<>(judge.violations(history));
        copies(history, all);
        crashes(history, all);
        ends(history, all);
        vain(history, all);
        history.operations().stream()
                .map(Op::error)
                .filter(error -> error.startsWith("bug: ")) // Services must not fail with what is no outcome.
                .distinct()
                .limit(BUGS_SHOWN)
                .forEach(all::add);
        return all;
    }

    /** Members of one group that have executed the same commands have the same state, whatever their leader answers. */
    private static void copies(Recorded history, List<String> violations) {
        Map<String, JsonNode> byNode = new TreeMap<>();
        history.remarks("copy")
                .map(Event::value)
                .filter(Objects::nonNull)
                .forEach(copy -> byNode.put(copy.path("node").asText(), copy.path("says")));
        if (Set.copyOf(byNode.values()).size() > 1) {
            violations.add("the members' copies differ at the end: " + byNode);
        }
    }

    /** JVMs must not end by signals that nobody sent. */
    private static void crashes(Recorded history, List<String> violations) {
        history.remarks(Recorded.ENDED)
                .map(Event::value)
                .filter(Objects::nonNull)
                .filter(end -> end.path("code").asInt() > Recorded.SIGNAL
                        && end.path("code").asInt() != Recorded.SIGNAL + KILL)
                .map(end -> "the process of node " + end.path("node").asText() + " crashed: signal "
                        + (end.path("code").asInt() - Recorded.SIGNAL))
                .forEach(violations::add);
    }

    /** Nodes must not end by themselves while nothing is done to anybody. */
    private static void ends(Recorded history, List<String> violations) {
        for (Event end : history.remarks(Recorded.ENDED).toList()) {
            JsonNode value = end.value() == null ? MissingNode.getInstance() : end.value();
            int code = value.path("code").asInt();
            if (code == 0 || GIVEN_UP.contains(code)) {
                continue;
            }
            String node = value.path("node").asText();
            long up = last(history.remarks("up").filter(each -> node.equals(each.text())), end.time());
            long healed = last(history.remarks("healed"), up);
            boolean disturbed =
                    history.remarks("fault").anyMatch(fault -> fault.time() > healed && fault.time() < end.time());
            if (!disturbed) {
                violations.add("the process of node " + node + " ended with code " + code + " at " + end.time()
                        + ", and nothing had been done to anybody since it began");
            }
        }
    }

    private static long last(Stream<Event> remarks, long before) {
        return remarks.mapToLong(Event::time)
                .filter(time -> time < before)
                .max()
                .orElse(0);
    }

    /** Whoever refuses everything says nothing that is wrong: a lock that stays held for ever, a name that is never free. */
    private static void vain(Recorded history, List<String> violations) {
        Map<String, long[]> asked = new TreeMap<>();
        for (Op op : history.operations()) {
            long[] counts = asked.computeIfAbsent(op.f(), f -> new long[2]);
            counts[0]++;
            counts[1] += op.ok() ? 1 : 0;
        }
        asked.forEach((f, counts) -> {
            if (counts[0] >= ASKED_MIN && counts[1] == 0) {
                violations.add("of " + counts[0] + " times " + f + " none was done");
            }
        });
    }
}
