package io.capstan.demo.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which links of a cluster are to be cut, and telling its nodes, each of which knows its own ends only. A node that is started
 * again knows nothing: it is told again ({@link #tell}). Thread-safe.
 */
final class CutLinks {
    private static final Duration TOLD_MAX = Duration.ofSeconds(3);

    /** One end's wish, as a node's door takes it. */
    private record Wanted(Set<String> out, Set<String> in, Map<String, String> artery) {}

    /** Nothing passes from the one to the other. */
    record Way(String from, String to) {}

    private final Set<Way> cut = ConcurrentHashMap.newKeySet();
    private final Map<String, String> artery = new ConcurrentHashMap<>();

    /** Whether that changed anything. */
    boolean cut(Way way) {
        return cut.add(way);
    }

    /** Whether that changed anything. */
    boolean heal(Way way) {
        return cut.remove(way);
    }

    void healAll() {
        cut.clear();
    }

    /** As {@code from>to}, sorted. */
    Set<String> ways() {
        Set<String> ways = new TreeSet<>();
        cut.forEach(way -> ways.add(way.from() + ">" + way.to()));
        return ways;
    }

    /** Where a node's Pekko system is, which the others are told when they are to be cut off from it. */
    boolean moved(String node, String address) {
        return !address.equals(artery.put(node, address));
    }

    /** Whether what a node says of its ends, {@code {"out", "in"}}, is what is wanted. */
    boolean holds(String node, JsonNode said) {
        return said.path("out").equals(Json.MAPPER.valueToTree(out(node)))
                && said.path("in").equals(Json.MAPPER.valueToTree(in(node)));
    }

    /** Tells one node; false when it did not answer: it will be told again. */
    boolean tell(NodeClient node) {
        Set<String> out = out(node.node());
        Set<String> in = in(node.node());
        Map<String, String> known = new LinkedHashMap<>();
        artery.forEach((name, address) -> {
            if (out.contains(name) || in.contains(name)) {
                known.put(name, address);
            }
        });
        try {
            return node.post("/lab/cuts", Json.line(new Wanted(out, in, known)), TOLD_MAX)
                    .isOk();
        } catch (UserError silent) {
            return false;
        }
    }

    private Set<String> out(String node) {
        Set<String> names = new TreeSet<>();
        cut.stream().filter(way -> way.from().equals(node)).forEach(way -> names.add(way.to()));
        return names;
    }

    private Set<String> in(String node) {
        Set<String> names = new TreeSet<>();
        cut.stream().filter(way -> way.to().equals(node)).forEach(way -> names.add(way.from()));
        return names;
    }
}
