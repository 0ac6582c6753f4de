package io.capstan.crdt.internal;

import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.crdt.CountersStatus;
import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Frontier;
import io.capstan.crdt.core.LedgerView;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Sums;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Drives the counters' table: the only one who stamps versions and the only one who tells cells about other slots. */
final class CountersActor extends AbstractBehavior<CountersActor.Message> {
    private static final Duration TICK = Duration.ofMillis(100);

    private final CounterBook book;
    private final String what;
    private final CounterReplica replica;
    private final TableLink<CounterKey, CounterRow> link;
    private final FlushPace pace;
    private final Writes writes;
    private final Arrivals arrivals;
    private final Gate<CounterKey, CounterRow> gate;
    private final Talks talks;
    private final int waitingMax;
    private final Duration operationsWindow;
    private final Mailbag mailbag;
    private final List<CompletableFuture<@Nullable Frontier>> askers = new ArrayList<>();
    private @Nullable Leave leaving;

    sealed interface Message {}

    private record OnMesh(TableLink.Event event) implements Message {}

    private enum Flush implements Message {
        NOW
    }

    private enum Tick implements Message {
        NOW
    }

    /** Something to stamp, or to tell once it is on other nodes. */
    record ToWrite(Writes.Write write) implements Message {}

    /** Takes away from a bounded counter once there are enough rights. */
    record Take(Escrows.Waiting waiting) implements Message {}

    /** Done when this node has seen as much. */
    record Reach(Frontier goal, long deadlineNanos, CompletableFuture<Outcome> outcome) implements Message {}

    /** Done when this node has seen as much as so many others. */
    record ReachOthers(int others, long deadlineNanos, CompletableFuture<Outcome> outcome) implements Message {}

    /** What this node has seen, and all that was added here before. */
    record AskFrontier(CompletableFuture<@Nullable Frontier> answer) implements Message {}

    /** This write, and all before, are on disk. */
    private record OnDisk(long number) implements Message {}

    /** Nothing gets on disk any more. */
    private record DiskFailed(StoreFailure failure) implements Message {}

    /** From now on slots of the departed are folded as all agree. */
    record FoldThrough(Agreement agreement) implements Message {}

    /** What was heard of that; null when nothing can be heard now. */
    private record Heard(@Nullable LedgerView view) implements Message {}

    /** How much is held here. */
    record AskStatus(CompletableFuture<@Nullable CountersStatus> answer) implements Message {}

    /** Flush, and run {@code done} once the linked nodes have everything; the caller sets the deadline. */
    record Leave(Runnable done) implements Message {}

    private CountersActor(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            CountersService.Parts parts,
            ScheduledExecutorService scheduler) {
        super(context);
        book = parts.book();
        mailbag = parts.mailbag();
        what = parts.space().channel().name();
        CrdtSettings settings = parts.settings();
        replica = new CounterReplica(parts.slot(), settings.table(), book, new Told());
        writes = new Writes(replica, settings.waitingMax(), settings.operationsMax());
        waitingMax = settings.waitingMax();
        operationsWindow = settings.operationsWindow();
        arrivals = new Arrivals(replica.table(), settings.waitingMax());
        talks = new Talks(
                replica.folder(),
                settings.foldInterval().toNanos(),
                view -> context.getSelf().tell(new Heard(view)));
        pace = new FlushPace(
                settings, System::nanoTime, scheduler, () -> context.getSelf().tell(Flush.NOW));
        link = TableLink.open(
                parts.mesh(),
                parts.space().channel(),
                CounterWire.wire(),
                event -> context.getSelf().tell(new OnMesh(event)));
        gate = new Gate<>(disk(parts), this::perform);
        // Nobody is linked yet: this tells the cells what they begin with, and the disk what a crash has left there.
        gate.perform(replica.drain(), replica.table().version());
        timers.startTimerWithFixedDelay(Tick.NOW, TICK);
        book.onDirty(pace::wake);
    }

    static Behavior<Message> create(CountersService.Parts parts, ScheduledExecutorService scheduler) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            try {
                CountersActor made = new CountersActor(context, timers, parts, scheduler);
                parts.loaded().complete(null);
                return made;
            } catch (RuntimeException | Error unreadable) {
                parts.loaded().completeExceptionally(unreadable);
                parts.mailbag().end();
                throw unreadable;
            }
        }));
    }

    /** Loads what earlier starts left there, before anybody is linked. */
    private Gate.Disk<CounterKey, CounterRow> disk(CountersService.Parts parts) {
        if (parts.space() == CountersService.Space.MEMORY) {
            return (stores, number) -> {
                throw new IllegalStateException("counters in memory have nothing for the disk");
            };
        }
        ActorRef<Message> self = getContext().getSelf();
        CounterDisk disk = new CounterDisk(
                parts.store(), number -> self.tell(new OnDisk(number)), failure -> self.tell(new DiskFailed(failure)));
        replica.table().keepOnDisk();
        disk.load(replica.table());
        return disk;
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(OnMesh.class, message -> {
                    link.handle(message.event(), replica.table());
                    return done();
                })
                .onMessage(Flush.class, message -> {
                    flush();
                    return done();
                })
                .onMessage(Tick.class, message -> tick())
                .onMessage(ToWrite.class, this::write)
                .onMessage(Take.class, this::take)
                .onMessage(AskFrontier.class, this::tellFrontier)
                .onMessage(Reach.class, message -> {
                    mailbag.taken(message.outcome());
                    arrivals.reach(message.goal(), message.deadlineNanos(), message.outcome());
                    return this;
                })
                .onMessage(ReachOthers.class, message -> {
                    mailbag.taken(message.outcome());
                    arrivals.reachOthers(message.others(), message.deadlineNanos(), message.outcome());
                    return done();
                })
                .onMessage(OnDisk.class, message -> {
                    gate.durable(message.number());
                    return done();
                })
                .onMessage(DiskFailed.class, this::diskFailed)
                .onMessage(FoldThrough.class, message -> {
                    talks.through(message.agreement());
                    if (!operationsWindow.isZero()) {
                        replica.keepOperations(operationsWindow);
                    }
                    return this;
                })
                .onMessage(Heard.class, message -> talks.heard(message.view(), gate::onceDurable) ? done() : this)
                .onMessage(AskStatus.class, message -> {
                    mailbag.taken(message.answer());
                    CountersStatus status = replica.status();
                    message.answer().completeAsync(() -> status);
                    return this;
                })
                .onMessage(Leave.class, message -> {
                    leaving = message;
                    handOver();
                    flush();
                    return done();
                })
                .onSignal(PostStop.class, signal -> stopped())
                .build();
    }

    private Behavior<Message> diskFailed(DiskFailed message) {
        if (message.failure().kind() == StoreFailure.Kind.CLOSED) {
            return this; // The node is stopping.
        }
        throw message.failure(); // What is durable is unknown now: this node must not go on.
    }

    private Behavior<Message> stopped() {
        link.close();
        writes.stop();
        replica.escrows().stop();
        arrivals.stop();
        askers.forEach(asker -> asker.completeAsync(() -> null));
        mailbag.end();
        return this;
    }

    private Behavior<Message> tick() {
        long now = System.nanoTime();
        replica.tick(TimeUnit.NANOSECONDS.toMillis(now));
        gate.tryAgain();
        writes.expire(now);
        replica.escrows().expire(now);
        arrivals.expire(now);
        if (leaving == null) {
            talks.tick(now);
        }
        return done();
    }

    private Behavior<Message> write(ToWrite message) {
        mailbag.taken(message.write().outcome());
        writes.add(message.write());
        pace.wake();
        return this;
    }

    private Behavior<Message> tellFrontier(AskFrontier message) {
        mailbag.taken(message.answer());
        askers.add(message.answer());
        pace.wake();
        return this;
    }

    private Behavior<Message> take(Take message) {
        mailbag.taken(message.waiting().outcome());
        if (replica.escrows().waiting() >= waitingMax) {
            message.waiting().outcome().completeAsync(() -> Outcome.TOO_MANY_WAITING);
        } else {
            replica.escrows().add(message.waiting());
        }
        return this;
    }

    private void flush() {
        pace.flushing();
        boolean holding = replica.table().holding() || gate.blocked();
        if (holding) {
            pace.flushed(0);
        } else {
            writes.stamp(System.nanoTime());
            pace.flushed(replica.flush());
            writes.flushed();
            answerAskers();
        }
        if (!book.clean() || !writes.nothingToStamp() || !askers.isEmpty()) {
            pace.wake();
        }
    }

    /** Rights that nobody could use while we are gone. */
    private void handOver() {
        replica.table().linkedSlots().stream().findFirst().ifPresent(replica.escrows()::leave);
    }

    private void answerAskers() {
        if (!askers.isEmpty()) {
            Frontier frontier = replica.table().frontier();
            askers.forEach(asker -> asker.completeAsync(() -> frontier));
            askers.clear();
        }
    }

    private final class Told implements ReplicaEvents {
        @Override
        public void conflict(String operation) {
            getContext()
                    .getLog()
                    .error(
                            "{}: operation \"{}\" was added with different deltas under the same id; one of them counts,"
                                    + " the same on all nodes",
                            what,
                            operation);
        }

        @Override
        public void excess(Effect.Excess<CounterKey, CounterRow> excess, Sums amount) {
            if (excess.slot().equals(Slot.FOLDED)) {
                getContext()
                        .getLog()
                        .error(
                                "{}: what was folded was begun anew while this node was away, as no member had it any more:"
                                        + " up to {} added and {} taken, all counters together, count nowhere now",
                                what,
                                amount.added(),
                                amount.taken());
                return;
            }
            getContext()
                    .getLog()
                    .error(
                            "{}: slot {} was folded at its change {}, and {} are here: {} that it added and {} that it took"
                                    + " beyond that, all counters together, count nowhere",
                            what,
                            excess.slot(),
                            excess.version(),
                            excess.known(),
                            amount.added(),
                            amount.taken());
            if (excess.slot().equals(replica.table().slot())) {
                throw new IllegalStateException(
                        "this node was removed from the members that agree on counters, and its slot was folded, while it"
                                + " ran: it has to be started again, with a slot of its own");
            }
        }
    }

    private void perform(Effect<CounterKey, CounterRow> effect) {
        link.perform(effect);
        if (effect instanceof Effect.Answered<CounterKey, CounterRow> answered) {
            arrivals.answered(answered);
        }
    }

    private Behavior<Message> done() {
        List<Effect<CounterKey, CounterRow>> effects = replica.drain();
        gate.perform(effects, replica.table().version());
        writes.acknowledged(gate.durableVersion());
        arrivals.moved();
        if (replica.toSweep()) {
            pace.wake();
        }
        if (leaving != null && replica.everybodyHasAll() && gate.isIdle()) {
            leaving.done().run();
            leaving = null;
        }
        return this;
    }
}
