package io.capstan.bench.counters;

import io.capstan.actors.Node;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.PNCounter;
import org.apache.pekko.cluster.ddata.PNCounterKey;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;

/** Counters of Pekko Distributed Data in a node's own system, as Pekko configures them. */
final class DdataCounters {
    private static final int IN_FLIGHT = 1_000;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final long LOOK = 20_000_000;

    private final Node node;
    private final Semaphore window = new Semaphore(IN_FLIGHT);
    private final ActorRef<Replicator.UpdateResponse<PNCounter>> answers;
    private final ActorRef<Replicator.Command> replicator;
    private final SelfUniqueAddress self;

    DdataCounters(Node node) {
        this.node = node;
        answers = node.spawn(
                Behaviors.receiveMessage(answer -> {
                    window.release();
                    return Behaviors.same();
                }),
                "ddata-answers");
        replicator = DistributedData.get(node.system()).replicator();
        self = DistributedData.get(node.system()).selfUniqueAddress();
    }

    private static Key<PNCounter> key(String name) {
        return PNCounterKey.create(name);
    }

    /** So many increments of one counter; done when this node's replicator has acknowledged the last. */
    CompletionStage<?> increment(String name, int times) {
        CompletionStage<?> last = CompletableFuture.completedFuture(null);
        for (int i = 0; i < times; i++) {
            last = AskPattern.<Replicator.Command, Replicator.UpdateResponse<PNCounter>>ask(
                    replicator,
                    answer -> new Replicator.Update<>(
                            key(name),
                            PNCounter.create(),
                            Replicator.writeLocal(),
                            answer,
                            value -> value.increment(self, 1)),
                    LONG,
                    node.system().scheduler());
        }
        return last;
    }

    /** A counter's value here; 0 when there is none. */
    long value(String name) {
        Key<PNCounter> key = key(name);
        return get(key) instanceof Replicator.GetSuccess<PNCounter> found
                ? found.get(key).getValue().longValue()
                : 0;
    }

    /** Increments so many counters, here. */
    void fill(String prefix, int count) {
        for (int i = 0; i < count; i++) {
            window.acquireUninterruptibly();
            replicator.tell(new Replicator.Update<>(
                    key(prefix + i),
                    PNCounter.create(),
                    Replicator.writeLocal(),
                    answers,
                    value -> value.increment(self, 1)));
        }
        window.acquireUninterruptibly(IN_FLIGHT);
        window.release(IN_FLIGHT);
    }

    /** Waits until all of them are here. */
    void reach(String prefix, int count) {
        for (int i = 0; i < count; i++) {
            while (!(get(key(prefix + i)) instanceof Replicator.GetSuccess)) {
                LockSupport.parkNanos(LOOK);
            }
        }
    }

    private Replicator.GetResponse<PNCounter> get(Key<PNCounter> key) {
        return AskPattern.<Replicator.Command, Replicator.GetResponse<PNCounter>>ask(
                        replicator,
                        answer -> new Replicator.Get<>(key, Replicator.readLocal(), answer),
                        LONG,
                        node.system().scheduler())
                .toCompletableFuture()
                .join();
    }
}
