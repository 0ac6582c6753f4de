package io.capstan.raft.internal.client;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.actors.internal.turn.Gathering;
import io.capstan.actors.internal.turn.LentThreads;
import io.capstan.actors.internal.turn.Promise;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.peer.Hosts;
import io.capstan.raft.internal.session.ClientSession;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Reply;
import io.capstan.raft.internal.wire.ClientFrame.Request;
import io.capstan.raft.internal.wire.LogCommand;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.internal.wire.RaftFrame;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The door to the client actor, and the node's end of the client channel. Thread-safe. */
public final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    /** Whatever is longer fits no frame of a link, and could be neither sent nor replicated. */
    private static final int COMMAND_BYTES_MAX = RaftFrame.ENTRY_BYTES_MAX - LogCommand.ENVELOPE_BYTES_MAX;

    private static final int QUERY_BYTES_MAX = Mesh.PAYLOAD_BYTES_MAX - 1024;

    /**
     * While no more requests are under way, the thread of a user who reads takes the client's turn that this brings about, and
     * the member's: of 64 readers a fifth of all processors went into waking threads for these. With more, batches are to
     * grow; so are those of writes, which wait for the disk anyway, from two on.
     */
    private static final int READERS_LENT_MAX = 128;

    private final Mesh mesh;
    private final Hosts hosts;
    private final RaftSettings.Client settings;
    private final Gathering<Client.Event> client = new Gathering<>();
    private final Executor executor;
    private final Map<String, ClientSession> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger underWay = new AtomicInteger();
    /** Those that wait for news: however many, they must not keep renewals and releases from being sent. */
    private final AtomicInteger awaited = new AtomicInteger();

    private final Runnable unsubscribe;

    public Requests(ActorSystem<?> system, Mesh mesh, Hosts hosts, RaftSettings.Client settings) {
        this.mesh = mesh;
        this.hosts = hosts;
        this.settings = settings;
        executor = system.executionContext();
        system.systemActorOf(
                Client.create(client, mesh, hosts, settings),
                "capstan-raft-client",
                DispatcherSelector.fromConfig("capstan.raft.peer-dispatcher"));
        unsubscribe = mesh.subscribe(event -> client.add(new Client.Event.Links(event)));
        mesh.serve(ClientFrame.CHANNEL, this::onFrame);
    }

    /**
     * Has {@code group} execute a command.
     *
     * @param repeats whether executing it twice does no harm; else it is executed once, in this node's session
     * @return an Answer, or a {@link RaftFailure}
     */
    public CompletionStage<Reply> write(String group, byte[] command, boolean repeats, Duration within) {
        if (command.length > COMMAND_BYTES_MAX) {
            return tooLong(
                    "command", command.length, COMMAND_BYTES_MAX + "; capstan.raft.core.entry-bytes-max may say less");
        }
        if (repeats) {
            return admitted(underWay, () -> log(group, new LogCommand.Plain(command), within), this::handOver);
        }
        ClientSession session = sessions.computeIfAbsent(
                group,
                name -> new ClientSession(
                        name, settings.sessionTtl(), (logged, left) -> log(name, logged, left), executor));
        return admitted(underWay, () -> session.write(command, within), this::handOver);
    }

    private static CompletionStage<Reply> tooLong(String what, int bytes, String most) {
        return CompletableFuture.failedStage(new RaftFailure(
                RaftFailure.Kind.INVALID, "a " + what + " of " + bytes + " bytes; the most is " + most));
    }

    private CompletionStage<Reply> log(String group, LogCommand command, Duration within) {
        byte[] bytes = command.toBytes();
        return begin(new Call(
                group,
                n -> new ClientFrame.Write(n, group, bytes),
                null,
                true,
                settings.attempt().toNanos(),
                System.nanoTime() + within.toNanos()));
    }

    /**
     * Has {@code group} answer a query.
     *
     * @param mode of {@link ClientFrame.Read}
     * @return an Answer, or a {@link RaftFailure}
     */
    public CompletionStage<Reply> read(String group, int mode, long minIndex, byte[] query, Duration within) {
        if (query.length > QUERY_BYTES_MAX) {
            return tooLong("query", query.length, "" + QUERY_BYTES_MAX);
        }
        return admitted(
                underWay, () -> begin(read(group, mode, minIndex, query, settings.attempt(), within)), executor);
    }

    /** As {@link #read}, for a query that waits: the one member asked may take all the time there is. */
    public CompletionStage<Reply> await(String group, int mode, long minIndex, byte[] query, Duration within) {
        if (query.length > QUERY_BYTES_MAX) {
            return tooLong("query", query.length, "" + QUERY_BYTES_MAX);
        }
        return admitted(awaited, () -> begin(read(group, mode, minIndex, query, within, within)), executor);
    }

    private static Call read(String group, int mode, long minIndex, byte[] query, Duration attempt, Duration within) {
        int attemptMillis = (int) Math.min(Integer.MAX_VALUE, attempt.toMillis());
        return new Call(
                group,
                n -> new ClientFrame.Read(n, group, mode, minIndex, attemptMillis, query),
                null,
                true,
                attempt.toNanos(),
                System.nanoTime() + within.toNanos());
    }

    /**
     * Asks whoever leads {@code group}.
     *
     * @param request makes the request for a correlation
     * @param repeats whether it may be sent again when its outcome is unknown
     * @return an Answer, or a {@link RaftFailure}
     */
    public CompletionStage<Reply> toLeader(
            String group, LongFunction<Request> request, boolean repeats, Duration within) {
        return admitted(() -> begin(new Call(
                group, request, null, repeats, settings.attempt().toNanos(), System.nanoTime() + within.toNanos())));
    }

    /** Whom this node sees, itself included. */
    public List<String> visible() {
        return Stream.concat(Stream.of(mesh.self()), mesh.visible().stream())
                .map(NodeId::name)
                .toList();
    }

    /** Asks the member on one node. */
    public CompletionStage<Reply> toNode(String node, String group, LongFunction<Request> request, Duration within) {
        return admitted(() -> begin(new Call(
                group, request, node, false, settings.attempt().toNanos(), System.nanoTime() + within.toNanos())));
    }

    private CompletionStage<Reply> admitted(Supplier<CompletionStage<Reply>> request) {
        return admitted(underWay, request, executor);
    }

    private CompletionStage<Reply> admitted(
            AtomicInteger places, Supplier<CompletionStage<Reply>> request, Executor follows) {
        if (places.incrementAndGet() > settings.requestsMax()) {
            places.decrementAndGet();
            return CompletableFuture.failedStage(new RaftFailure(
                    RaftFailure.Kind.OVERLOADED,
                    "capstan.raft.client.requests-max = " + settings.requestsMax()
                            + " requests are under way already"));
        }
        CompletionStage<Reply> begun;
        try {
            begun = request.get();
        } catch (RuntimeException refused) {
            begun = CompletableFuture.failedStage(refused);
        }
        // Elsewhere: what follows must not hold up the one actor that answers all requests.
        return begun.whenCompleteAsync((reply, failure) -> places.decrementAndGet(), follows);
    }

    /** The thread of a state machine may go on with an answer, to decode it: it belongs to its user anyway. */
    private void handOver(Runnable next) {
        if (LentThreads.isMachines()) {
            next.run();
        } else {
            executor.execute(next);
        }
    }

    /** The outcome of a request, as it is given to users. */
    public <T> CompletionStage<T> promise(CompletionStage<T> outcome) {
        return Promise.of(outcome, this::giveBack);
    }

    /** No further: what a user does then, waiting for the same state machine perhaps, must not hold up its thread. */
    private void giveBack(Runnable next) {
        if (LentThreads.isMachines()) {
            executor.execute(next);
        } else {
            next.run();
        }
    }

    private CompletionStage<Reply> begin(Call call) {
        if (underWay.get() <= (call.isRead() ? READERS_LENT_MAX : 1)) {
            LentThreads.lend(() -> client.add(new Client.Event.Begin(call)));
        } else {
            client.add(new Client.Event.Begin(call));
        }
        return call.outcome;
    }

    private void onFrame(NodeId from, byte[] payload, Runnable consumed) {
        try {
            ClientFrame frame = ClientFrame.of(payload);
            if (frame instanceof Request request) {
                hosts.ask(request, reply -> answer(from, reply));
            } else if (frame instanceof Reply reply) {
                client.add(new Client.Event.Answered(from.name(), reply));
            }
        } catch (Malformed malformed) {
            LOG.warn("dropped a frame from {}: {}", from, malformed.getMessage());
        }
        consumed.run();
    }

    private void answer(NodeId to, Reply reply) {
        // What the link has no room for is lost, and the client's deadline tells it so.
        if (!mesh.send(to, ClientFrame.CHANNEL, reply.toBytes())) {
            LOG.debug("no room on the link for an answer to {}", to);
        }
    }

    /** Ends the channel; requests under way end at their deadlines. */
    public void close() {
        unsubscribe.run();
        mesh.withdraw(ClientFrame.CHANNEL);
    }
}
