package io.capstan.bench.actors;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Call;
import io.capstan.actors.Node;
import io.capstan.actors.process.Processes;
import io.capstan.bench.SeatedNode;
import io.capstan.bench.seat.Seat;
import io.capstan.bench.seat.Seating;
import io.capstan.bench.seat.Service;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * A server that answers in one process, and whoever asks it in another: our processes and calls ({@link OfCapstan}), or Pekko's
 * actors and asks in a system of its own ({@link OfPekko}).
 */
public abstract class AsksSeat implements Service {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final long LOOK = 20_000_000;
    private static final int TOLD_BYTES = 256;
    private static final byte[] TOLD = new byte[TOLD_BYTES];

    private final ActorRef<Object> server;

    private AsksSeat(ActorRef<Object> server) {
        this.server = server;
    }

    /** Answers who asks, tells whoever gives its address who it is, and takes what it is told. */
    private static Behavior<Object> server() {
        return Behaviors.setup(context -> {
            ActorRefResolver refs = ActorRefResolver.get(context.getSystem());
            return Behaviors.receiveMessage(message -> {
                if (message instanceof ActorRef<?> asker) {
                    asker.<String>unsafeUpcast().tell("here");
                } else if (message instanceof String stranger) {
                    refs.<Object>resolveActorRef(stranger).tell(context.getSelf());
                }
                return Behaviors.same();
            });
        });
    }

    /** The server of this process, or the one of the first. */
    private static ActorRef<Object> server(ActorSystem<?> system, Seating seating, Behavior<Object> own) {
        if (seating.isMember()) {
            return system.systemActorOf(own, "server", Props.empty());
        }
        Cluster cluster = Cluster.get(system);
        while (true) {
            List<Member> others = StreamSupport.stream(
                            cluster.state().getMembers().spliterator(), false)
                    .filter(member ->
                            !member.uniqueAddress().equals(cluster.selfMember().uniqueAddress()))
                    .toList();
            if (!others.isEmpty()) {
                return itself(system, others.get(0).address() + "/system/server");
            }
            LockSupport.parkNanos(LOOK);
        }
    }

    /** The process at a path, as it would be found by a name: not whoever is there. */
    private static ActorRef<Object> itself(ActorSystem<?> system, String path) {
        ActorRefResolver refs = ActorRefResolver.get(system);
        ActorRef<Object> whoever = refs.resolveActorRef(path);
        return AskPattern.<Object, ActorRef<Object>>ask(
                        whoever, replyTo -> refs.toSerializationFormat(replyTo), SOON, system.scheduler())
                .toCompletableFuture()
                .join();
    }

    abstract CompletionStage<String> ask(ActorRef<Object> server);

    @Override
    public boolean leads() {
        return true;
    }

    @Override
    public CompletionStage<?> write(byte[] command) {
        return ask(server);
    }

    @Override
    public CompletionStage<?> read(Reading how) {
        return ask(server);
    }

    /** An answer to what was sent last says that all of it is there. */
    @Override
    public CompletionStage<?> tell(int times) {
        for (int i = 0; i < times; i++) {
            server.tell(TOLD);
        }
        return ask(server);
    }

    /** Ours. */
    public static final class OfCapstan extends AsksSeat {
        private final Node node;

        private OfCapstan(Node node, Seating seating) {
            super(server(node.system(), seating, Processes.of(server())));
            this.node = node;
        }

        public static void main(String[] words) {
            Seat.run(words, OfCapstan::open);
        }

        private static Service open(Seating seating) {
            return new OfCapstan(SeatedNode.start(seating, ""), seating);
        }

        @Override
        public int members() {
            return node.nodes().size() + 1;
        }

        @Override
        CompletionStage<String> ask(ActorRef<Object> server) {
            return Call.<Object, String>to(server, replyTo -> replyTo, SOON);
        }
    }

    /** Pekko's. */
    public static final class OfPekko extends AsksSeat {
        private final ActorSystem<?> system;

        private OfPekko(ActorSystem<?> system, Seating seating) {
            super(server(system, seating, server()));
            this.system = system;
        }

        public static void main(String[] words) {
            Seat.run(words, OfPekko::open);
        }

        private static Service open(Seating seating) {
            return new OfPekko(
                    ActorSystem.create(
                            Behaviors.empty(), "bare", ConfigFactory.load(ConfigFactory.parseString("""
                                    pekko {
                                      actor.provider = cluster
                                      cluster.jmx.enabled = off
                                      remote.artery.canonical { hostname = "%1$s", port = %2$d }
                                      cluster.seed-nodes = ["pekko://bare@%1$s:%3$d"]
                                    }
                                    """.formatted(
                                            Seating.HOST,
                                            seating.port(0),
                                            seating.port(seating.members().get(0), 0))))),
                    seating);
        }

        @Override
        public int members() {
            return (int) StreamSupport.stream(
                            Cluster.get(system).state().getMembers().spliterator(), false)
                    .filter(member -> member.status() == MemberStatus.up())
                    .count();
        }

        @Override
        CompletionStage<String> ask(ActorRef<Object> server) {
            return AskPattern.<Object, String>ask(server, replyTo -> replyTo, SOON, system.scheduler());
        }
    }
}
