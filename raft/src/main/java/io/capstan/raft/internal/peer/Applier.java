package io.capstan.raft.internal.peer;

import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.store.Snapshots;
import io.capstan.raft.Codec;
import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.snapshot.SnapshotContent;
import io.capstan.raft.internal.snapshot.Snapshotting;
import io.capstan.raft.internal.wire.ClientFrame.Answer;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.Malformed;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state machine's own actor, on a dispatcher of its own: slow user code never stops heartbeats. */
final class Applier extends AbstractBehavior<Applier.Command> {
    /** Longest reply that fits a frame with its envelope. */
    private static final int REPLY_BYTES_MAX = Mesh.PAYLOAD_BYTES_MAX - 1024;

    sealed interface Command {
        /** Committed entries, in order; {@code waiting} has one place per entry. */
        record Apply(List<Entry> entries, List<Pending.@Nullable Waiting> waiting) implements Command {}

        /** To be answered once {@code index} is applied. */
        record Query(long index, byte[] query, Pending.Waiting waiting) implements Command {}

        /** The state becomes that of this snapshot, which is in the member's keeping. */
        record Restore(SnapshotMeta snapshot) implements Command {}

        /** The snapshot under way is written; its length, or -1 when it failed. */
        record Written(long bytes) implements Command {}
    }

    /**
     * What an applier works with.
     *
     * @param begin the state that the log stands on; {@link SnapshotMeta#NONE} for an empty one
     */
    record Parts(
            String group,
            GroupId id,
            SnapshotMeta begin,
            Snapshotting snapshots,
            RaftSettings.Snapshot policy,
            Inbox inbox) {}

    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);

    private final Parts parts;
    private final Machine machine;
    private final SnapshotPolicy policy;
    private final ActorRef<Command> self;
    private final PriorityQueue<Command.Query> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Command.Query::index));
    private long applied;
    private long appliedTerm;
    private long appliedTime;

    /**
     * The state machine of one member.
     *
     * @param machine made here, so that nobody else has it
     */
    static Behavior<Command> create(Parts parts, Supplier<? extends StateMachine<?, ?>> machine, Codec codec) {
        return Behaviors.setup(context -> new Applier(context, parts, new Machine(machine.get(), codec)));
    }

    private Applier(ActorContext<Command> context, Parts parts, Machine machine) {
        super(context);
        this.parts = parts;
        this.machine = machine;
        self = context.getSelf();
        policy = new SnapshotPolicy(parts.policy());
        machine.init(parts.group(), parts.id().epoch());
        if (parts.begin().index() > 0) {
            // Not in the constructor: reading a long one must not hold up whoever starts the member.
            self.tell(new Command.Restore(parts.begin()));
        }
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Command.Apply.class, this::apply)
                .onMessage(Command.Query.class, this::query)
                .onMessage(Command.Restore.class, this::restore)
                .onMessage(Command.Written.class, this::written)
                .build();
    }

    private Behavior<Command> apply(Command.Apply command) {
        for (int i = 0; i < command.entries().size(); i++) {
            Entry entry = command.entries().get(i);
            Pending.Waiting asked = command.waiting().get(i);
            if (entry.kind() == Entry.Kind.COMMAND) {
                execute(entry, asked);
            } else if (asked != null) {
                asked.responder().reply(new Answer(asked.request().correlation(), entry.index(), new byte[0]));
            }
            applied = entry.index();
            appliedTerm = entry.term();
            appliedTime = entry.time();
            policy.applied(entry.bytes());
        }
        reached();
        if (policy.isDue(parts.snapshots().isSending(), System.nanoTime())) {
            takeSnapshot();
        }
        return this;
    }

    private void reached() {
        parts.inbox().add(new PeerEvent.Applied(applied, machine.due()));
        while (!waiting.isEmpty() && waiting.peek().index() <= applied) {
            answer(waiting.remove());
        }
    }

    private void execute(Entry entry, Pending.@Nullable Waiting asked) {
        Machine.Outcome outcome = machine.write(entry.payload(), new LogEntry(entry.index(), entry.time()));
        if (asked != null) {
            send(asked, entry.index(), outcome);
        }
    }

    private Behavior<Command> query(Command.Query query) {
        if (query.index() <= applied) {
            answer(query);
        } else {
            waiting.add(query);
        }
        return this;
    }

    private void answer(Command.Query query) {
        send(query.waiting(), applied, machine.read(query.query()));
    }

    private static void send(Pending.Waiting asked, long index, Machine.Outcome outcome) {
        String threw = outcome.threw();
        int length = outcome.reply().length;
        if (threw != null) {
            asked.refuse(Why.MACHINE, "", 0, 0, threw);
        } else if (length > REPLY_BYTES_MAX) {
            asked.refuse(Why.MACHINE, "", 0, 0, "a reply of " + length + " bytes; the most is " + REPLY_BYTES_MAX);
        } else {
            asked.responder().reply(new Answer(asked.request().correlation(), index, outcome.reply()));
        }
    }

    // Snapshots.

    private void takeSnapshot() {
        Optional<StateMachine.View> view = machine.snapshot();
        if (view.isEmpty()) {
            return;
        }
        policy.begins();
        long index = applied;
        SnapshotContent.Head head = new SnapshotContent.Head(parts.id(), index, appliedTerm, appliedTime, 0);
        parts.snapshots().take(head, List.of(), view.get(), new Snapshotting.Taken() {
            @Override
            public void taken(long bytes) {
                parts.inbox().add(new PeerEvent.SnapshotWritten(index));
                self.tell(new Command.Written(bytes));
            }

            @Override
            public void failed(Throwable failure) {
                LOG.warn("a snapshot of {} cannot be written: {}", parts.group(), failure.toString());
                self.tell(new Command.Written(-1));
            }
        });
    }

    private Behavior<Command> written(Command.Written written) {
        if (written.bytes() < 0) {
            policy.failed(System.nanoTime());
        } else {
            policy.taken(written.bytes());
        }
        return this;
    }

    private Behavior<Command> restore(Command.Restore restore) {
        SnapshotMeta snapshot = restore.snapshot();
        try (Snapshots.Snapshot file = parts.snapshots().open(snapshot.index())) {
            if (file == null) {
                throw new Malformed("there is no snapshot of entry " + snapshot.index());
            }
            SnapshotContent.read(file, record -> {}, (head, in) -> {
                if (head.index() != snapshot.index() || head.term() != snapshot.term()) {
                    throw new Malformed("the snapshot of entry " + snapshot.index() + " is one of " + head.index());
                }
                machine.restore(in);
            });
            policy.restored(file.bytes());
        } catch (IOException | RuntimeException | StackOverflowError failed) {
            // Half a state is none: this member ends, and its group goes on without it.
            parts.inbox().add(new PeerEvent.MachineLost("its snapshot cannot be restored: " + failed));
            return Behaviors.stopped();
        }
        applied = snapshot.index();
        appliedTerm = snapshot.term();
        appliedTime = snapshot.time();
        reached();
        return this;
    }
}
