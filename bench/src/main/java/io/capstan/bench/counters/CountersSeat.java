package io.capstan.bench.counters;

import io.capstan.actors.Node;
import io.capstan.bench.SeatedNode;
import io.capstan.bench.seat.Seat;
import io.capstan.bench.seat.Seating;
import io.capstan.bench.seat.Service;
import io.capstan.crdt.Counter;
import io.capstan.crdt.Counters;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/** Counters on three nodes: ours ({@link OfCapstan}), or those of Pekko Distributed Data in the system of such a node. */
public abstract class CountersSeat implements Service {
    private static final long LOOK = 20_000_000;

    private CountersSeat() {}

    private static Node node(Seating seating) {
        Node node = SeatedNode.start(seating, "");
        while (!seating.name().equals(seating.members().get(0)) && node.nodes().isEmpty()) {
            LockSupport.parkNanos(LOOK);
        }
        return node;
    }

    @Override
    public boolean leads() {
        return true;
    }

    @Override
    public CompletionStage<?> read(Reading how) {
        return CompletableFuture.completedFuture(value());
    }

    @Override
    public CompletionStage<?> write(byte[] command) {
        return tell(1);
    }

    /** Ours. */
    public static final class OfCapstan extends CountersSeat {
        private final Counters counters;
        private final Counter watched;

        private OfCapstan(Counters counters) {
            this.counters = counters;
            watched = counters.counter("watched");
        }

        public static void main(String[] words) {
            Seat.run(words, seating -> new OfCapstan(Counters.get(node(seating))));
        }

        /** Increments, of the one that is watched. */
        @Override
        public CompletionStage<?> tell(int times) {
            for (int i = 0; i < times; i++) {
                watched.increment();
            }
            return CompletableFuture.completedFuture(times);
        }

        @Override
        public long value() {
            return watched.value();
        }

        @Override
        public void fill(String prefix, int count) {
            for (int i = 0; i < count; i++) {
                counters.counter(prefix + i).increment();
            }
        }

        @Override
        public void reach(String prefix, int count) {
            for (int i = 0; i < count; i++) {
                Counter counter = counters.counter(prefix + i);
                while (counter.value() == 0) {
                    LockSupport.parkNanos(LOOK / 20);
                }
            }
        }
    }

    /** Pekko's. */
    public static final class OfDdata extends CountersSeat {
        private final DdataCounters counters;

        private OfDdata(DdataCounters counters) {
            this.counters = counters;
        }

        public static void main(String[] words) {
            Seat.run(words, seating -> new OfDdata(new DdataCounters(node(seating))));
        }

        /** Increments, of the one that is watched; each acknowledged by this node's replicator, as it takes memory alone. */
        @Override
        public CompletionStage<?> tell(int times) {
            return counters.increment("watched", times);
        }

        @Override
        public long value() {
            return counters.value("watched");
        }

        @Override
        public void fill(String prefix, int count) {
            counters.fill(prefix, count);
        }

        @Override
        public void reach(String prefix, int count) {
            counters.reach(prefix, count);
        }
    }
}
