package io.capstan.raft;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a group replicates: an ordinary object that answers commands and queries.
 *
 * <p>It must be deterministic: the same commands in the same order give the same state and replies on every replica. So
 * no clock (there is {@link LogEntry#time}), no chance, no iteration over hash tables that decides anything, no I/O (there is
 * {@link LogEntry#effects}).
 *
 * <p>It should be total: what it throws becomes an error for the caller, on every replica alike, and whatever it had
 * changed until then stays changed. A command for which a class cannot be loaded ends its member alone, in one clear line,
 * for the others may have that class; and want of memory ends the JVM.
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

    /**
     * The newest version of its behaviour that this code knows, from 1; the same at every call. It rises with every change of
     * what a command does or answers, or of what a snapshot is: a group raises the version in force once all of its members
     * run code that knows it, and never lowers it. A member that does not know the version in force stops.
     */
    default int version() {
        return 1;
    }

    /** The oldest version that it can still behave as. A group begins at 1, and is raised before its first command if need be. */
    default int oldestVersion() {
        return 1;
    }

    /**
     * From here on it behaves as {@code version}, and what it is given to restore next is of that version. Called after
     * {@link #init} and before anything else, and whenever the group raises the version: with the state as the commands of
     * the version before have left it.
     *
     * @param version from {@link #oldestVersion} to {@link #version}
     */
    default void behaveAs(int version) {}

    /** Executes one committed command; the reply goes to whoever wrote it. Never null. */
    Object handleWrite(W command, LogEntry entry);

    /** Answers one query without changing anything. Never null. */
    Object handleRead(R query);

    /**
     * What a query waits for, as the state is now: it is asked again after the next command that has {@link #news} of an
     * equal key, and answered, as things stand then, when half of the time that it may take is over at the latest. So
     * whoever waits for something need not ask for it again and again.
     *
     * @return a key with {@code equals} and {@code hashCode}; null, as always by default, when there is an answer now
     */
    default @Nullable Object waitsFor(R query) {
        return null;
    }

    /**
     * Of which keys the command executed last has news for whoever waits; asked only while somebody does. A restore is news
     * of all.
     */
    default Collection<?> news() {
        return List.of();
    }

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
