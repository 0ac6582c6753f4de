package io.capstan.raft.lock.core;

import java.util.Arrays;
import java.util.Optional;

/** How a request ended. The codes are in logs and snapshots. */
public enum Outcome {
    /** Its own session ended it, or never asked. */
    RELEASED(0),
    /** Done as asked, at once: counted, signalled; the latch was open, the barrier complete. */
    DONE(1),
    /** Somebody held it, and it was not to wait. */
    HELD(2),
    /** Its wait was over before its turn came. */
    TIMED_OUT(3),
    /** Who made the latch is gone, or one left the barrier. */
    BROKEN(4),
    /** An operator took the lock away. */
    REVOKED(5),
    /** It could not be. */
    REFUSED(6),
    /** A limit was reached. */
    FULL(7),
    /** What it waited for has come: the latch is open, the barrier complete. */
    CAME(8);

    private final int code;

    Outcome(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /**
     * Whether it is remembered until the request is released, whatever its session has settled since: it came of a wait at a
     * gate, which may be long, and there is no other way to hear of it.
     */
    boolean isNews() {
        return this == CAME || this == BROKEN;
    }

    /** Empty for a code of a later version. */
    public static Optional<Outcome> of(int code) {
        return Arrays.stream(values()).filter(outcome -> outcome.code == code).findFirst();
    }
}
