package io.capstan.crdt.internal;

import io.capstan.crdt.core.CounterKey;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One bounded counter on this node: the rights it has, and what was made and used of them here.
 *
 * <p>Rights are taken before anything is counted as used, and counted as made before anybody gets them: what a flush
 * reads in between is a state in which somebody holds his rights a little longer.
 */
public final class EscrowCells implements Gathered {

    private final CounterKey.Bounded key;
    private final CounterBook book;
    private final AtomicLong rights = new AtomicLong();
    private final AtomicLong made = new AtomicLong();
    private final AtomicLong used = new AtomicLong();
    private final AtomicBoolean dirty = new AtomicBoolean();
    private volatile long others;

    EscrowCells(CounterKey.Bounded key, CounterBook book) {
        this.key = key;
        this.book = book;
    }

    /** The counter's name. */
    public String name() {
        return key.counter();
    }

    CounterKey.Bounded key() {
        return key;
    }

    /** Adds, and makes rights; false, and nothing is done, beyond {@link Cells#CELL_MAX}. */
    public boolean add(long amount) {
        long before;
        do {
            before = made.get();
            if (amount > Cells.CELL_MAX - before) {
                return false;
            }
        } while (!made.compareAndSet(before, before + amount));
        rights.addAndGet(amount);
        dirty();
        return true;
    }

    /** Takes away against rights held here; false, and nothing is done, when there are too few. */
    public boolean take(long amount) {
        if (!takeRights(amount)) {
            return false;
        }
        used.addAndGet(amount);
        dirty();
        return true;
    }

    /** How much may be taken away here without asking anybody. */
    public long rights() {
        return rights.get();
    }

    /** What this node knows of the value. What was used somewhere may be heard of before what it was made of: never below 0. */
    public long value() {
        long usedHere = used.get();
        return Math.max(0, others + made.get() - usedHere);
    }

    /** The flusher's: what changes from now on makes dirty again. */
    void clean() {
        dirty.set(false);
    }

    long made() {
        return made.get();
    }

    long used() {
        return used.get();
    }

    /** The actor's: rights that are to be given away. */
    boolean takeRights(long amount) {
        long before;
        do {
            before = rights.get();
            if (amount > before) {
                return false;
            }
        } while (!rights.compareAndSet(before, before - amount));
        return true;
    }

    /** The actor's: rights that came. */
    void receive(long amount) {
        rights.addAndGet(amount);
    }

    /** The actor's: what all other slots made less what they used. */
    void othersAre(long sum) {
        others = sum;
    }

    void dirty() {
        if (dirty.compareAndSet(false, true)) {
            book.dirty(this);
        }
    }
}
