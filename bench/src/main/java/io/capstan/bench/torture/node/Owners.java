package io.capstan.bench.torture.node;

import io.capstan.actors.Node;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A process for each client of this node, to have names and be in groups. Each life of a node has others. */
final class Owners {
    private static final String END = "end";

    private final Node node;
    private final Consumer<String> told;
    private final Map<Integer, ActorRef<String>> processes = new ConcurrentHashMap<>();

    /** @param told whatever a process is sent; on its thread */
    Owners(Node node, Consumer<String> told) {
        this.node = node;
        this.told = told;
    }

    ActorRef<String> of(int client) {
        return processes.computeIfAbsent(client, this::spawn);
    }

    /** What others see of it. */
    String identity(int client) {
        return node.id().name() + "/" + node.id().incarnation() + "/" + client;
    }

    /** As if it had crashed; its client goes on with another. */
    void end(int client) {
        ActorRef<String> process = processes.remove(client);
        if (process != null) {
            process.tell(END);
        }
    }

    private ActorRef<String> spawn(int client) {
        return node.spawn(
                Behaviors.receiveMessage(message -> {
                    if (message.equals(END)) {
                        return Behaviors.<String>stopped();
                    }
                    told.accept(message);
                    return Behaviors.same();
                }),
                "client-" + client + "-" + System.nanoTime());
    }
}
