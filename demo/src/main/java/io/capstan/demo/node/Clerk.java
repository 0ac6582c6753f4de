package io.capstan.demo.node;

import io.capstan.actors.Node;
import io.capstan.demo.DemoMessage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The process that the demo's names and groups are made of: it says on which node it is. */
final class Clerk {
    sealed interface Command extends DemoMessage {}

    /** Where are you? */
    record Ask(ActorRef<Answer> replyTo) implements Command {}

    /** A split healed and another process kept the name. */
    record Lost(String name, String winner) implements Command {}

    /** What was published to a group. */
    record Said(String text) implements Command {}

    /** Ends the process. */
    enum Leave implements Command {
        INSTANCE
    }

    record Answer(String node) implements DemoMessage {}

    private static final AtomicLong CLERKS = new AtomicLong();

    private Clerk() {}

    /** Starts a clerk on {@code node}, who hands on what it is told of lost names, and what it hears in groups. */
    static ActorRef<Command> start(Node node, Consumer<Lost> lost, Consumer<Said> said) {
        return node.spawn(create(node.id().name(), lost, said), "clerk-" + CLERKS.incrementAndGet());
    }

    private static Behavior<Command> create(String node, Consumer<Lost> lost, Consumer<Said> said) {
        return Behaviors.receive(Command.class)
                .onMessage(Ask.class, ask -> {
                    ask.replyTo().tell(new Answer(node));
                    return Behaviors.same();
                })
                .onMessage(Lost.class, told -> {
                    lost.accept(told);
                    return Behaviors.same();
                })
                .onMessage(Said.class, heard -> {
                    said.accept(heard);
                    return Behaviors.same();
                })
                .onMessageEquals(Leave.INSTANCE, Behaviors::stopped)
                .build();
    }
}
