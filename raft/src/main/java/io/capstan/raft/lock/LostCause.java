package io.capstan.raft.lock;

/** Why a session, and every lock it held, is lost. */
public enum LostCause {
    /** The group has ended it, because it was not renewed in time, or on an operator's word. */
    EXPIRED,
    /** No renewal was confirmed within the time to live: others may hold its locks now. */
    UNCONFIRMED,
    /** {@link LockSession#close} was called. */
    CLOSED
}
