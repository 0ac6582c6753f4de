package io.capstan.crdt.internal;

import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.Ring;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One windowed counter on this node: buckets of time that any thread counts in, and what the rings of all other slots say.
 *
 * <p>Every node goes by its own wall clock: clocks that differ by d make what others counted come, and go, d late or early.
 */
public final class WindowCells implements Gathered {
    private final CounterKey.Windowed key;
    private final CounterBook book;
    private final LongSupplier wallMillis;
    private final AtomicReferenceArray<@Nullable Bucket> ring;
    private final AtomicBoolean dirty = new AtomicBoolean();
    private volatile Others others = new Others(new long[0], new long[0]);

    private record Bucket(long number, LongAdder count) {}

    /** Rising by number. */
    private record Others(long[] numbers, long[] counts) {}

    WindowCells(CounterKey.Windowed key, CounterBook book, LongSupplier wallMillis) {
        this.key = key;
        this.book = book;
        this.wallMillis = wallMillis;
        this.ring = new AtomicReferenceArray<>(key.buckets());
    }

    /** The counter's name. */
    public String name() {
        return key.counter();
    }

    CounterKey.Windowed key() {
        return key;
    }

    /** Counts {@code count} more, now. No lock, no waiting; a bucket's first add allocates it. */
    public void add(int count) {
        long number = now();
        int index = (int) (number % key.buckets());
        Bucket bucket = ring.get(index);
        while (bucket == null || bucket.number < number) {
            Bucket fresh = new Bucket(number, new LongAdder());
            bucket = ring.compareAndSet(index, bucket, fresh) ? fresh : ring.get(index);
        }
        // A later number: the clock was set back by a whole window. What is counted now must not be in the past
        // already.
        bucket.count.add(count);
        if (dirty.compareAndSet(false, true)) {
            book.dirty(this);
        }
    }

    /**
     * What was counted in the last buckets, the present one included, everywhere.
     *
     * @throws ArithmeticException when it does not fit 64 bits
     */
    public long value() {
        long oldest = now() - key.buckets() + 1;
        long sum = 0;
        for (int i = 0; i < key.buckets(); i++) {
            Bucket bucket = ring.get(i);
            if (bucket != null && bucket.number >= oldest) {
                sum = Math.addExact(sum, bucket.count.sum());
            }
        }
        Others known = others;
        for (int i = known.numbers.length - 1; i >= 0 && known.numbers[i] >= oldest; i--) {
            sum = Math.addExact(sum, known.counts[i]);
        }
        return sum;
    }

    /** The flusher's: what is added from now on makes dirty again. */
    Ring clean() {
        dirty.set(false); // Before the buckets are read, as with Cells.
        SortedMap<Long, Long> counts = new TreeMap<>();
        long oldest = now() - key.buckets() + 1;
        for (int i = 0; i < key.buckets(); i++) {
            Bucket bucket = ring.get(i);
            if (bucket != null && bucket.number >= oldest && bucket.count.sum() > 0) {
                counts.put(bucket.number, bucket.count.sum());
            }
        }
        if (counts.isEmpty()) {
            return new Ring(0, List.of());
        }
        // A clock that was set back leaves buckets far ahead, and the gap to them may be of any length: what is
        // counted now goes first, and they are told when their time has come.
        counts = counts.headMap(counts.firstKey() + key.buckets());
        List<Long> backwards = new ArrayList<>();
        for (long number = counts.lastKey(); number >= counts.firstKey(); number--) {
            backwards.add(counts.getOrDefault(number, 0L));
        }
        return new Ring(counts.lastKey(), backwards);
    }

    /** The actor's: the rings of all other slots now. */
    void othersAre(Collection<Ring> rings) {
        SortedMap<Long, Long> sums = new TreeMap<>();
        for (Ring other : rings) {
            for (int i = 0; i < other.counts().size(); i++) {
                sums.merge(other.last() - i, other.counts().get(i), Math::addExact);
            }
        }
        long[] numbers = sums.keySet().stream().mapToLong(Long::longValue).toArray();
        long[] counts = sums.values().stream().mapToLong(Long::longValue).toArray();
        others = new Others(numbers, counts);
    }

    private long now() {
        return wallMillis.getAsLong() / key.bucketMillis();
    }
}
