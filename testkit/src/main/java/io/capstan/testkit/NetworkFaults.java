package io.capstan.testkit;

import org.apache.pekko.actor.typed.ActorSystem;

/**
 * How {@link TestCluster} cuts a transport that is not Pekko's own, and how it ends a system the hard way.
 *
 * <p>Implementations are found with {@link java.util.ServiceLoader}, need a public constructor without parameters, and
 * are shared by all systems of the JVM. Members are told apart by the names in {@code capstan.testkit.members}; a cut
 * towards a name outlasts connections and restarts of that member, until it is healed. Every method is idempotent,
 * returns soon, and does nothing for a system that does not run this transport. Calls come from one thread at a time.
 * (Who keeps systems in a map keeps their {@code classicSystem()}: two typed systems of one name are equal.)
 *
 * <p>Pekko's own messages are no concern of an implementation: the kit cuts Artery itself.
 */
public interface NetworkFaults {
    /** Which way the bytes flow, as seen by the system the call is about. */
    enum Direction {
        /** What the system sends towards the member. */
        OUTBOUND,
        /** What the system receives from the member. */
        INBOUND
    }

    /**
     * Silently loses everything in one direction, as a dropped packet is lost: nothing is closed, nobody is told, both
     * ends must find out by their own failure detection, and no new connection comes about meanwhile.
     *
     * <p>The kit calls it on both ends: a cut from a to b is {@code cut(a, "b", OUTBOUND)} and {@code cut(b, "a",
     * INBOUND)}.
     */
    void cut(ActorSystem<?> system, String member, Direction direction);

    /** Ends {@link #cut} for this member and direction. */
    void heal(ActorSystem<?> system, String member, Direction direction);

    /** Whether this system runs this transport at all; asked only of running systems. */
    default boolean runsOn(ActorSystem<?> system) {
        return true;
    }

    /** Whether this transport on this system can reach the member now; true when it does not run there. */
    boolean sees(ActorSystem<?> system, String member);

    /**
     * Ends abruptly whatever hangs on this system, as {@code kill -9} would: closes sockets without a goodbye, drops
     * what is queued, and releases ports, file handles and locks before it returns. The system has been cut off from
     * all others before, and is terminated without coordinated shutdown after.
     */
    void crash(ActorSystem<?> system);

    /** What this system knows of the others, in a line, to be printed when a test fails. */
    default String describe(ActorSystem<?> system) {
        return "";
    }
}
