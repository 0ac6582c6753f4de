package io.capstan.crdt.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** All counters that this node made or heard of, and which of them are to be flushed. Thread-safe. */
public final class CounterBook {
    private final int countersMax;
    private final Map<String, Cells> byName = new ConcurrentHashMap<>();
    private final Queue<Cells> dirty = new ConcurrentLinkedQueue<>();
    private volatile Runnable wake = () -> {};

    CounterBook(int countersMax) {
        this.countersMax = countersMax;
    }

    /** The counter of that name, made if there is room for it; null if there is none. */
    public @Nullable Cells counter(String name) {
        Cells cells = byName.get(name);
        if (cells != null) {
            return cells;
        }
        synchronized (this) {
            return byName.size() < countersMax ? heardOf(name) : byName.get(name);
        }
    }

    /** The counter of that name, if there is one here. */
    public @Nullable Cells find(String name) {
        return byName.get(name);
    }

    /** What {@code counters-max} is. */
    public int countersMax() {
        return countersMax;
    }

    /** All counters, in no order; a view that follows changes. */
    public Collection<Cells> all() {
        return byName.values();
    }

    /** Of another node's counter, for which there is always room: its rows are held anyway. */
    Cells heardOf(String name) {
        return byName.computeIfAbsent(name, n -> new Cells(n, this));
    }

    /** Of cells that are retired: whoever asks for the counter from now on gets new ones. */
    void forget(Cells cells) {
        byName.remove(cells.name(), cells);
    }

    /** Called once per counter between two flushes. */
    void dirty(Cells cells) {
        dirty.add(cells);
        wake.run();
    }

    /**
     * All counters to flush now. They stay dirty until they are cleaned, so none comes twice: threads that add without
     * rest cannot keep the flusher for ever.
     */
    List<Cells> takeDirty() {
        List<Cells> taken = new ArrayList<>();
        for (Cells next = dirty.poll(); next != null; next = dirty.poll()) {
            taken.add(next);
        }
        return taken;
    }

    boolean clean() {
        return dirty.isEmpty();
    }

    /** Who is to be woken from now on, by any thread, when a counter becomes dirty; at once if one is. */
    void onDirty(Runnable action) {
        wake = action;
        if (!clean()) {
            action.run();
        }
    }
}
