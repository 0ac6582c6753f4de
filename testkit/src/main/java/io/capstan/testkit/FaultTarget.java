package io.capstan.testkit;

import java.time.Duration;
import java.util.List;

/**
 * Something that {@link Faults} can be applied to: a simulation, a cluster in one JVM, a cluster of processes. What it cannot
 * do it refuses with an {@link UnsupportedOperationException} of one line: that is what the default methods do.
 */
public interface FaultTarget {
    /** Lets time pass: virtual time in a simulation. */
    void pass(Duration time);

    /** From now on messages from {@code from} to {@code to} are lost. Cutting what is cut changes nothing. */
    void cutOneWay(String from, String to);

    /** Ends {@link #cutOneWay} for this pair and direction. */
    void healOneWay(String from, String to);

    /** Ends every cut, and whatever else ails links, wires, clocks and disks. Members that are dead stay dead. */
    void healAll();

    /** Ends a member abruptly, with whatever it had not made durable. Killing the dead changes nothing. */
    void kill(String name);

    /** Starts a dead member again from what it had made durable. Restarting the living changes nothing. */
    void restart(String name);

    /**
     * Stops a member for {@code time} without it noticing, and returns at once.
     *
     * @throws UnsupportedOperationException where members share one JVM and so cannot be stopped alone
     */
    void pause(String name, Duration time);

    // ---- Who

    /** All members: {@code kill all}. */
    default List<String> names() {
        throw unable("tell who all are");
    }

    /** Who leads now: {@code kill leader}. */
    default String leader() {
        throw unable("tell who leads");
    }

    /** One that runs, drawn: {@code kill one}. */
    default String one() {
        throw unable("draw one of its members");
    }

    // ---- Members

    /** Ends a member in an orderly way, and waits until it has. Stopping the dead changes nothing. */
    default void stop(String name) {
        throw unable("stop " + name);
    }

    /** Its wall clock shows {@code offset} more than it is; its monotonic clock notices nothing. */
    default void clock(String name, Duration offset) {
        throw unable("set the clock of " + name);
    }

    // ---- Links

    /** So many of a hundred packets are lost on their way. */
    default void lose(String from, String to, int percent) {
        throw unable("lose packets from " + from + " to " + to);
    }

    /** What is sent takes {@code time} longer, give or take {@code jitter}, and keeps its order. */
    default void delay(String from, String to, Duration time, Duration jitter) {
        throw unable("delay what goes from " + from + " to " + to);
    }

    /** So many of a hundred pieces of what is sent come twice. */
    default void duplicate(String from, String to, int percent) {
        throw unable("duplicate what goes from " + from + " to " + to);
    }

    /** So many of a hundred pieces of what is sent come after the next piece. */
    default void reorder(String from, String to, int percent) {
        throw unable("reorder what goes from " + from + " to " + to);
    }

    /** Ends the connections that {@code from} has opened to {@code to}, with a reset to both. */
    default void reset(String from, String to) {
        throw unable("reset connections from " + from + " to " + to);
    }

    // ---- Wires

    /** Nothing comes to the member, nothing goes from it. */
    default void down(String name) {
        throw unable("pull the wire of " + name);
    }

    /** Ends {@link #down}. */
    default void up(String name) {
        throw unable("plug the wire of " + name + " in");
    }

    /** So many kilobits a second in each direction; 0 is as fast as it goes. */
    default void slow(String name, int kilobits) {
        throw unable("slow the wire of " + name);
    }

    // ---- Disks

    /** From now on, also when it is restarted. */
    default void disk(String name, DiskState state) {
        throw unable("have the disk of " + name + " be " + state);
    }

    /** Ends a member abruptly, with whatever the operating system had not flushed for it. */
    default void powerCut(String name) {
        throw unable("cut the power of " + name);
    }

    /** Keeps a copy of its files, for {@link DiskFault.Damage.Kind#STALE}; a copy of a member that runs may be torn. */
    default void save(String name) {
        throw unable("save the files of " + name);
    }

    /**
     * Changes the files of a member that does not run.
     *
     * @throws IllegalStateException when it runs
     */
    default void damage(String name, DiskFault.Damage.Kind kind) {
        throw unable(kind + " files of " + name);
    }

    // ---- Groups

    /** What an operator would do with a member of the group that is tried; waits until it is done, or was refused. */
    default void operate(String name, GroupFault.Kind kind) {
        throw unable("do what an operator would: " + kind + " " + name);
    }

    private UnsupportedOperationException unable(String what) {
        Class<?> target = getClass().isAnonymousClass() ? getClass().getEnclosingClass() : getClass();
        return new UnsupportedOperationException("a " + target.getSimpleName() + " cannot " + what);
    }
}
