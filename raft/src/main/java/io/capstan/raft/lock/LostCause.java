package io.capstan.raft.lock;

/** Why a lock, or a session and every lock it held, is lost. */
public enum LostCause {
    /** The group has ended it, because it was not renewed in time. */
    EXPIRED,
    /** No renewal was confirmed within the time to live: others may hold its locks now. */
    UNCONFIRMED,
    /** An operator took this lock away; the session goes on. */
    REVOKED,
    /** {@link LockSession#close} was called. */
    CLOSED
}
