package io.capstan.actors.supervisor;

import io.capstan.actors.internal.supervisor.RunningSupervisor;
import io.capstan.actors.internal.supervisor.SupervisorPlan;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;

/**
 * Erlang's supervisor: starts its children in order, one when the one before it has started; restarts those that end as
 * they should not; stops them in reverse order, each within its time.
 *
 * <p>Unlike with Pekko's {@code Behaviors.supervise}, a restarted child is a new process with a new reference: whatever
 * belonged to the old one (names, groups, monitors, what lay in its mailbox) is gone with it, and nobody goes on talking
 * to a server that forgot what they agreed.
 *
 * <p>It is a process: spawn it anywhere, give it to an {@link Application}, or make it a child of another with
 * {@link ChildSpec#supervisor}. To stop it in order send it an exit signal ({@code Processes.exit(system, ref,
 * SHUTDOWN)}), which is what its own supervisor does; a plain {@code context.stop} ends all children at once. Exit signals
 * of its own children are none to it, even of one that has linked itself to its supervisor: that one is restarted. A running
 * handler is never interrupted, so a child that never returns from one holds up its supervisor, which says so in the log.
 * Talk to it with {@link Children}.
 */
public final class Supervisor {
    /** How many children one supervisor may have. */
    public static final int CHILDREN_MAX = 1_000_000;

    private Supervisor() {}

    /** What a supervisor is told; made by {@link Children} only. Does not leave its node. */
    public interface Command {}

    /**
     * A supervisor of {@code children}, in the order of their start.
     *
     * @throws IllegalArgumentException when two have one id, or one is significant
     */
    public static Behavior<Command> create(Strategy strategy, Intensity intensity, ChildSpec<?>... children) {
        return create(strategy, intensity, AutoShutdown.NEVER, children);
    }

    /**
     * A supervisor that ends when its significant children have done their work.
     *
     * @throws IllegalArgumentException when two have one id, or one is significant that may not be: it is permanent, or {@code
     *     shutdown} is {@code NEVER}
     */
    public static Behavior<Command> create(
            Strategy strategy, Intensity intensity, AutoShutdown shutdown, ChildSpec<?>... children) {
        return RunningSupervisor.behavior(
                new SupervisorPlan(strategy, intensity, shutdown, false, CHILDREN_MAX, List.of(children)));
    }

    /**
     * A supervisor whose children all come by {@link Children#start}, and go when they end: Erlang's
     * {@code simple_one_for_one}, Elixir's {@code DynamicSupervisor}. Their ids need not differ.
     *
     * @param childrenMax 1 to {@link #CHILDREN_MAX}; a start beyond it is refused
     */
    public static Behavior<Command> dynamic(Intensity intensity, int childrenMax) {
        if (childrenMax < 1 || childrenMax > CHILDREN_MAX) {
            throw new IllegalArgumentException("1 to " + CHILDREN_MAX + " children, got " + childrenMax);
        }
        return RunningSupervisor.behavior(
                new SupervisorPlan(Strategy.ONE_FOR_ONE, intensity, AutoShutdown.NEVER, true, childrenMax, List.of()));
    }
}
