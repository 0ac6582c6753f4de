package io.capstan.actors.supervisor;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/**
 * How a supervisor starts, keeps and stops one child. Immutable: each method returns another one.
 *
 * @param <T> the child's messages
 */
public final class ChildSpec<T> {
    /** When a child that ended is started again. */
    public enum Restart {
        /** Always. */
        PERMANENT,
        /** When it ended otherwise than {@code NORMAL} or {@code SHUTDOWN}. */
        TRANSIENT,
        /** Never; its specification goes with it. */
        TEMPORARY
    }

    /** How long a worker has to stop unless told otherwise. */
    public static final Duration STOP_WITHIN = Duration.ofSeconds(5);

    /** Longest time to stop; Pekko's scheduler counts no further than some months. */
    public static final Duration STOP_WITHIN_MAX = Duration.ofDays(100);

    /** Longest id, in characters. */
    public static final int ID_LENGTH_MAX = 200;

    private final String id;
    private final Supplier<? extends Behavior<T>> behavior;
    private final Restart restart;
    private final Optional<Duration> stopWithin;
    private final boolean supervisor;
    private final boolean significant;
    private final Consumer<? super ActorRef<T>> whenStarted;

    private ChildSpec(
            String id,
            Supplier<? extends Behavior<T>> behavior,
            Restart restart,
            Optional<Duration> stopWithin,
            boolean supervisor,
            boolean significant,
            Consumer<? super ActorRef<T>> whenStarted) {
        if (id.isEmpty() || id.length() > ID_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "a child's id has 1 to " + ID_LENGTH_MAX + " characters, got \"" + id + "\"");
        }
        this.id = id;
        this.behavior = behavior;
        this.restart = restart;
        this.stopWithin = stopWithin;
        this.supervisor = supervisor;
        this.significant = significant;
        this.whenStarted = whenStarted;
    }

    private static <T> ChildSpec<T> worker(String id, Supplier<? extends Behavior<T>> behavior, Restart restart) {
        return new ChildSpec<>(id, behavior, restart, Optional.of(STOP_WITHIN), false, false, started -> {});
    }

    /** A worker that is always there. */
    public static <T> ChildSpec<T> permanent(String id, Supplier<? extends Behavior<T>> behavior) {
        return worker(id, behavior, Restart.PERMANENT);
    }

    /** A worker that may come to its end, and is started again when it fails. */
    public static <T> ChildSpec<T> transientChild(String id, Supplier<? extends Behavior<T>> behavior) {
        return worker(id, behavior, Restart.TRANSIENT);
    }

    /** A worker with one life. */
    public static <T> ChildSpec<T> temporary(String id, Supplier<? extends Behavior<T>> behavior) {
        return worker(id, behavior, Restart.TEMPORARY);
    }

    /**
     * A supervisor below a supervisor: permanent, started when all of its own children are, and given all the time it
     * needs to stop them.
     */
    public static ChildSpec<Supervisor.Command> supervisor(
            String id, Supplier<? extends Behavior<Supervisor.Command>> behavior) {
        return new ChildSpec<>(id, behavior, Restart.PERMANENT, Optional.empty(), true, false, started -> {});
    }

    /** The same with another rule for restarts. */
    public ChildSpec<T> restart(Restart rule) {
        return new ChildSpec<>(id, behavior, rule, stopWithin, supervisor, significant, whenStarted);
    }

    /**
     * How long it may take to stop when its supervisor tells it to: whoever traps exits gets {@code SHUTDOWN} as a
     * message and ends in its own time, others end after what they handle just then. After that it is killed. Zero: it is
     * killed at once.
     *
     * @param deadline at most {@link #STOP_WITHIN_MAX}
     */
    public ChildSpec<T> stopWithin(Duration deadline) {
        if (deadline.isNegative() || deadline.compareTo(STOP_WITHIN_MAX) > 0) {
            throw new IllegalArgumentException("a deadline is zero to " + STOP_WITHIN_MAX + ", got " + deadline
                    + "; see stopInItsOwnTime for none");
        }
        return new ChildSpec<>(id, behavior, restart, Optional.of(deadline), supervisor, significant, whenStarted);
    }

    /** It may take as long as it likes to stop. */
    public ChildSpec<T> stopInItsOwnTime() {
        return new ChildSpec<>(id, behavior, restart, Optional.empty(), supervisor, significant, whenStarted);
    }

    /** Its end by itself may end its supervisor: see {@link AutoShutdown}. Not for permanent children. */
    public ChildSpec<T> significant() {
        return new ChildSpec<>(id, behavior, restart, stopWithin, supervisor, true, whenStarted);
    }

    /**
     * Tells {@code listener} the reference of every start: a restarted child is another process with another reference.
     *
     * @param listener called on the supervisor's thread: it hands over and returns
     */
    public ChildSpec<T> whenStarted(Consumer<? super ActorRef<T>> listener) {
        return new ChildSpec<>(id, behavior, restart, stopWithin, supervisor, significant, listener);
    }

    public String id() {
        return id;
    }

    /** Makes the behavior of each start. */
    public Supplier<? extends Behavior<T>> behavior() {
        return behavior;
    }

    public Restart restart() {
        return restart;
    }

    /** Empty: in its own time. */
    public Optional<Duration> stopWithin() {
        return stopWithin;
    }

    public boolean isSupervisor() {
        return supervisor;
    }

    public boolean isSignificant() {
        return significant;
    }

    /** Told of every start. */
    public Consumer<? super ActorRef<T>> whenStarted() {
        return whenStarted;
    }
}
