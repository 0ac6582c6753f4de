package io.capstan.bench.counters;

import io.capstan.actors.Node;
import java.time.Duration;
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

    private static Key<PNCounter> key(int i) {
        return PNCounterKey.create("filled/" + i);
    }

    /** Increments so many counters, here. */
    void fill(int count) {
        for (int i = 0; i < count; i++) {
            window.acquireUninterruptibly();
            replicator.tell(new Replicator.Update<>(
                    key(i), PNCounter.create(), Replicator.writeLocal(), answers, value -> value.increment(self, 1)));
        }
        window.acquireUninterruptibly(IN_FLIGHT);
        window.release(IN_FLIGHT);
    }

    /** Waits until all of them are here. */
    void reach(int count) {
        for (int i = 0; i < count; i++) {
            while (!isHere(i)) {
                LockSupport.parkNanos(LOOK);
            }
        }
    }

    private boolean isHere(int i) {
        return AskPattern.<Replicator.Command, Replicator.GetResponse<PNCounter>>ask(
                                replicator,
                                answer -> new Replicator.Get<>(key(i), Replicator.readLocal(), answer),
                                LONG,
                                node.system().scheduler())
                        .toCompletableFuture()
                        .join()
                instanceof Replicator.GetSuccess<PNCounter>;
    }
}
