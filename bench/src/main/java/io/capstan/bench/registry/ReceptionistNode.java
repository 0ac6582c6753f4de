package io.capstan.bench.registry;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/** One node with Pekko's Receptionist, as Pekko configures it. A group is a key here, and its members are whom it finds. */
final class ReceptionistNode extends MeasuredNode {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String END = "end";

    private final ActorSystem<?> system;
    private final List<ActorRef<String>> processes = new ArrayList<>();
    private int started;

    private ReceptionistNode(ActorSystem<?> system) {
        this.system = system;
    }

    public static void main(String[] arguments) throws IOException {
        ActorSystem<?> system = ActorSystem.create(
                Behaviors.empty(), "receptionist", ConfigFactory.load(ConfigFactory.parseString("""
                        pekko {
                          actor.provider = cluster
                          cluster.jmx.enabled = off
                          remote.artery.canonical { hostname = "127.0.0.1", port = %s }
                          cluster.seed-nodes = ["pekko://receptionist@127.0.0.1:%s"]
                        }
                        """.formatted(
                                arguments[2], arguments[3]))));
        new ReceptionistNode(system).listen();
    }

    @Override
    String obey(String[] words) {
        return switch (words[0]) {
            case "peers", "scope" -> "";
            case "drop" -> {
                processes.forEach(each -> each.tell(END));
                processes.clear();
                yield "";
            }
            case "sees" -> until(() -> others() == Integer.parseInt(words[1]));
            case "joins" -> {
                ActorRef<String> process = process();
                yield many(Integer.parseInt(words[2]), i -> register(words[1] + i, process));
            }
            case "joined" -> untilEach(words[1], Integer.parseInt(words[2]), true);
            case "parted" -> untilEach(words[1], Integer.parseInt(words[2]), false);
            default -> machine(words);
        };
    }

    private long others() {
        return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
                        .filter(member -> member.status().equals(MemberStatus.up()))
                        .count()
                - 1;
    }

    private ActorRef<String> process() {
        Behavior<String> living = Behaviors.receive(String.class)
                .onMessageEquals(END, Behaviors::stopped)
                .build();
        ActorRef<String> process = system.systemActorOf(living, "measured-" + ++started, Props.empty());
        processes.add(process);
        return process;
    }

    private static ServiceKey<String> key(String name) {
        return ServiceKey.create(String.class, name);
    }

    private CompletionStage<Receptionist.Registered> register(String name, ActorRef<String> process) {
        return AskPattern.ask(
                system.receptionist(),
                answer -> Receptionist.register(key(name), process, answer),
                LONG,
                system.scheduler());
    }

    /** Each key in turn: all have somebody, or nobody, when the last one has. */
    private String untilEach(String prefix, int count, boolean there) {
        for (int i = 0; i < count; i++) {
            ServiceKey<String> key = key(prefix + i);
            until(() -> AskPattern.<Receptionist.Command, Receptionist.Listing>ask(
                                    system.receptionist(),
                                    answer -> Receptionist.find(key, answer),
                                    LONG,
                                    system.scheduler())
                            .toCompletableFuture()
                            .join()
                            .getServiceInstances(key)
                            .isEmpty()
                    != there);
        }
        return "";
    }
}
