package io.capstan.raft.internal.peer;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.MeshEvent;
import io.capstan.actors.internal.store.Snapshots;
import io.capstan.actors.internal.turn.LentThreads;
import io.capstan.raft.Codec;
import io.capstan.raft.StateMachine;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.effect.EffectTable;
import io.capstan.raft.internal.effect.EntryEffects;
import io.capstan.raft.internal.effect.Errands;
import io.capstan.raft.internal.effect.Way;
import io.capstan.raft.internal.snapshot.SnapshotContent;
import io.capstan.raft.internal.snapshot.Snapshotting;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import io.capstan.raft.internal.wire.EffectFrame;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.Malformed;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state machine's own actor, on a dispatcher of its own: slow user code never stops heartbeats. */
final class Applier extends AbstractBehavior<Applier.Command> {
    sealed interface Command {
        /** Committed entries, in order; {@code waiting} has one place per entry. */
        record Apply(List<Entry> entries, List<Pending.@Nullable Waiting> waiting) implements Command {}

        /** What can be read after one step of the member. */
        record Queries(List<Query> queries) implements Command {}

        /** Time passed while queries wait. */
        record Tick() implements Command {}

        /** The state becomes that of this snapshot, which is in the member's keeping. */
        record Restore(SnapshotMeta snapshot) implements Command {}

        /** Take a snapshot now; answered when it is durable. */
        record Take(Pending.Waiting waiting) implements Command {}

        /** Whether this member leads, and does what the effects want done. */
        record Lead(boolean leads) implements Command {}

        /** A node has answered about an effect. */
        record Answered(NodeId from, EffectFrame.Answer answer) implements Command {}

        /** A node has come or gone. */
        record Links(MeshEvent event) implements Command {}

        /** Time passed while effects are under way. */
        record Repeat() implements Command {}

        /** A snapshot that waited for one that is being sent may be due now. */
        record Due() implements Command {}

        /** The snapshot of {@code index} under way is written; its length, or -1 when it failed. */
        record Written(long index, long bytes) implements Command {}
    }

    /** What an applier works with. */
    record Parts(String group, GroupId id, Snapshotting snapshots, RaftSettings settings, Way effects, Inbox inbox) {}

    private static final Command LATE = new Command.Tick();
    private static final Command REPEAT = new Command.Repeat();
    private static final Command DUE = new Command.Due();
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration SHORTEST_TICK = Duration.ofMillis(1);
    private static final byte[] NOTHING = new byte[0];
    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);

    private final TimerScheduler<Command> timers;
    private final Parts parts;
    private final Replicated replicated;
    private final SnapshotPolicy policy;
    private final Errands errands;
    private final ActorRef<Command> self;
    private final ReadsAhead ahead = new ReadsAhead();
    private final StandingReads standing;
    private Pending.@Nullable Waiting asked;
    private long applied;
    private long appliedTerm;
    private long appliedTime;
    // When whoever waits is looked at next.
    private long tickNanos;

    /**
     * The state machine of one member.
     *
     * @param machine made here, so that nobody else has it
     */
    static Behavior<Command> create(Parts parts, Supplier<? extends StateMachine<?, ?>> machine, Codec codec) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new Applier(context, timers, parts, new Machine(machine.get(), codec), codec)));
    }

    private Applier(
            ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts, Machine machine, Codec codec) {
        super(context);
        this.timers = timers;
        this.parts = parts;
        Way way = parts.effects();
        replicated = new Replicated(
                parts.group(),
                parts.id().epoch(),
                machine,
                new EntryEffects.Words(codec, way.messages(), way.references()));
        errands = new Errands(
                parts.group(),
                replicated.effects(),
                way,
                parts.settings().effects(),
                command -> parts.inbox().add(new PeerEvent.Errand(command)));
        self = context.getSelf();
        parts.inbox().add(new PeerEvent.MachineMade(machine.oldestVersion(), machine.newestVersion()));
        RaftSettings settings = parts.settings();
        policy = new SnapshotPolicy(
                settings.snapshot(), settings.core().snapshots().trailingEntries());
        standing = new StandingReads(parts.settings().peer().waitingReadsMax(), System.nanoTime());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Command.Apply.class, this::apply)
                .onMessage(Command.Queries.class, this::queries)
                .onMessage(Command.Tick.class, tick -> forgetLateQueries())
                .onMessage(Command.Restore.class, this::restore)
                .onMessage(Command.Lead.class, lead -> effects(() -> errands.lead(lead.leads(), System.nanoTime())))
                .onMessage(
                        Command.Answered.class,
                        it -> effects(() -> errands.answered(it.from(), it.answer(), System.nanoTime())))
                .onMessage(
                        Command.Links.class, links -> effects(() -> errands.onLinks(links.event(), System.nanoTime())))
                .onMessage(Command.Repeat.class, repeat -> effects(() -> errands.tick(System.nanoTime())))
                .onMessage(Command.Take.class, this::take)
                .onMessage(Command.Due.class, due -> {
                    takeSnapshotIfDue();
                    return this;
                })
                .onMessage(Command.Written.class, this::written)
                .onSignal(PostStop.class, stopped -> ended())
                .build();
    }

    private Behavior<Command> apply(Command.Apply command) {
        for (int i = 0; i < command.entries().size(); i++) {
            Entry entry = command.entries().get(i);
            Pending.Waiting waits = command.waiting().get(i);
            Outcome outcome;
            try {
                outcome = entry.kind() == Entry.Kind.COMMAND
                        ? replicated.execute(entry)
                        : Outcome.reply(entry.index(), NOTHING);
            } catch (MachineUnfit unfit) {
                // To behave otherwise than the others do would be another state than theirs.
                parts.inbox().add(new PeerEvent.MachineLost(String.valueOf(unfit.getMessage())));
                return Behaviors.stopped();
            }
            if (waits != null && command.entries().size() == 1) {
                Outcome only = outcome;
                LentThreads.lendMachines(() -> only.tell(waits));
            } else if (waits != null) {
                outcome.tell(waits);
            }
            applied = entry.index();
            appliedTerm = entry.term();
            appliedTime = entry.time();
            policy.applied(entry.bytes());
            if (!standing.isEmpty()) {
                standing.take(replicated.machine().news()).forEach(this::answer);
            }
        }
        reached();
        takeSnapshotIfDue();
        return this;
    }

    private void takeSnapshotIfDue() {
        long now = System.nanoTime();
        boolean sending = parts.snapshots().isSending();
        if (policy.isDue(sending, now)) {
            takeSnapshot();
        } else if (sending && policy.isDue(false, now) && !timers.isTimerActive(DUE)) {
            timers.startSingleTimer(DUE, DUE, LOOK_AGAIN); // The next entry may be long in coming.
        }
    }

    private void reached() {
        EffectTable effects = replicated.effects();
        parts.inbox()
                .leave(new PeerEvent.Applied(
                        applied,
                        effects.nextTimers(DueTimers.MOST),
                        !effects.sends().isEmpty(),
                        replicated.version(),
                        replicated.machine().exceptions()));
        effects(() -> errands.changed(System.nanoTime()));
        ahead.take(applied).forEach(this::answer);
        tickWhileSomebodyWaits();
    }

    /** Looks again when the first of those that wait for news loses its patience, and now and then for the others. */
    private void tickWhileSomebodyWaits() {
        if (standing.isEmpty() && ahead.isEmpty()) {
            timers.cancel(LATE);
            return;
        }
        long now = System.nanoTime();
        long patience = standing.isEmpty() ? TICK.toNanos() : standing.patienceNanos(now);
        long next = ahead.isEmpty() ? patience : Math.min(patience, TICK.toNanos());
        // Whoever is added waits longer than the first, as a rule: the timer that runs is soon enough then.
        if (!timers.isTimerActive(LATE) || next < tickNanos - now) {
            tickNanos = now + Math.max(next, SHORTEST_TICK.toNanos());
            timers.startSingleTimer(LATE, LATE, Duration.ofNanos(tickNanos - now));
        }
    }

    /** Time passes only for whoever leads a group with something to do. */
    private Behavior<Command> effects(Runnable step) {
        step.run();
        boolean ticking = timers.isTimerActive(REPEAT);
        if (errands.isBusy() && !ticking) {
            timers.startTimerWithFixedDelay(
                    REPEAT, REPEAT, parts.settings().effects().repeat());
        } else if (!errands.isBusy() && ticking) {
            timers.cancel(REPEAT);
        }
        return this;
    }

    private Behavior<Command> queries(Command.Queries asked) {
        Answers answers = new Answers(System::nanoTime);
        for (Query query : asked.queries()) {
            if (query.index() > applied) {
                ahead.add(query);
            } else if (query.isLate(System.nanoTime())) {
                query.refuse("the state machine was busy for as long as the client waits");
            } else {
                Outcome outcome = read(query);
                if (outcome != null) {
                    answers.add(outcome, query.waiting());
                }
            }
        }
        answers.tell();
        tickWhileSomebodyWaits();
        return this;
    }

    private Behavior<Command> forgetLateQueries() {
        long now = System.nanoTime();
        ahead.refuseLate(now);
        standing.takeLate(now).forEach(this::answerNow);
        tickWhileSomebodyWaits();
        return this;
    }

    /** Whoever waits here would wait in vain, and for as long as it may: it asks another member. */
    private Behavior<Command> ended() {
        standing.takeAll().forEach(this::refuseAsEnded);
        ahead.take(Long.MAX_VALUE).forEach(this::refuseAsEnded);
        return this;
    }

    private void refuseAsEnded(Query query) {
        query.refuse("the member of " + parts.group() + " has ended");
    }

    /** Null when it waits for news. */
    private @Nullable Outcome read(Query query) {
        return replicated.machine().read(applied, query.query(), key -> stand(query, key));
    }

    /** By itself, and on no thread that is lent: what else is to be applied, or restored, does not wait. */
    private void answer(Query query) {
        Outcome outcome = read(query);
        if (outcome != null) {
            outcome.tell(query.waiting());
        }
    }

    private boolean stand(Query query, Object key) {
        if (standing.add(query, key, System.nanoTime())) {
            query.waiting().responder().stands();
        } else {
            query.waiting()
                    .refuse(Why.OVERLOADED, "", 0, 0, "capstan.raft.peer.waiting-reads-max queries wait already");
        }
        return true;
    }

    private void answerNow(Query query) {
        replicated.machine().read(applied, query.query()).tell(query.waiting());
    }

    // Snapshots.

    private Behavior<Command> take(Command.Take take) {
        if (policy.isUnderWay()) {
            take.waiting().refuse(Why.NOT_NOW, "", 0, 0, "a snapshot is being written already");
        } else if (applied == 0 || !takeSnapshot()) {
            take.waiting().refuse(Why.INVALID, "", 0, 0, "there is nothing to take a snapshot of");
        } else {
            asked = take.waiting();
        }
        return this;
    }

    /** Returns false when the state machine takes none. */
    private boolean takeSnapshot() {
        Optional<StateMachine.View> view = replicated.view();
        if (view.isEmpty()) {
            return false;
        }
        policy.begins();
        long index = applied;
        SnapshotContent.Head head =
                new SnapshotContent.Head(parts.id(), index, appliedTerm, appliedTime, replicated.version());
        parts.snapshots().take(head, replicated.records(), view.get(), new Snapshotting.Taken() {
            @Override
            public void taken(long bytes) {
                parts.inbox().add(new PeerEvent.SnapshotWritten(index));
                self.tell(new Command.Written(index, bytes));
            }

            @Override
            public void failed(Throwable failure) {
                LOG.warn("a snapshot of {} cannot be written: {}", parts.group(), failure.toString());
                self.tell(new Command.Written(index, -1));
            }
        });
        return true;
    }

    private Behavior<Command> written(Command.Written written) {
        if (written.bytes() < 0) {
            policy.failed(System.nanoTime());
        } else {
            policy.taken(written.bytes());
        }
        Pending.Waiting waits = asked;
        if (waits != null) {
            asked = null;
            Outcome outcome = written.bytes() < 0
                    ? Outcome.refused(written.index(), Why.NOT_NOW, "the snapshot cannot be written")
                    : Outcome.reply(written.index(), NOTHING);
            outcome.tell(waits);
        }
        // What came meanwhile may be enough for the next, and if nothing more comes nobody else would look.
        takeSnapshotIfDue();
        return this;
    }

    private Behavior<Command> restore(Command.Restore restore) {
        SnapshotMeta snapshot = restore.snapshot();
        try (Snapshots.Snapshot file = parts.snapshots().open(snapshot.index())) {
            if (file == null) {
                throw new Malformed("there is no snapshot of entry " + snapshot.index());
            }
            replicated.clear();
            SnapshotContent.read(file, replicated::restore, (head, in) -> {
                if (head.index() != snapshot.index() || head.term() != snapshot.term()) {
                    throw new Malformed("the snapshot of entry " + snapshot.index() + " is one of " + head.index());
                }
                replicated.restore(head.machineVersion(), in);
            });
            policy.restored(file.bytes());
        } catch (MachineUnfit unfit) {
            parts.inbox().add(new PeerEvent.MachineLost(String.valueOf(unfit.getMessage())));
            return Behaviors.stopped();
        } catch (IOException | RuntimeException | StackOverflowError failed) {
            // Half a state is none: this member ends, and its group goes on without it.
            parts.inbox().add(new PeerEvent.MachineLost("its snapshot cannot be restored: " + failed));
            return Behaviors.stopped();
        }
        applied = snapshot.index();
        appliedTerm = snapshot.term();
        appliedTime = snapshot.time();
        standing.takeAll().forEach(this::answer);
        reached();
        return this;
    }
}
