package io.capstan.registry;

import io.capstan.actors.Node;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Names for single processes of the whole cluster, as OTP's {@code global}.
 *
 * <p>Thread-safe. Reads are local and lock-free. Failures arrive in the stages, as {@link NameFailure}s; no stage
 * outlives its deadline by more than some tens of milliseconds, and none hangs. Any of them may fail with {@code TOO_MANY},
 * and with {@code CLOSED} when the node stops. A deadline is 1 ms to {@code capstan.registry.names.timeout-max}; any other is
 * an {@link IllegalArgumentException} at once.
 */
public interface Names {
    /** The names of a node that favour availability; always the same instance. */
    static AvailableNames get(Node node) {
        return AvailableNames.of(node);
    }

    /** As {@link #register(Name, ActorRef, Terms)}, without metadata; the loser of a conflict is stopped. */
    default <T> CompletionStage<Registration<T>> register(Name<T> name, ActorRef<T> process, Duration within) {
        return register(name, process, Terms.within(within));
    }

    /**
     * Gives the name to a process of any node, if nobody has it. When it succeeds, every visible node shows it. The
     * name is free again as soon as the process stops. A process may have several names.
     *
     * @return fails with {@code TAKEN}, {@code STOPPED}, {@code REFERENCE_TOO_LONG}, {@code TOO_MANY}; with {@code
     *     UNREGISTERED} when somebody unregistered the name meanwhile; with {@code TIMED_OUT} when the deadline passed, and
     *     then the claim has been withdrawn; with {@code NO_CONNECTION} when the process's node, which has to do it, is away
     *     or did not answer
     */
    <T> CompletionStage<Registration<T>> register(Name<T> name, ActorRef<T> process, Terms<T> terms);

    /** As {@link #reRegister(Name, ActorRef, Terms)}, without metadata; the loser of a conflict is stopped. */
    default <T> CompletionStage<Registration<T>> reRegister(Name<T> name, ActorRef<T> process, Duration within) {
        return reRegister(name, process, Terms.within(within));
    }

    /**
     * As {@link #register}, but also takes the name from whoever has it, who is not told. There is no moment without
     * an owner in between.
     *
     * @return fails with {@code TAKEN} when somebody took the name over in turn, {@code TIMED_OUT_TAKING_OVER}, and as
     *     register does
     */
    <T> CompletionStage<Registration<T>> reRegister(Name<T> name, ActorRef<T> process, Terms<T> terms);

    /**
     * Takes the name from whoever has it, on whatever node.
     *
     * @return whether anybody had it; fails with {@code NO_CONNECTION} when his node went away or did not answer
     */
    CompletionStage<Boolean> unregister(Name<?> name, Duration within);

    /**
     * Changes the metadata of whoever has the name, on whatever node, as one step: {@code change} is called again, with
     * what is there by then, when somebody else was faster. It decides from its argument alone.
     *
     * @return the new metadata, which every visible node shows; fails with {@code NOT_REGISTERED}, {@code
     *     NO_CONNECTION}, {@code TIMED_OUT} (nothing changed) or {@code TIMED_OUT_TELLING} (changed, not everywhere yet), or
     *     with what {@code change} threw
     */
    CompletionStage<Metadata> update(Name<?> name, UnaryOperator<Metadata> change, Duration within);

    /** Who has the name, as this node shows it. */
    <T> Optional<ActorRef<T>> whereis(Name<T> name);

    /** Who has the name, with node and metadata, as this node shows them together. */
    <T> Optional<Owner<T>> owner(Name<T> name);

    /** All names that somebody has, as this node shows them: a sorted copy. */
    default SortedSet<String> registeredNames() {
        return registeredNames("");
    }

    /** The names that somebody has and that begin with {@code prefix}: a sorted copy. */
    SortedSet<String> registeredNames(String prefix);

    /**
     * Sends to whoever has the name, as {@link ActorRef#tell} does.
     *
     * @throws NameFailure {@code NOT_REGISTERED}
     */
    default <T> void send(Name<T> name, T message) {
        whereis(name).orElseThrow(() -> NameFailure.notRegistered(name)).tell(message);
    }

    /**
     * Waits until somebody has the name.
     *
     * @return who it is; fails with {@code NOT_REGISTERED} when nobody has it in time
     */
    <T> CompletionStage<ActorRef<T>> await(Name<T> name, Duration within);

    /**
     * Tells an actor of this node first who has the name, then every change, until it stops or {@link #demonitor}. A
     * second call for the same pair begins again.
     *
     * @return completes when the first event is on its way; fails with {@code LISTENER_NOT_LOCAL}, {@code TOO_MANY}
     */
    <T> CompletionStage<Void> monitor(Name<T> name, ActorRef<NameEvent<T>> listener);

    /**
     * Ends a {@link #monitor}; events that are already on their way still come.
     *
     * @return whether there was one
     */
    <T> CompletionStage<Boolean> demonitor(Name<T> name, ActorRef<NameEvent<T>> listener);
}
