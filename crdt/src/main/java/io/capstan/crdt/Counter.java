package io.capstan.crdt;

import io.capstan.crdt.internal.Cells;
import io.capstan.crdt.internal.CountersService;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One counter, as one node sees it. Keep the handle: looking it up again is the only slow part.
 *
 * <p>All methods may be called from any thread. Those that return no stage take nanoseconds, and neither lock, wait nor
 * allocate (but {@code subscribe}).
 */
public final class Counter {
    private final CountersService service;
    private volatile Cells cells;

    Counter(Cells cells, CountersService service) {
        this.cells = cells;
        this.service = service;
    }

    /** The name it was asked for by. */
    public String name() {
        return cells.name();
    }

    /** Adds 1. */
    public void increment() {
        add(1);
    }

    /** Takes 1 away. */
    public void decrement() {
        add(-1);
    }

    /**
     * Adds, or takes away when {@code delta} is below 0. Seen by {@link #value()} on this node at once, on the others
     * after the next flush. A repeated call adds again.
     *
     * @throws CounterFailure {@code TOO_MUCH_ADDED}: at most 2^55 go into the cell that this thread uses, of those added
     *     and of those taken alike; nothing was done. {@code TOO_MANY_COUNTERS}: it was deleted, and there is no room to
     *     begin it anew
     */
    public void add(long delta) {
        while (!cells.add(delta)) {
            if (!cells.retired()) {
                throw new CounterFailure(
                        CounterFailure.Kind.TOO_MUCH_ADDED,
                        "counter \"" + name() + "\" cannot add " + delta + ": a cell holds at most 2^55");
            }
            cells = Counters.cells(name(), service); // It was deleted, and begins anew.
        }
    }

    /**
     * Adds, and tells when it is as safe as asked for. Not to be repeated when that is unknown: see
     * {@link Counters#add(String, java.util.Map, Ack)}.
     *
     * @return fails with {@code NOT_ACKNOWLEDGED} (OUTCOME_UNKNOWN: it counts here), {@code TOO_MANY_WAITING} (likewise),
     *     {@code STOPPED} (likewise)
     * @throws CounterFailure as {@link #add(long)}, or {@code NOT_DURABLE}; at once, and nothing was done
     */
    public CompletionStage<@Nullable Void> add(long delta, Ack ack) {
        Counters.requireDisk(ack, service);
        add(delta);
        return ack.others() == 0
                ? CompletableFuture.completedFuture(null)
                : Outcomes.ofAdd(null, service.write(null, null, ack.others(), ack.within()));
    }

    /**
     * The value once this node has seen what others have.
     *
     * @return fails with {@code NOT_SEEN} (RETRY), {@code TOO_MANY_WAITING} (RETRY), {@code STOPPED}, {@code VALUE_OVERFLOW}
     */
    public CompletionStage<Long> value(Read read) {
        return Outcomes.ofRead(service.reachOthers(read.others(), read.within()), this::value);
    }

    /**
     * Tells {@code listener} the value now and after changes. However many changes happen in between, it is told the
     * latest only, and not again what it was told last. Called on one thread of the node's counters, which flushes wait for
     * too: hand over and return. One that throws is logged, and told the next time; a value that does not fit 64 bits is
     * logged, and not told.
     *
     * @param atMostEvery shortest time between two calls
     */
    public Subscription subscribe(Duration atMostEvery, LongConsumer listener) {
        long[] told = new long[1];
        boolean[] any = new boolean[1];
        Runnable end = service.subscribe(current(), atMostEvery, () -> {
            long value = value();
            if (!any[0] || told[0] != value) {
                any[0] = true;
                told[0] = value;
                listener.accept(value);
            }
        });
        return end::run;
    }

    /**
     * What this node knows: all that was added here, and all that was heard of from the others.
     *
     * @throws CounterFailure {@code VALUE_OVERFLOW}: the sum does not fit 64 bits; it is never wrapped
     */
    public long value() {
        try {
            return current().value();
        } catch (ArithmeticException e) {
            throw new CounterFailure(
                    CounterFailure.Kind.VALUE_OVERFLOW, "the value of counter \"" + name() + "\" exceeds 64 bits");
        }
    }

    /**
     * Sets the counter to 0 as far as this node knows it: what others add meanwhile, or have added and not told yet, goes on
     * counting. However many nodes reset it at once, everything they have seen is taken out once.
     *
     * @return fails with {@code NOT_ACKNOWLEDGED} (OUTCOME_UNKNOWN: it is done here, and still being told) or {@code STOPPED}
     *     (likewise); or nothing was done: {@code NOT_BEGUN} (RETRY), {@code TOO_MANY_WAITING} (RETRY), {@code TOO_MANY_SLOTS}
     * @throws CounterFailure {@code NOT_DURABLE}, at once
     */
    public CompletionStage<@Nullable Void> reset(Ack ack) {
        Counters.requireDisk(ack, service);
        return Outcomes.ofReset(name(), service.reset(name(), false, ack.others(), ack.within()));
    }

    private Cells current() {
        Cells now = cells;
        if (now.retired()) {
            Cells anew = service.book().find(now.name());
            if (anew != null) {
                now = anew;
                cells = anew;
            }
        }
        return now;
    }

    /** For people: name and value. */
    @Override
    public String toString() {
        return name() + "=" + value();
    }
}
