package io.capstan.registry.internal;

import io.capstan.actors.NodeId;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Who has which name, as this node shows it: written by the names' actor, read by everybody without a lock. */
public final class NamesBook {
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** An owner with its node. */
    public record Entry(NodeId node, ActorRef<Object> process) {}

    /** Null: nobody. */
    public @Nullable Entry entry(String name) {
        return entries.get(name);
    }

    /** A snapshot, sorted. */
    public SortedSet<String> names() {
        return new TreeSet<>(entries.keySet());
    }

    /** How many names somebody has. */
    public int size() {
        return entries.size();
    }

    void put(String name, Entry entry) {
        entries.put(name, entry);
    }

    void remove(String name) {
        entries.remove(name);
    }
}
