package io.capstan.demo.node;

import io.capstan.demo.DemoMessage;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The talk's first lock: a process that knows who has it, as a GenServer would. It is gone with its node, and what it knew is
 * gone with it; whoever starts it again elsewhere starts it free.
 */
final class LockProcess {
    sealed interface Command extends DemoMessage {}

    /** {@code client} wants it; refused while another has it. */
    record Lock(String client, ActorRef<Answer> replyTo) implements Command {}

    /** {@code client} gives it back; refused when it is not his. */
    record Unlock(String client, ActorRef<Answer> replyTo) implements Command {}

    /** Who has it? */
    record Who(ActorRef<Answer> replyTo) implements Command {}

    /**
     * @param done whether it was as asked
     * @param holder who has it now; empty when nobody has
     * @param node the process's
     */
    record Answer(boolean done, String holder, String node) implements DemoMessage {}

    private LockProcess() {}

    static Behavior<Command> create(String node) {
        return held(node, Optional.empty());
    }

    private static Behavior<Command> held(String node, Optional<String> holder) {
        return Behaviors.receive(Command.class)
                .onMessage(Lock.class, lock -> {
                    boolean done = holder.isEmpty() || holder.get().equals(lock.client());
                    return answer(node, done ? Optional.of(lock.client()) : holder, done, lock.replyTo());
                })
                .onMessage(Unlock.class, unlock -> {
                    boolean done = holder.filter(unlock.client()::equals).isPresent();
                    return answer(node, done ? Optional.empty() : holder, done, unlock.replyTo());
                })
                .onMessage(Who.class, who -> answer(node, holder, true, who.replyTo()))
                .build();
    }

    private static Behavior<Command> answer(
            String node, Optional<String> holder, boolean done, ActorRef<Answer> replyTo) {
        replyTo.tell(new Answer(done, holder.orElse(""), node));
        return held(node, holder);
    }
}
