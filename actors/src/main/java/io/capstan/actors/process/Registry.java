package io.capstan.actors.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * Processes of one node by key: Erlang's {@code register}, Elixir's {@code Registry}. Whoever ends is gone from it at
 * once; a restarted child is another process, and registers itself anew. For the whole cluster there are names and groups.
 *
 * <p>Thread-safe. Lookups take no lock; changes take one for some instructions. A process's end is noticed on its own
 * thread, before any monitor that was set up after its registration is told.
 *
 * @param <K> keys; equal as {@code equals} says
 * @param <M> the processes' messages
 */
public final class Registry<K, M> {
    private final ActorSystem<?> system;
    private final boolean unique;
    private final int entriesMax;
    private final Map<K, List<ActorRef<M>>> processes = new ConcurrentHashMap<>();

    // The other way round; both are changed under this object's lock.
    private final Map<ActorRef<M>, Held<K>> held = new HashMap<>();
    private int entries;

    /** What one process has here, and who says when it ends. */
    private static final class Held<K> {
        private final Set<K> keys = new HashSet<>();
        private @Nullable MonitorRef monitor;
    }

    private Registry(ActorSystem<?> system, boolean unique, int entriesMax) {
        if (entriesMax < 1) {
            throw new IllegalArgumentException("room for at least 1 entry, got " + entriesMax);
        }
        this.system = system;
        this.unique = unique;
        this.entriesMax = entriesMax;
    }

    /**
     * A registry where a key has one process.
     *
     * @param entriesMax most entries
     */
    public static <K, M> Registry<K, M> unique(ActorSystem<?> system, int entriesMax) {
        return new Registry<>(system, true, entriesMax);
    }

    /** A registry where a key may have many processes, each of them once. */
    public static <K, M> Registry<K, M> duplicate(ActorSystem<?> system, int entriesMax) {
        return new Registry<>(system, false, entriesMax);
    }

    /**
     * Registers a process of this node.
     *
     * @return false when it is gone, or the key is another's (in a registry of unique keys); then nothing was changed
     * @throws IllegalStateException when there is no room; nothing was changed, and the same call is safe later
     */
    public synchronized boolean register(K key, ActorRef<M> process) {
        List<ActorRef<M>> present = processes.getOrDefault(key, List.of());
        if (present.contains(process)) {
            return true;
        }
        if (unique && !present.isEmpty()) {
            return false;
        }
        if (entries >= entriesMax) {
            throw new IllegalStateException("a registry with room for " + entriesMax + " entries is full");
        }
        List<ActorRef<M>> more = new ArrayList<>(present);
        more.add(process);
        processes.put(key, List.copyOf(more));
        entries++;
        Held<K> mine = held.computeIfAbsent(process, fresh -> new Held<>());
        mine.keys.add(key);
        if (mine.monitor == null) {
            // Of one that is gone it tells at once, within this call: then the entry is out again.
            mine.monitor = Processes.monitor(system, process, down -> ended(process));
        }
        return held.get(process) == mine;
    }

    /** Takes one entry out; false when there is none such. */
    public synchronized boolean unregister(K key, ActorRef<M> process) {
        Held<K> mine = held.get(process);
        if (mine == null || !mine.keys.remove(key)) {
            return false;
        }
        remove(key, process);
        if (mine.keys.isEmpty()) {
            held.remove(process);
            if (mine.monitor != null) {
                mine.monitor.demonitor();
            }
        }
        return true;
    }

    private synchronized void ended(ActorRef<M> process) {
        Held<K> mine = held.remove(process);
        if (mine != null) {
            mine.keys.forEach(key -> remove(key, process));
        }
    }

    private void remove(K key, ActorRef<M> process) {
        entries--;
        processes.computeIfPresent(key, (same, present) -> {
            List<ActorRef<M>> rest =
                    present.stream().filter(other -> !other.equals(process)).toList();
            return rest.isEmpty() ? null : rest;
        });
    }

    /** One of the key's processes: the one, where keys are unique. */
    public Optional<ActorRef<M>> whereis(K key) {
        List<ActorRef<M>> present = processes.get(key);
        return present == null ? Optional.empty() : Optional.of(present.get(0));
    }

    /** The key's processes, in the order in which they registered; an immutable snapshot. */
    public List<ActorRef<M>> lookup(K key) {
        return processes.getOrDefault(key, List.of());
    }

    /** The keys of one process; a copy. */
    public synchronized Set<K> keys(ActorRef<M> process) {
        Held<K> mine = held.get(process);
        return mine == null ? Set.of() : Set.copyOf(mine.keys);
    }

    /** Sends {@code message} to each of the key's processes; returns to how many. */
    public int dispatch(K key, M message) {
        List<ActorRef<M>> present = lookup(key);
        present.forEach(process -> process.tell(message));
        return present.size();
    }

    /** How many entries there are. */
    public synchronized int size() {
        return entries;
    }
}
