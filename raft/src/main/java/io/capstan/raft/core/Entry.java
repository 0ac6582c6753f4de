package io.capstan.raft.core;

import java.util.Arrays;
import java.util.Objects;

/**
 * One entry of the log. Its payload is shared, never copied: nobody writes into it.
 *
 * @param index its place; the first is 1
 * @param term of the leader that made it
 * @param time log time in milliseconds: never falls along the log, and no wall clock moves it
 * @param kind what the payload is
 * @param payload the command or the encoded {@link Configuration}; empty for {@link Kind#NOOP}
 */
public record Entry(long index, long term, long time, Kind kind, byte[] payload) {
    /** What an entry holds. The codes are on disk and on the wire. */
    public enum Kind {
        /** A new leader's first entry (§8: it learns what is committed by committing one of its own). */
        NOOP(0),
        /** For the state machine. */
        COMMAND(1),
        /** A {@link Configuration}, in force from the moment it is appended (§6). */
        CONFIGURATION(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** As written to disk and wire. */
        public int code() {
            return code;
        }

        /** The kind of that code, or {@link IllegalArgumentException}. */
        public static Kind of(int code) {
            return switch (code) {
                case 0 -> NOOP;
                case 1 -> COMMAND;
                case 2 -> CONFIGURATION;
                default -> throw new IllegalArgumentException("unknown kind of entry: " + code);
            };
        }
    }

    /** What an entry costs beside its payload, in the windows and limits that count bytes. */
    public static final int OVERHEAD_BYTES = 32;

    /** Its weight in windows and limits. */
    public int bytes() {
        return OVERHEAD_BYTES + payload.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Entry that
                && index == that.index
                && term == that.term
                && time == that.time
                && kind == that.kind
                && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return Objects.hash(index, term, time, kind, Arrays.hashCode(payload));
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(java.util.Locale.ROOT) + " " + index + "/" + term;
    }
}
