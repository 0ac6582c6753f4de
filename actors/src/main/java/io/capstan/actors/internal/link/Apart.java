package io.capstan.actors.internal.link;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whom this node was told to stay apart from, until somebody asks for that link after it, by whatever address. Confined to
 * the mesh's thread.
 */
final class Apart {
    private final Connects connects;
    // With how many had asked for links before: who asks later takes it back.
    private final Map<String, Integer> byName = new HashMap<>();

    Apart(Connects connects) {
        this.connects = connects;
    }

    void add(String name) {
        byName.put(name, connects.asked());
    }

    void remove(String name) {
        byName.remove(name);
    }

    void removeIf(Predicate<String> whom) {
        byName.keySet().removeIf(whom);
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    /** Whether that holds against this peer, who calls or was called at {@code called}. */
    boolean bars(Control.Hello peer, @Nullable LinkAddress called) {
        Integer former = byName.get(peer.id().name());
        return former != null
                && !connects.awaits(peer.address(), former)
                && (called == null || !connects.awaits(called, former));
    }
}
