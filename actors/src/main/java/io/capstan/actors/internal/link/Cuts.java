package io.capstan.actors.internal.link;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which links are cut, by the peer's name. Thread-safe. */
final class Cuts {
    private final Map<String, LinkFaults.Direction> cuts = new ConcurrentHashMap<>();

    /** Two one-way cuts make a whole one. */
    void add(String name, LinkFaults.Direction direction) {
        cuts.merge(name, direction, (one, other) -> one == other ? one : LinkFaults.Direction.BOTH);
    }

    void remove(String name, LinkFaults.Direction direction) {
        cuts.computeIfPresent(name, (any, standing) -> {
            if (direction == LinkFaults.Direction.BOTH || direction == standing) {
                return null;
            }
            boolean whole = standing == LinkFaults.Direction.BOTH;
            return whole && direction == LinkFaults.Direction.INBOUND
                    ? LinkFaults.Direction.OUTBOUND
                    : whole ? LinkFaults.Direction.INBOUND : standing;
        });
    }

    Set<String> names() {
        return Set.copyOf(cuts.keySet());
    }

    boolean cut(String name) {
        return cuts.containsKey(name);
    }

    boolean readsHeld(String name) {
        LinkFaults.Direction direction = cuts.get(name);
        return direction != null && direction != LinkFaults.Direction.OUTBOUND;
    }

    boolean writesHeld(String name) {
        LinkFaults.Direction direction = cuts.get(name);
        return direction != null && direction != LinkFaults.Direction.INBOUND;
    }
}
