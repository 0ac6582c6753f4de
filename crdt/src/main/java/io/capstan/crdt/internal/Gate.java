package io.capstan.crdt.internal;

import io.capstan.crdt.core.Effect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lets a table's effects out in order, and none before what it stands on is on disk: so rows leave their node, and rows of
 * others are acknowledged, only when no crash can take them back. Not thread-safe.
 */
final class Gate<K, V> {
    /** Where the stores go. */
    interface Disk<K, V> {
        /**
         * Writes them together, or as good as that, after all earlier ones.
         *
         * @param number what {@link Gate#durable} is to be told, later, in order
         * @return false when nothing was taken, as the disk is full or too much waits: the same again later
         */
        boolean write(List<Effect.Store<K, V>> stores, long number);
    }

    private final Disk<K, V> disk;
    private final Consumer<Effect<K, V>> out;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Deque<Batch<K, V>> refused = new ArrayDeque<>();
    private final Deque<Written> underWay = new ArrayDeque<>();
    private long lastNumber;
    private long durable;
    private long durableVersion;

    private record Waiting(long number, Runnable what) {}

    private record Batch<K, V>(List<Effect.Store<K, V>> stores, long number) {}

    /** Our own slot is on disk up to this version once this number is durable. */
    private record Written(long number, long version) {}

    Gate(Disk<K, V> disk, Consumer<Effect<K, V>> out) {
        this.disk = disk;
        this.out = out;
    }

    /** Takes all effects of one drain, after which our own slot is at {@code version}. */
    void perform(List<Effect<K, V>> effects, long version) {
        List<Effect.Store<K, V>> stores = new ArrayList<>();
        for (Effect<K, V> effect : effects) {
            if (effect instanceof Effect.Store<K, V> store) {
                stores.add(store);
            }
        }
        if (!stores.isEmpty()) {
            refused.add(new Batch<>(stores, ++lastNumber));
            underWay.add(new Written(lastNumber, version));
            tryAgain();
        }
        for (Effect<K, V> effect : effects) {
            if (effect instanceof Effect.Store) {
                continue;
            }
            onceDurable(() -> out.accept(effect));
        }
    }

    /** Does it once all that was given before is on disk, in its turn. */
    void onceDurable(Runnable what) {
        if (durable == lastNumber) {
            what.run();
        } else {
            waiting.add(new Waiting(lastNumber, what));
        }
    }

    /** Everything up to this number is on disk. */
    void durable(long number) {
        durable = number;
        while (!underWay.isEmpty() && underWay.element().number() <= number) {
            durableVersion = underWay.remove().version();
        }
        while (!waiting.isEmpty() && waiting.element().number() <= number) {
            waiting.remove().what().run();
        }
    }

    /** Offers the disk what it refused. */
    void tryAgain() {
        while (!refused.isEmpty()
                && disk.write(refused.element().stores(), refused.element().number())) {
            refused.remove();
        }
    }

    /** The disk takes nothing: who can wait stamps nothing new. */
    boolean blocked() {
        return !refused.isEmpty();
    }

    /** Our own slot is on disk up to here. */
    long durableVersion() {
        return durableVersion;
    }

    /** Nothing waits for the disk. */
    boolean isIdle() {
        return durable == lastNumber;
    }
}
