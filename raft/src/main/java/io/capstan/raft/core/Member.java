package io.capstan.raft.core;

/**
 * A member's place in a configuration.
 *
 * @param id who
 * @param kind whether it counts
 * @param session index of the configuration entry that brought it in; echoed in every reply, so that an acknowledgement
 *     from before a removal never counts after the return (raft-rs#571)
 */
public record Member(MemberId id, Kind kind, long session) {
    /** Whether a member counts in quorums. The codes are on disk and on the wire. */
    public enum Kind {
        /** Votes and is counted. */
        VOTER(0),
        /** Gets the log, never counts (thesis §4.2.1). */
        LEARNER(1);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Kind of(int code) {
            return switch (code) {
                case 0 -> VOTER;
                case 1 -> LEARNER;
                default -> throw new IllegalArgumentException("unknown kind of member: " + code);
            };
        }
    }

    boolean votes() {
        return kind == Kind.VOTER;
    }
}
