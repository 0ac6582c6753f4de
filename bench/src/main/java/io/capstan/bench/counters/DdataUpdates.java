package io.capstan.bench.counters;

import io.capstan.actors.Node;
import io.capstan.bench.LoneNode;
import io.capstan.crdt.Counter;
import io.capstan.crdt.Counters;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.PNCounter;
import org.apache.pekko.cluster.ddata.PNCounterKey;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;

/** Pekko Distributed Data's {@code Update} of one counter, and our increment, in one system, second by second in turns. */
final class DdataUpdates {
    private static final int IN_FLIGHT = 1_000;
    private static final int ROUNDS = 5;
    private static final int BATCH = 1_000;
    private static final long ROUND_NANOS = Duration.ofSeconds(1).toNanos();

    private DdataUpdates() {}

    static void play() {
        Node node = LoneNode.start();
        Counter counter = Counters.get(node).counter("hits");
        Semaphore window = new Semaphore(IN_FLIGHT);
        ActorRef<Replicator.UpdateResponse<PNCounter>> answers = node.spawn(
                Behaviors.receiveMessage(answer -> {
                    window.release();
                    return Behaviors.same();
                }),
                "answers");
        ActorRef<Replicator.Command> replicator =
                DistributedData.get(node.system()).replicator();
        SelfUniqueAddress self = DistributedData.get(node.system()).selfUniqueAddress();
        Key<PNCounter> key = PNCounterKey.create("hits");
        System.out.println("| a second each, in turns | our increments/s | ddata updates/s | ratio |");
        System.out.println("|---|---|---|---|");
        for (int round = 0; round < ROUNDS; round++) {
            long ours = 0;
            long start = System.nanoTime();
            while (System.nanoTime() - start < ROUND_NANOS) {
                for (int i = 0; i < BATCH; i++) {
                    counter.increment();
                }
                ours += BATCH;
            }
            long theirs = 0;
            start = System.nanoTime();
            while (System.nanoTime() - start < ROUND_NANOS) {
                window.acquireUninterruptibly();
                replicator.tell(new Replicator.Update<>(
                        key, PNCounter.create(), Replicator.writeLocal(), answers, value -> value.increment(self, 1)));
                theirs++;
            }
            System.out.printf(
                    Locale.ROOT, "| %d | %,d | %,d | %,d |%n", round + 1, ours, theirs, ours / Math.max(1, theirs));
        }
        node.stop().toCompletableFuture().join();
    }
}
