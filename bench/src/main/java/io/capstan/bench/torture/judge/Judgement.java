package io.capstan.bench.torture.judge;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.bench.torture.record.Event;
import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** What is said of a whole history: by its workload's judge, and of what no judge needs to know. */
public final class Judgement {
    private static final int BUGS_SHOWN = 5;
    private static final int KILL = 9;

    private Judgement() {}

    /** What is wrong, in lines for people. */
    public static List<String> violations(Judge judge, Recorded history) {
        List<String> all = new ArrayList<>(judge.violations(history));
        copies(history, all);
        crashes(history, all);
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
}
