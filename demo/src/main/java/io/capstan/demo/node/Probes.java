package io.capstan.demo.node;

import io.capstan.actors.Call;
import io.capstan.actors.Node;
import io.capstan.actors.NodeId;
import io.capstan.demo.DemoMessage;
import io.capstan.raft.Consistency;
import io.capstan.raft.Within;
import io.capstan.raft.kv.KeyValue;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** How long things take now: tried out when somebody looks, one try of each at a time. Thread-safe. */
final class Probes {
    private static final String ECHO = "demo-echo";
    private static final Duration TRY_MAX = Duration.ofSeconds(3);

    /** Answers at once. */
    record Ping(ActorRef<Pong> replyTo) implements DemoMessage {}

    enum Pong implements DemoMessage {
        PONG
    }

    private final Node node;
    private final @Nullable KeyValue map;
    private final ActorRef<Ping> here;
    private final Map<String, Double> millis = new ConcurrentHashMap<>();
    private final Map<String, AtomicBoolean> tried = new ConcurrentHashMap<>();

    Probes(Node node, @Nullable KeyValue map) {
        this.node = node;
        this.map = map;
        this.here = node.spawn(echo(), ECHO);
    }

    private static Behavior<Ping> echo() {
        return Behaviors.receiveMessage(ping -> {
            ping.replyTo().tell(Pong.PONG);
            return Behaviors.same();
        });
    }

    /** What the last tries took, in milliseconds, negative for what failed; and begins the next. */
    Map<String, Double> millis() {
        attempt("a call on this node", () -> Call.<Ping, Pong>to(here, Ping::new, TRY_MAX));
        ActorRefResolver resolver = ActorRefResolver.get(node.system());
        for (NodeId peer : node.nodes()) {
            node.internals().artery(peer.name()).ifPresent(address -> {
                ActorRef<Ping> there = resolver.resolveActorRef(address + "/system/" + ECHO);
                attempt("a call to " + peer.name(), () -> Call.<Ping, Pong>to(there, Ping::new, TRY_MAX));
            });
        }
        if (map != null) {
            KeyValue keys = map;
            attempt("a consistent read", () -> keys.get("x", Consistency.LINEARIZABLE, Within.within(TRY_MAX)));
            attempt("a read here", () -> keys.get("x", Consistency.stale(0), Within.within(TRY_MAX)));
        }
        return new TreeMap<>(millis);
    }

    private void attempt(String what, Supplier<CompletionStage<?>> deed) {
        AtomicBoolean busy = tried.computeIfAbsent(what, fresh -> new AtomicBoolean());
        if (busy.compareAndSet(false, true)) {
            long start = System.nanoTime();
            deed.get().whenComplete((done, failure) -> {
                millis.put(what, failure == null ? (System.nanoTime() - start) / 1e6 : -1);
                busy.set(false);
            });
        }
    }
}
