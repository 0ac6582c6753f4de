package io.capstan.raft;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * What a group replicates: an ordinary object that answers commands and queries.
 *
 * <p>It must be deterministic: the same commands in the same order give the same state and replies on every replica. So
 * no clock (there is {@link LogEntry#time}), no chance, no iteration over hash tables that decides anything, no I/O (there is
 * {@link LogEntry#effects}).
 *
 * <p>It should be total: what it throws becomes an error for the caller, on every replica alike, and whatever it had
 * changed until then stays changed.
 *
 * <p>All methods are called by one thread at a time, never one of the consensus itself: slow code delays answers, not
 * heartbeats.
 *
 * @param <W> commands
 * @param <R> queries
 */
public interface StateMachine<W, R> {
    /**
     * Called first, once.
     *
     * @param recoveryEpoch rises whenever the group is made again, restored or recovered by force
     */
    default void init(String group, long recoveryEpoch) {}

    /** Executes one committed command; the reply goes to whoever wrote it. Never null. */
    Object handleWrite(W command, LogEntry entry);

    /** Answers one query without changing anything. Never null. */
    Object handleRead(R query);

    /**
     * The state as it is now, to be written out later by another thread while commands go on. Empty when this machine
     * takes no snapshots; then its group keeps its whole log.
     */
    default Optional<View> snapshot() {
        return Optional.empty();
    }

    /** Replaces the state by what {@link View#writeTo} wrote. */
    default void restore(InputStream in) throws IOException {
        throw new IOException("this state machine takes no snapshots");
    }

    /** An immutable view of a state. */
    interface View {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Marker for commands, queries and replies that Jackson CBOR carries by default: records and enums of such. */
    interface Data {}
}
