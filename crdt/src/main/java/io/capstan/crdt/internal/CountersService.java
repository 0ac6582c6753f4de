package io.capstan.crdt.internal;

import io.capstan.actors.Node;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.crdt.core.Slot;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;

/** The counters of one node, from its start to its stop. */
public final class CountersService implements AutoCloseable {
    private final Parts parts;
    private final ScheduledExecutorService scheduler;
    private final ActorRef<CountersActor.Message> actor;

    /** What the actor is made of. */
    record Parts(Mesh mesh, Slot slot, CrdtSettings settings, CounterBook book) {}

    private CountersService(Node node, Parts parts) {
        this.parts = parts;
        this.scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "capstan-counters-" + node.id().name());
            thread.setDaemon(true);
            return thread;
        });
        this.actor = node.internals().spawnVital(CountersActor.create(parts, scheduler), "capstan-counters");
    }

    /** Starts them, with a slot of this start's own. */
    public static CountersService start(Node node) {
        CrdtSettings settings = CrdtSettings.fromConfig(node.system().settings().config());
        CounterBook book = new CounterBook(settings.countersMax());
        return new CountersService(node, new Parts(node.internals().mesh(), FreshSlot.of(node.id()), settings, book));
    }

    /** All counters. */
    public CounterBook book() {
        return parts.book();
    }

    /** Waits a little until the linked nodes have the last increments: an orderly stop loses none. */
    @Override
    public void close() {
        CountDownLatch left = new CountDownLatch(1);
        actor.tell(new CountersActor.Leave(left::countDown));
        try {
            if (!left.await(parts.settings().leaveTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
                org.slf4j.LoggerFactory.getLogger(CountersService.class)
                        .warn("stopped before all linked nodes had the last increments"
                                + " (capstan.crdt.counters.leave-timeout)");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        scheduler.shutdownNow();
    }
}
