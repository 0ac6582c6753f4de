package io.capstan.actors.internal.link;

/**
 * One of Capstan's own protocols on the links. The code is on the wire: it never changes and is never used again.
 *
 * <p>Frames of one channel between two nodes arrive in the order sent while the link stands; a frame may be lost only
 * with its link. Codes in use: {@code actors/INTERNALS.md}, "On the wire".
 *
 * @param code 1 to 127; 0 is the link's own (hello, heartbeats, credit)
 * @param name for logs and metrics
 * @param priority who goes first when the wire is busy
 */
public record Channel(int code, String name, Priority priority) {
    /** Highest first. A frame of a higher priority never waits for more than one frame of a lower one. */
    public enum Priority {
        /** Consensus: small, urgent. */
        URGENT(1),
        /** Tables, claims, calls. */
        NORMAL(2),
        /** Snapshots and other large transfers, in chunks of at most one frame. */
        BULK(3);

        // On the wire of relayed frames: it never changes.
        private final int code;

        Priority(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Priority of(int code) {
            for (Priority known : values()) {
                if (known.code == code) {
                    return known;
                }
            }
            throw new MalformedFrame("no priority has code " + code);
        }
    }

    public Channel {
        if (code < 1 || code > 127) {
            throw new IllegalArgumentException("a channel's code is 1 to 127, got " + code);
        }
    }
}
