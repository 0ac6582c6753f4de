package io.capstan.raft.lock.core;

/** The table's limits. Constants, not keys: they decide what an entry does, so all members must agree on them. */
public final class Limits {
    /** Longest name of a lock, in bytes of UTF-8. */
    public static final int NAME_BYTES_MAX = 200;

    /** Names that one request may claim together. */
    public static final int CLAIMS_MAX = 64;

    static final int SESSIONS_MAX = 100_000;
    static final int NAMES_MAX = 100_000;
    static final int REQUESTS_PER_SESSION_MAX = 10_000;
    static final int WAITERS_PER_NAME_MAX = 10_000;

    // A page of locks must fit one frame, of which there are 64 KiB.
    static final int PAGE_MAX = 50;
    static final int PAGE_BYTES_MAX = 48 * 1024;
    static final int SHOWN_MAX = 10;

    // Log time is in milliseconds: no sum of a time and a wait overflows below a thousand years.
    static final long WAIT_MILLIS_MAX = 1L << 45;

    private Limits() {}
}
