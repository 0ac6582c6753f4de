package io.capstan.testkit.sim;

/**
 * One run of a process under simulation: usually a thin wrapper that feeds a pure core and performs its effects.
 *
 * <p>Made anew by its {@link Factory} at every start. Whatever it throws fails the simulation.
 *
 * @param <M> messages; treated as immutable, as one object may be delivered twice
 */
@FunctionalInterface
public interface SimProcess<M> {
    /** Takes one message. */
    void onMessage(String from, M message);

    /** Streams only: a connection to {@code peer}'s given incarnation stands; nothing of an earlier one follows. */
    default void onLinkUp(String peer, int incarnation) {}

    /** Streams only: the connection is gone, and with it what was under way in both directions. */
    default void onLinkDown(String peer) {}

    /**
     * Starts a process, for the first time or again after a crash.
     *
     * @param <M> messages
     */
    @FunctionalInterface
    interface Factory<M> {
        /** May read the disk, send and set timers at once. */
        SimProcess<M> start(SimNode<M> node);
    }
}
