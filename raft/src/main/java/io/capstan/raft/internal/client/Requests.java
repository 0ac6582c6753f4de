package io.capstan.raft.internal.client;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.peer.Hosts;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Reply;
import io.capstan.raft.internal.wire.ClientFrame.Request;
import io.capstan.raft.internal.wire.Malformed;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The door to the client actor, and the node's end of the client channel. Thread-safe. */
public final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    private final Mesh mesh;
    private final Hosts hosts;
    private final RaftSettings.Client settings;
    private final ActorRef<Client.Message> client;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Runnable unsubscribe;

    public Requests(ActorSystem<?> system, Mesh mesh, Hosts hosts, RaftSettings.Client settings) {
        this.mesh = mesh;
        this.hosts = hosts;
        this.settings = settings;
        client = system.systemActorOf(
                Client.create(mesh, hosts, settings),
                "capstan-raft-client",
                DispatcherSelector.fromConfig("capstan.raft.peer-dispatcher"));
        unsubscribe = mesh.subscribe(event -> client.tell(new Client.Message.Links(event)));
        mesh.serve(ClientFrame.CHANNEL, this::onFrame);
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
        return begin(new Call(group, request, null, repeats, System.nanoTime() + within.toNanos()));
    }

    /** Asks the member on one node. */
    public CompletionStage<Reply> toNode(String node, String group, LongFunction<Request> request, Duration within) {
        return begin(new Call(group, request, node, false, System.nanoTime() + within.toNanos()));
    }

    private CompletionStage<Reply> begin(Call call) {
        if (underWay.incrementAndGet() > settings.requestsMax()) {
            underWay.decrementAndGet();
            return CompletableFuture.failedStage(new RaftFailure(
                    RaftFailure.Kind.OVERLOADED,
                    "capstan.raft.client.requests-max = " + settings.requestsMax()
                            + " requests are under way already"));
        }
        client.tell(new Client.Message.Begin(call));
        return call.outcome.whenComplete((reply, failure) -> underWay.decrementAndGet());
    }

    private void onFrame(NodeId from, byte[] payload, Runnable consumed) {
        try {
            ClientFrame frame = ClientFrame.of(payload);
            if (frame instanceof Request request) {
                hosts.ask(request, reply -> answer(from, reply));
            } else if (frame instanceof Reply reply) {
                client.tell(new Client.Message.Answered(from.name(), reply));
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
