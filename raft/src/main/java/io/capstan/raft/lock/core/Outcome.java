package io.capstan.raft.lock.core;

/** How a request ended. Their order is their code. */
public enum Outcome {
    /** Its own session ended it, or never asked. */
    RELEASED,
    /** Done as asked: counted, signalled; the latch is open, the barrier complete. */
    DONE,
    /** Somebody held it, and it was not to wait. */
    HELD,
    /** Its wait was over before its turn came. */
    TIMED_OUT,
    /** Who made the latch is gone, or one left the barrier. */
    BROKEN,
    /** An operator took the lock away. */
    REVOKED,
    /** It could not be, or a limit was reached. */
    REFUSED
}
