package io.capstan.crdt.internal;

import io.capstan.crdt.core.CounterKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** All counters that this node made or heard of, and which of them are to be flushed. Thread-safe. */
public final class CounterBook {
    private final int countersMax;
    private final Map<String, Cells> byName = new ConcurrentHashMap<>();
    private final Map<CounterKey.Windowed, WindowCells> windows = new ConcurrentHashMap<>();
    private final Map<String, EscrowCells> bounded = new ConcurrentHashMap<>();
    private final Queue<Gathered> dirty = new ConcurrentLinkedQueue<>();
    private final LongSupplier wallMillis;
    private volatile Runnable wake = () -> {};

    CounterBook(int countersMax, LongSupplier wallMillis) {
        this.countersMax = countersMax;
        this.wallMillis = wallMillis;
    }

    /** The counter of that name, made if there is room for it; null if there is none. */
    public @Nullable Cells counter(String name) {
        Cells cells = byName.get(name);
        if (cells != null) {
            return cells;
        }
        synchronized (this) {
            return hasRoom() ? heardOf(name) : byName.get(name);
        }
    }

    /** The windowed counter of that key, made if there is room for it; null if there is none. */
    public @Nullable WindowCells windowed(CounterKey.Windowed key) {
        WindowCells cells = windows.get(key);
        if (cells != null) {
            return cells;
        }
        synchronized (this) {
            return hasRoom() ? heardOf(key) : windows.get(key);
        }
    }

    /** The bounded counter of that name, made if there is room for it; null if there is none. */
    public @Nullable EscrowCells bounded(String name) {
        EscrowCells cells = bounded.get(name);
        if (cells != null) {
            return cells;
        }
        synchronized (this) {
            return hasRoom() ? heardOfBounded(name) : bounded.get(name);
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
        Cells cells = byName.get(name);
        return cells != null ? cells : heardOf(new CounterKey.Total(name));
    }

    /** As {@link #heardOf(String)}; its cells share this key. */
    Cells heardOf(CounterKey.Total key) {
        return byName.computeIfAbsent(key.counter(), name -> new Cells(key, this));
    }

    /** The one key of a counter, so that the rows of all slots share it. */
    CounterKey shared(CounterKey key) {
        return key instanceof CounterKey.Total total ? heardOf(total).key() : key;
    }

    WindowCells heardOf(CounterKey.Windowed key) {
        return windows.computeIfAbsent(key, k -> new WindowCells(k, this, wallMillis));
    }

    EscrowCells heardOfBounded(String name) {
        return bounded.computeIfAbsent(name, n -> new EscrowCells(new CounterKey.Bounded(n), this));
    }

    /** Of cells that are retired: whoever asks for the counter from now on gets new ones. */
    void forget(Cells cells) {
        byName.remove(cells.name(), cells);
    }

    /** Called once per counter between two flushes. */
    void dirty(Gathered cells) {
        dirty.add(cells);
        wake.run();
    }

    /**
     * All counters to flush now. They stay dirty until they are cleaned, so none comes twice: threads that add without
     * rest cannot keep the flusher for ever.
     */
    List<Gathered> takeDirty() {
        List<Gathered> taken = new ArrayList<>();
        for (Gathered next = dirty.poll(); next != null; next = dirty.poll()) {
            taken.add(next);
        }
        return taken;
    }

    /** How many counters there are, of all kinds. */
    public int size() {
        return byName.size() + windows.size() + bounded.size();
    }

    private boolean hasRoom() {
        return size() < countersMax;
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
