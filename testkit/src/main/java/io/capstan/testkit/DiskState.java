package io.capstan.testkit;

import java.time.Duration;

/** How a member's disk behaves, while the member runs. {@code toString()} is the notation's. */
public sealed interface DiskState {
    /** {@code ok}: all goes well, and what filled it is gone. */
    record Ok() implements DiskState {
        @Override
        public String toString() {
            return "ok";
        }
    }

    /** {@code sync-error [after N]}: fsync, fdatasync and msync fail with EIO, but for the next N of them. */
    record SyncError(int after) implements DiskState {
        public SyncError {
            requireCount(after);
        }

        @Override
        public String toString() {
            return "sync-error" + printAfter(after);
        }
    }

    /**
     * {@code write-error [after N] [to NAME]}: writes that are flushes of their own (O_DSYNC) fail with EIO, but for the next N.
     * {@code to data.mdb} is LMDB's meta page: all else of that file is flushed apart.
     *
     * @param part of the paths of the files to which that happens; empty for all
     */
    record WriteError(int after, String part) implements DiskState {
        public WriteError {
            requireCount(after);
            if (!part.isEmpty()) {
                Notation.requireName(part);
            }
        }

        /** To all files. */
        public WriteError(int after) {
            this(after, "");
        }

        @Override
        public String toString() {
            return "write-error" + printAfter(after) + (part.isEmpty() ? "" : " to " + part);
        }
    }

    /** {@code slow-sync 200ms}: every flush takes so much longer. */
    record SlowSync(Duration time) implements DiskState {
        public SlowSync {
            Notation.requireMillis(time);
        }

        @Override
        public String toString() {
            return "slow-sync " + Notation.print(time);
        }
    }

    /** {@code no-space}: writes fail with ENOSPC, though there would be room. */
    record NoSpace() implements DiskState {
        @Override
        public String toString() {
            return "no-space";
        }
    }

    /** {@code full}: something else has taken all the room there was. */
    record Full() implements DiskState {
        @Override
        public String toString() {
            return "full";
        }
    }

    private static void requireCount(int after) {
        if (after < 0) {
            throw new IllegalArgumentException("so many go well before one fails: not negative, got " + after);
        }
    }

    private static String printAfter(int after) {
        return after == 0 ? "" : " after " + after;
    }
}
