package io.capstan.raft.internal.peer;

import io.capstan.actors.internal.link.Mesh;
import io.capstan.raft.Codec;
import io.capstan.raft.Expiring;
import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import io.capstan.raft.core.Entry;
import io.capstan.raft.internal.wire.ClientFrame.Answer;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/** The state machine's own actor, on a dispatcher of its own: slow user code never stops heartbeats. */
final class Applier extends AbstractBehavior<Applier.Command> {
    /** Longest reply that fits a frame with its envelope. */
    private static final int REPLY_BYTES_MAX = Mesh.PAYLOAD_BYTES_MAX - 1024;

    sealed interface Command {
        /** Committed entries, in order; {@code waiting} has one place per entry. */
        record Apply(List<Entry> entries, List<Pending.@Nullable Waiting> waiting) implements Command {}

        /** To be answered once {@code index} is applied. */
        record Query(long index, byte[] query, Pending.Waiting waiting) implements Command {}
    }

    private final Inbox inbox;
    private final Codec codec;
    private final StateMachine<Object, Object> machine;
    private final PriorityQueue<Command.Query> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Command.Query::index));
    private long applied;

    /**
     * The state machine of one member.
     *
     * @param machine made here, so that nobody else has it
     */
    static Behavior<Command> create(
            String group, long epoch, Supplier<? extends StateMachine<?, ?>> machine, Codec codec, Inbox inbox) {
        return Behaviors.setup(context -> new Applier(context, group, epoch, machine.get(), codec, inbox));
    }

    @SuppressWarnings("unchecked") // what comes out of the codec is checked by the machine's own cast, and answered
    private Applier(
            ActorContext<Command> context,
            String group,
            long epoch,
            StateMachine<?, ?> machine,
            Codec codec,
            Inbox inbox) {
        super(context);
        this.machine = (StateMachine<Object, Object>) machine;
        this.codec = codec;
        this.inbox = inbox;
        machine.init(group, epoch);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Command.Apply.class, this::apply)
                .onMessage(Command.Query.class, this::query)
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
        }
        inbox.add(new PeerEvent.Applied(applied, due()));
        while (!waiting.isEmpty() && waiting.peek().index() <= applied) {
            answer(waiting.remove());
        }
        return this;
    }

    private void execute(Entry entry, Pending.@Nullable Waiting asked) {
        byte[] reply;
        try {
            Object command = codec.decode(entry.payload());
            reply = codec.encode(machine.handleWrite(command, new LogEntry(entry.index(), entry.time())));
        } catch (Exception | StackOverflowError thrown) {
            // The same on every replica, so the replica goes on: a poisoned entry must not stop the group for ever.
            getContext().getLog().warn("the state machine threw at entry {}", entry.index(), thrown);
            if (asked != null) {
                asked.refuse(Why.MACHINE, "", 0, 0, shortened(thrown));
            }
            return;
        }
        if (asked != null) {
            send(asked, entry.index(), reply);
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
        byte[] reply;
        try {
            reply = codec.encode(machine.handleRead(codec.decode(query.query())));
        } catch (Exception | StackOverflowError thrown) {
            query.waiting().refuse(Why.MACHINE, "", 0, 0, shortened(thrown));
            return;
        }
        send(query.waiting(), applied, reply);
    }

    private static void send(Pending.Waiting asked, long index, byte[] reply) {
        if (reply.length > REPLY_BYTES_MAX) {
            asked.refuse(
                    Why.MACHINE, "", 0, 0, "a reply of " + reply.length + " bytes; the most is " + REPLY_BYTES_MAX);
        } else {
            asked.responder().reply(new Answer(asked.request().correlation(), index, reply));
        }
    }

    private PeerEvent.@Nullable Due due() {
        if (!((Object) machine instanceof Expiring<?> expiring)) {
            return null;
        }
        try {
            return expiring.due()
                    .map(due -> new PeerEvent.Due(due.time(), codec.encode(due.command())))
                    .orElse(null);
        } catch (Exception | StackOverflowError thrown) {
            // As a poisoned entry: the group goes on, and is asked again after its next batch.
            getContext().getLog().warn("the state machine threw when asked what falls due", thrown);
            return null;
        }
    }

    private static String shortened(Throwable thrown) {
        String text = thrown.toString();
        return text.length() <= 60 ? text : text.substring(0, 60);
    }
}
