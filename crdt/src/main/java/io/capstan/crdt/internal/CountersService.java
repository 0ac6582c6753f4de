package io.capstan.crdt.internal;

import io.capstan.actors.Node;
import io.capstan.actors.internal.link.Channel;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.store.Store;
import io.capstan.crdt.CountersStatus;
import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Frontier;
import io.capstan.crdt.core.Slot;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The counters of one node, from its start to its stop. */
public final class CountersService implements AutoCloseable {
    /** In place of a number of other nodes: on this node's disk. */
    public static final int DISK = -1;

    private final Parts parts;
    private final ScheduledExecutorService scheduler;
    private final ActorRef<CountersActor.Message> actor;

    /** Two worlds of counters that know nothing of each other. The codes are on the wire. */
    public enum Space {
        /** Counters that live in the memories of the nodes. */
        MEMORY(16, "counters"),
        /** Counters that live on their disks. */
        DURABLE(17, "durable-counters");

        private final int code;
        private final String title;

        Space(int code, String title) {
            this.code = code;
            this.title = title;
        }

        /** As it is on the wire. */
        public int code() {
            return code;
        }

        /**
         * The inverse of {@link #code}.
         *
         * @throws IllegalArgumentException when there is none of that code
         */
        public static Space ofCode(int code) {
            for (Space space : values()) {
                if (space.code == code) {
                    return space;
                }
            }
            throw new IllegalArgumentException("no space of counters has code " + code);
        }

        Channel channel() {
            return new Channel(code, title, Channel.Priority.NORMAL);
        }
    }

    /** What the actor is made of. */
    record Parts(
            Space space,
            Mesh mesh,
            Store store,
            Slot slot,
            CrdtSettings settings,
            CounterBook book,
            Mailbag mailbag,
            CompletableFuture<Void> loaded) {}

    private CountersService(Node node, Parts parts) {
        this.parts = parts;
        this.scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(
                    task,
                    "capstan-" + parts.space().channel().name() + "-"
                            + node.id().name());
            thread.setDaemon(true);
            return thread;
        });
        this.actor = node.internals()
                .spawnVital(
                        CountersActor.create(parts, scheduler),
                        "capstan-" + parts.space().channel().name());
        // Torture's: a node that had just come back showed less than it had on its disk. When that cannot be read the
        // node
        // stops, and in a system that ends already no actor begins any more.
        CompletableFuture.anyOf(
                        parts.loaded(), node.system().getWhenTerminated().toCompletableFuture())
                .handle((done, failure) -> true)
                .join();
        node.internals().measured(new CounterFigures(this));
    }

    /** The services of a node, by class: closed with it. */
    private record Durable(CountersService service) implements AutoCloseable {
        @Override
        public void close() {
            service.close();
        }
    }

    /** The counters of one space of a node; always the same, and started with the first call. */
    public static CountersService of(Node node, Space space) {
        return space == Space.MEMORY
                ? node.internals().service(CountersService.class, any -> start(any, space))
                : node.internals()
                        .service(Durable.class, any -> new Durable(start(any, space)))
                        .service();
    }

    /** Starts the counters of one space, with a slot of this start's own. */
    private static CountersService start(Node node, Space space) {
        CrdtSettings settings = CrdtSettings.fromConfig(node.system().settings().config());
        CounterBook book = new CounterBook(settings.countersMax(), System::currentTimeMillis);
        return new CountersService(
                node,
                new Parts(
                        space,
                        node.internals().mesh(),
                        node.internals().store(),
                        FreshSlot.of(node.id()),
                        settings,
                        book,
                        new Mailbag(),
                        new CompletableFuture<>()));
    }

    /** Which of the two it is. */
    public Space space() {
        return parts.space();
    }

    /** An add that is to be told of when it is on other nodes; under an id, or of what is in the cells already. */
    public CompletableFuture<Outcome> write(
            @Nullable String id, @Nullable Deltas deltas, int replicas, @Nullable Duration within) {
        return write(id == null || deltas == null ? null : new Writes.Named(id, deltas), replicas, within);
    }

    /** Resets a counter, or deletes it. */
    public CompletableFuture<Outcome> reset(String counter, boolean delete, int replicas, @Nullable Duration within) {
        return write(new Writes.ToReset(counter, delete), replicas, within);
    }

    /** Takes away from a bounded counter once this node has the rights. */
    public CompletableFuture<Outcome> take(String counter, long amount, Duration within) {
        CompletableFuture<Outcome> outcome = parts.mailbag().add(Outcome.STOPPED);
        actor.tell(new CountersActor.Take(new Escrows.Waiting(counter, amount, deadline(within), outcome)));
        return outcome;
    }

    private CompletableFuture<Outcome> write(Writes.@Nullable Change change, int replicas, @Nullable Duration within) {
        // What is in the cells already counts here; anything else was to be stamped, and is not.
        CompletableFuture<Outcome> outcome = parts.mailbag().add(change == null ? Outcome.STOPPED : Outcome.NOT_BEGUN);
        actor.tell(new CountersActor.ToWrite(new Writes.Write(change, replicas, deadline(within), outcome)));
        return outcome;
    }

    /** Done when this node has seen as much. */
    public CompletableFuture<Outcome> reach(Frontier goal, @Nullable Duration within) {
        CompletableFuture<Outcome> outcome = parts.mailbag().add(Outcome.STOPPED);
        actor.tell(new CountersActor.Reach(goal, deadline(within), outcome));
        return outcome;
    }

    /** Done when this node has seen as much as so many others have when they are asked. */
    public CompletableFuture<Outcome> reachOthers(int others, @Nullable Duration within) {
        CompletableFuture<Outcome> outcome = parts.mailbag().add(Outcome.STOPPED);
        actor.tell(new CountersActor.ReachOthers(others, deadline(within), outcome));
        return outcome;
    }

    /** What this node has seen, with all that was added here before; null when it stops. */
    public CompletableFuture<@Nullable Frontier> frontier() {
        CompletableFuture<@Nullable Frontier> frontier = parts.mailbag().add(null);
        actor.tell(new CountersActor.AskFrontier(frontier));
        return frontier;
    }

    /** From now on folds slots of the departed as all who share this agreement do. */
    public void foldThrough(Agreement agreement) {
        actor.tell(new CountersActor.FoldThrough(agreement));
    }

    /** How much is held here; null when the node stops. */
    public CompletableFuture<@Nullable CountersStatus> status() {
        CompletableFuture<@Nullable CountersStatus> status = parts.mailbag().add(null);
        actor.tell(new CountersActor.AskStatus(status));
        return status;
    }

    /** Runs {@code told} now and after changes of the counter, at most this often; returns what ends it. */
    public Runnable subscribe(Cells cells, Duration atMostEvery, Runnable told) {
        return cells.watch(Watch::new).add(atMostEvery, scheduler, System::nanoTime, told);
    }

    private long deadline(@Nullable Duration within) {
        return System.nanoTime() + (within == null ? parts.settings().ackTimeout() : within).toNanos();
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
