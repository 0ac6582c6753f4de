package io.capstan.raft;

/**
 * How fresh an answer must be.
 *
 * @param mode who may answer
 * @param minIndex for stale reads: the answer has seen the command at this index, at least
 */
public record Consistency(Mode mode, long minIndex) {
    /** Who may answer. The codes are on the wire. */
    public enum Mode {
        /** The leader, once a majority has confirmed that it still is: sees every write answered before. */
        LINEARIZABLE(0),
        /** The leader, while its lease holds: as fresh, as long as no clock runs faster than configured. */
        LEASE(1),
        /** Any replica, from whatever it has applied. */
        STALE(2);

        private final int code;

        Mode(int code) {
            this.code = code;
        }

        /** As on the wire. */
        public int code() {
            return code;
        }
    }

    /** See {@link Mode#LINEARIZABLE}. */
    public static final Consistency LINEARIZABLE = new Consistency(Mode.LINEARIZABLE, 0);

    /** See {@link Mode#LEASE}. */
    public static final Consistency LEASE = new Consistency(Mode.LEASE, 0);

    /** See {@link Mode#STALE}; the answer has seen the command at {@code minIndex}, at least. */
    public static Consistency stale(long minIndex) {
        return new Consistency(Mode.STALE, minIndex);
    }
}
