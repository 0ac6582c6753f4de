package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.ddata.PNCounter;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.junit.jupiter.api.Test;

/** Our counters beside Pekko Distributed Data's: the same adds, meetings and restarts, the same values at every step. */
class PekkoCounterTest {
    private static final int NODES = 4;
    private static final int SEEDS = 200;
    private static final int STEPS = 300;
    private static final String COUNTER = "counter";

    @Test
    void aValueIsWhatPekkosCounterSays() {
        long from = Long.getLong("pekko.from", 1);
        for (long seed = from; seed < from + SEEDS; seed++) {
            compare(seed);
        }
    }

    private static void compare(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            pairs.add(new Pair("n" + i, 1, random));
        }
        for (int step = 0; step < STEPS; step++) {
            int one = random.nextInt(NODES);
            int other = random.nextInt(NODES);
            switch (random.nextInt(8)) {
                case 0 -> {
                    Pair before = pairs.get(one);
                    // What nobody else had heard is lost with it, on both sides alike.
                    pairs.set(one, new Pair(before.id.name(), before.id.incarnation() + 1, random));
                }
                case 1, 2, 3 -> {
                    if (one != other) {
                        pairs.get(one).meet(pairs.get(other));
                    }
                }
                default -> pairs.get(one).add(random.nextLong(-100, 200));
            }
            for (Pair pair : pairs) {
                assertThat(pair.cells().value())
                        .as("-Dpekko.from=%d, step %d, at %s", seed, step, pair.id)
                        .isEqualTo(pair.pekko.value().longValue());
            }
        }
    }

    /** A node with one counter of each kind. */
    private static final class Pair {
        private final NodeId id;
        private final MeetingReplica ours;
        private final SelfUniqueAddress self;
        private PNCounter pekko = PNCounter.create();

        Pair(String name, long incarnation, SplittableRandom random) {
            id = new NodeId(name, incarnation);
            ours = new MeetingReplica(name, incarnation, random.nextLong());
            self = new SelfUniqueAddress(new UniqueAddress(new Address("pekko", name), incarnation));
        }

        Cells cells() {
            return ours.cells(COUNTER);
        }

        void add(long delta) {
            cells().add(delta);
            pekko = delta >= 0 ? pekko.increment(self, delta) : pekko.decrement(self, -delta);
        }

        void meet(Pair other) {
            ours.meet(other.ours);
            PNCounter merged = pekko.merge(other.pekko);
            pekko = merged;
            other.pekko = merged;
        }
    }
}
