package io.capstan.bench.registry;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/** One node with Pekko's Receptionist, as Pekko configures it. A name is a key here, and anybody may have it. */
final class ReceptionistNode extends MeasuredNode {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final ActorSystem<?> system;
    private int processes;

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
            case "peers", "scope", "drop" -> "";
            case "sees" -> until(() -> others() == Integer.parseInt(words[1]));
            case "sequential" -> {
                ActorRef<String> process = process();
                yield percentiles(
                        Integer.parseInt(words[2]),
                        i -> register(words[1] + i, process)
                                .toCompletableFuture()
                                .join());
            }
            case "parallel" -> {
                ActorRef<String> process = process();
                yield rate(Integer.parseInt(words[2]), (client, i) -> register(words[1] + client + "-" + i, process));
            }
            case "joins" -> {
                ActorRef<String> process = process();
                yield many(Integer.parseInt(words[2]), i -> register(words[1] + i, process));
            }
            case "joined" -> joined(words[1], Integer.parseInt(words[2]));
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
        return system.systemActorOf(Behaviors.<String>ignore(), "measured-" + ++processes, Props.empty());
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

    /** Each key in turn: all are there when the last one is found. */
    private String joined(String prefix, int count) {
        for (int i = 0; i < count; i++) {
            ServiceKey<String> key = key(prefix + i);
            until(() -> !AskPattern.<Receptionist.Command, Receptionist.Listing>ask(
                            system.receptionist(), answer -> Receptionist.find(key, answer), LONG, system.scheduler())
                    .toCompletableFuture()
                    .join()
                    .getServiceInstances(key)
                    .isEmpty());
        }
        return "";
    }
}
