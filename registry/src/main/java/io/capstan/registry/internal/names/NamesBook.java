package io.capstan.registry.internal.names;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.Shown;
import io.capstan.registry.internal.Refs;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Who has which name, as this node shows it: written by the names' actor, read by everybody without a lock.
 *
 * <p>A reference to a process of another node takes some hundred bytes, and of a hundred thousand names most are never
 * looked up here: so a name has what the core shows until the first who asks has the reference made.
 */
public final class NamesBook {
    private final Refs refs;

    /** What the core shows, or from the first question on an {@link Entry}. */
    private final ConcurrentHashMap<String, Shown> byName = new ConcurrentHashMap<>();

    /** Whether the names of all nodes around were ever here. */
    private volatile boolean complete;

    /** Empty. */
    public NamesBook(Refs refs) {
        this.refs = refs;
    }

    /** An owner with the reference to his process, which a lookup finds made. */
    public static final class Entry implements Shown {
        private final Shown shown;
        private final ActorRef<Object> ref;
        private final Optional<ActorRef<Object>> found;

        private Entry(Shown shown, ActorRef<Object> ref) {
            this.shown = shown;
            this.ref = ref;
            this.found = Optional.of(ref);
        }

        @Override
        public NodeId node() {
            return shown.node();
        }

        @Override
        public String process() {
            return shown.process();
        }

        @Override
        public Metadata metadata() {
            return shown.metadata();
        }

        /** His process. */
        public ActorRef<Object> ref() {
            return ref;
        }
    }

    /** Null: nobody. */
    public @Nullable Entry entry(String name) {
        Shown shown = byName.get(name);
        if (shown == null || shown instanceof Entry) {
            return (Entry) shown;
        }
        return made(name, shown);
    }

    /** As whereis answers. */
    public Optional<ActorRef<Object>> found(String name) {
        Entry entry = entry(name);
        return entry == null ? Optional.empty() : entry.found;
    }

    private Entry made(String name, Shown shown) {
        Entry entry = new Entry(shown, refs.read(shown.process()));
        byName.replace(name, shown, entry); // Unless somebody else has it by now.
        return entry;
    }

    /** As the core shows him; null: nobody. */
    @Nullable
    Shown shown(String name) {
        return byName.get(name);
    }

    /** A snapshot of those that begin with {@code prefix}, sorted. */
    public SortedSet<String> names(String prefix) {
        TreeSet<String> found = new TreeSet<>();
        for (String name : byName.keySet()) {
            if (name.startsWith(prefix)) {
                found.add(name);
            }
        }
        return found;
    }

    /** Whether the names of all nodes that this one saw were here at some time since its start: before, many may lack. */
    public boolean isComplete() {
        return complete;
    }

    /** By the one actor that writes it. */
    void completed() {
        complete = true;
    }

    /** How many names somebody has. */
    public int size() {
        return byName.size();
    }

    /** By the one actor that writes it. */
    public void put(String name, Shown owner) {
        byName.put(name, owner);
    }

    /** By the one actor that writes it. */
    public void remove(String name) {
        byName.remove(name);
    }
}
