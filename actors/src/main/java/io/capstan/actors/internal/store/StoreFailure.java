package io.capstan.actors.internal.store;

import io.capstan.actors.Failure;
import java.nio.file.Path;

/** Why a node's store refuses to start or to write. */
public final class StoreFailure extends Failure {
    /** The kinds that callers tell apart. */
    public enum Kind {
        /** The directory is locked by another process, belongs to another node or cluster, or cannot be written. */
        UNUSABLE_DIRECTORY,
        /** It was written by a newer Capstan. */
        NEWER_FORMAT,
        /** Too much is waiting for the disk already. */
        OVERLOADED,
        /** No space is left; heals by itself when there is some. */
        DISK_FULL,
        /** A write or a flush failed; what is on disk is unknown, so this process writes no more. */
        FAILED,
        /** The disk has changed what was written. */
        DAMAGED,
        /** The store was closed. */
        CLOSED
    }

    private final Kind kind;

    public StoreFailure(Kind kind, String message) {
        super(nextMove(kind), message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    private static Next nextMove(Kind kind) {
        return switch (kind) {
            case OVERLOADED, DISK_FULL -> Next.RETRY;
            case FAILED -> Next.OUTCOME_UNKNOWN;
            case UNUSABLE_DIRECTORY, NEWER_FORMAT, DAMAGED, CLOSED -> Next.DO_NOT_RETRY;
        };
    }

    /** Whether it is only that there is no room: the system tells it in words alone. */
    static boolean isWantOfRoom(Exception cause) {
        String message = String.valueOf(cause.getMessage());
        return cause instanceof Environment.OutOfSpace
                || message.contains("No space left")
                || message.contains("quota exceeded");
    }

    /** Why a directory cannot be opened, and what helps. */
    static StoreFailure atOpening(Path directory, Exception cause) {
        String message = String.valueOf(cause.getMessage());
        if (isWantOfRoom(cause)) {
            return new StoreFailure(
                    Kind.DISK_FULL,
                    "data directory " + directory + " has no room (" + message + "): make room, then start again");
        }
        return new StoreFailure(
                Kind.UNUSABLE_DIRECTORY,
                "data directory " + directory + " cannot be opened (" + message
                        + "): restore it from a backup, or use an empty directory");
    }
}
