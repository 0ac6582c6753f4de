package io.capstan.registry.internal;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Who has which name, as this node shows it: written by the names' actor, read by everybody without a lock. */
public final class NamesBook {
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

    /**
     * An owner.
     *
     * @param found the process as whereis answers it, made once: a lookup allocates nothing
     */
    public record Entry(NodeId node, ActorRef<Object> process, Metadata metadata, Optional<ActorRef<Object>> found) {
        Entry(NodeId node, ActorRef<Object> process, Metadata metadata) {
            this(node, process, metadata, Optional.of(process));
        }
    }

    /** Null: nobody. */
    public @Nullable Entry entry(String name) {
        return entries.get(name);
    }

    /** As whereis answers. */
    public Optional<ActorRef<Object>> found(String name) {
        Entry entry = entries.get(name);
        return entry == null ? Optional.empty() : entry.found;
    }

    /** A snapshot of those that begin with {@code prefix}, sorted. */
    public SortedSet<String> names(String prefix) {
        TreeSet<String> found = new TreeSet<>();
        for (String name : entries.keySet()) {
            if (name.startsWith(prefix)) {
                found.add(name);
            }
        }
        return found;
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
