package io.capstan.testkit;

import java.time.Duration;

/** Something that {@link Faults} can be applied to: a simulation, a cluster in one JVM, a cluster of processes. */
public interface FaultTarget {
    /** Lets time pass: virtual time in a simulation. */
    void pass(Duration time);

    /** From now on messages from {@code from} to {@code to} are lost. Cutting what is cut changes nothing. */
    void cutOneWay(String from, String to);

    /** Ends {@link #cutOneWay} for this pair and direction. */
    void healOneWay(String from, String to);

    /** Ends every cut. Members that are dead stay dead. */
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
}
