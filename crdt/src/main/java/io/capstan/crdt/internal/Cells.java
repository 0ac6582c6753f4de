package io.capstan.crdt.internal;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.Sums;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * One counter on this node: what was added and taken here, at memory speed, and what all other slots say.
 *
 * <p>Each of the two sums is a base and, once threads were seen to collide, stripes. Any thread adds and reads; only the
 * counters' actor flushes and learns about the others.
 */
public final class Cells implements Gathered {
    /** Most that one base or stripe holds: all of them together can never overflow 64 bits. */
    public static final long CELL_MAX = 1L << 55;

    /** Base and stripes together stay below 2^62. */
    private static final int STRIPES_MAX = 64;

    /** Several per processor, so that threads rarely share one; only counters on which threads collided have any. */
    private static final int STRIPES =
            Math.min(STRIPES_MAX, Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * 8));

    private static final int STRIPE_BITS = Integer.numberOfTrailingZeros(STRIPES);
    /** Longs per stripe: two lines of the processor's cache, as it fetches the neighbour of each (that was 2.8 of a LongAdder). */
    private static final int STRIDE = 16;

    /** What threads' numbers are multiplied with: the upper bits of the products of neighbours lie far apart. */
    private static final int GOLDEN = 0x9E3779B9;

    /** How often threads that meet are spread anew; who meets then is one of more threads than there are stripes. */
    private static final int SPREADS_MAX = 64;

    /** In place of a sum, once the cells are retired: no add can find it and go on. */
    private static final long RETIRED = -1;

    /** In place of stripes, likewise. */
    private static final AtomicLongArray NO_STRIPES = new AtomicLongArray(0);

    private static final int ADDED_AT = 0;
    private static final int TAKEN_AT = 1;

    private static final VarHandle ADDED;
    private static final VarHandle TAKEN;
    private static final VarHandle DIRTY;
    private static final VarHandle STRIPED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            ADDED = lookup.findVarHandle(Cells.class, "added", long.class);
            TAKEN = lookup.findVarHandle(Cells.class, "taken", long.class);
            DIRTY = lookup.findVarHandle(Cells.class, "dirty", boolean.class);
            STRIPED = lookup.findVarHandle(Cells.class, "striped", AtomicLongArray.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Shared by all rows of this counter. */
    private final CounterKey.Total key;

    private final CounterBook book;
    private volatile long added;
    private volatile long taken;
    private volatile boolean dirty;
    private volatile @Nullable AtomicLongArray striped;
    /** How often threads met on a stripe, up to a limit. Not volatile: whoever sees an old one meets once more. */
    private int spread;

    /** What all but these cells come to, unless it needs more than 64 bits. */
    private volatile long others;

    private volatile @Nullable Sum128 largeOthers;
    private volatile boolean hidden;
    private volatile @Nullable Watch watch;

    Cells(CounterKey.Total key, CounterBook book) {
        this.key = key;
        this.book = book;
    }

    /** The counter's name. */
    public String name() {
        return key.counter();
    }

    CounterKey.Total key() {
        return key;
    }

    /**
     * Adds, or takes when {@code delta} is below 0. No lock, no allocation, no waiting.
     *
     * @return false, and nothing is done, when the cell that this thread uses would exceed {@link #CELL_MAX}, or these
     *     cells are {@linkplain #retired retired}
     */
    public boolean add(long delta) {
        boolean done;
        if (delta == 0) {
            return true; // Not even dirty: a flush would send the same row again.
        } else if (delta > 0) {
            done = raise(ADDED, ADDED_AT, added, delta);
        } else {
            done = delta != Long.MIN_VALUE && raise(TAKEN, TAKEN_AT, taken, -delta);
        }
        // After the sum, as the flusher clears it before it reads the sums: one of the two sees the other.
        if (done && !dirty && DIRTY.compareAndSet(this, false, true)) {
            book.dirty(this);
        }
        return done;
    }

    /**
     * Everything this node knows of: its own sums and the last ones heard of all other slots.
     *
     * @throws ArithmeticException when it does not fit 64 bits
     */
    public long value() {
        Sum128 large = largeOthers;
        return Math.addExact(large == null ? others : large.exact(), net());
    }

    /** This slot's part. Each sum never falls; the two are read one after the other. */
    Sums sums() {
        long takenSum =
                sum(taken, TAKEN_AT); // First: a take follows the add that it undoes, and so never shows without it.
        long addedSum = sum(added, ADDED_AT);
        return addedSum < 0 || takenSum < 0 ? Sums.NOTHING : Sums.of(addedSum, takenSum);
    }

    /** As {@link #sums}, of which nothing is made: this is read often. */
    private long net() {
        long takenSum = sum(taken, TAKEN_AT);
        long addedSum = sum(added, ADDED_AT);
        return addedSum < 0 || takenSum < 0 ? 0 : addedSum - takenSum;
    }

    private long sum(long base, int at) {
        long sum = base;
        AtomicLongArray stripes = striped;
        for (int i = at; stripes != null && i < stripes.length(); i += STRIDE) {
            sum += stripes.get(i);
        }
        return sum;
    }

    /** The flusher's: what is added from now on makes dirty again, so nothing that is not in the sums stays unflushed. */
    Sums clean() {
        dirty = false; // Before the sums are read; the other way round an increment in between is never flushed.
        return sums();
    }

    /** The actor's: another slot's part has changed, or an operation's. */
    void othersChanged(long delta) {
        Sum128 large = largeOthers;
        setOthers((large == null ? Sum128.of(others) : large).plus(delta));
        changed();
    }

    /**
     * The actor's: all but the sums in these cells now come to this.
     *
     * @param nothingLeft the counter is deleted, and nothing is left of it: it is not listed
     */
    void othersAre(Sum128 sum, boolean nothingLeft) {
        setOthers(sum);
        hidden = nothingLeft;
        changed();
    }

    private void setOthers(Sum128 sum) {
        if (sum.fits()) {
            others = sum.low(); // First: whoever finds no large sum reads this one.
            largeOthers = null;
        } else {
            largeOthers = sum;
        }
    }

    /** Whether the counter is deleted, and not listed until it is added to again. */
    public boolean hidden() {
        return hidden && !dirty;
    }

    /**
     * Ends these cells, if they hold just this: no add is taken any more, and whoever has a handle looks the counter up
     * again. The actor's. Cells that threads collided on, or that are watched, stay.
     */
    boolean retire(Sums stamped) {
        if (watch != null || !STRIPED.compareAndSet(this, (AtomicLongArray) null, NO_STRIPES)) {
            return false;
        }
        // From here on nobody makes stripes; who read the sums before and comes too late finds them retired.
        if (ADDED.compareAndSet(this, stamped.added(), RETIRED)) {
            if (TAKEN.compareAndSet(this, stamped.taken(), RETIRED)) {
                return true;
            }
            added = stamped.added();
        }
        striped = null;
        return false;
    }

    /** Whether they are ended, or (for an instant) may be. */
    public boolean retired() {
        return striped == NO_STRIPES;
    }

    /** Tells whoever watches that the value may be another. */
    void changed() {
        Watch watching = watch;
        if (watching != null) {
            watching.changed();
        }
    }

    /** All subscribers of this counter, made with the first one. */
    synchronized Watch watch(java.util.function.Supplier<Watch> made) {
        Watch watching = watch;
        if (watching == null) {
            watching = made.get();
            watch = watching;
        }
        return watching;
    }

    private boolean raise(VarHandle base, int at, long seen, long delta) {
        AtomicLongArray stripes = striped;
        if (stripes == null) {
            if (delta > CELL_MAX - seen) {
                return false;
            }
            if (seen != RETIRED && base.compareAndSet(this, seen, seen + delta)) {
                return true;
            }
            stripes = stripes();
        }
        if (stripes == NO_STRIPES) {
            return false;
        }
        int index = stripe() * STRIDE + at;
        while (true) {
            long now = stripes.get(index);
            if (delta > CELL_MAX - now) {
                return false;
            }
            if (stripes.compareAndSet(index, now, now + delta)) {
                return true;
            }
            index = (index + STRIDE) & (STRIPES * STRIDE - 1); // Somebody else is there, and would be the next time.
            if (spread < SPREADS_MAX) {
                spread++;
            }
        }
    }

    private AtomicLongArray stripes() {
        AtomicLongArray fresh = new AtomicLongArray(STRIPES * STRIDE);
        AtomicLongArray before = (AtomicLongArray) STRIPED.compareAndExchange(this, (AtomicLongArray) null, fresh);
        return before == null ? fresh : before;
    }

    private int stripe() {
        int mixed = Long.hashCode(Thread.currentThread().getId()) * (GOLDEN + 2 * spread);
        return mixed >>> (Integer.SIZE - STRIPE_BITS);
    }
}
