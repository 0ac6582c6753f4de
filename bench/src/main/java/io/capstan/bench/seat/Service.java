package io.capstan.bench.seat;

import java.util.concurrent.CompletionStage;

/** A system as it can be used from one process. For many threads. */
public interface Service {
    /** How fresh what is read has to be. */
    enum Reading {
        /** Sees every write that was answered before, whatever clocks do. */
        LINEARIZABLE,
        /** The same, as long as no clock runs faster than the system has been told. */
        LEASE,
        /** Whatever the nearest replica has. */
        STALE
    }

    /** Whoever uses locks, from one thread. */
    interface Locker {
        /** Acquires a lock, however long it takes, and gives it back: both have taken place when this returns. */
        void pair(String lock) throws Exception;
    }

    /** Whether this process is the one that decides what becomes of writes, as far as it knows. */
    boolean leads();

    /** Whether it decides what becomes of locks, where that is another's to say. */
    default boolean leadsLocks() {
        return leads();
    }

    /** Has the system keep a command: durably at a majority when the stage completes. */
    CompletionStage<?> write(byte[] command);

    /** Reads; refused with {@link UnsupportedOperationException} where there is no such way to read. */
    CompletionStage<?> read(Reading how);

    /** Sends so many messages that nobody answers, and says when all of them have come. */
    default CompletionStage<?> tell(int times) {
        throw new UnsupportedOperationException("it has no messages");
    }

    /** How many processes are seen from here, itself included. */
    default int members() {
        throw new UnsupportedOperationException("it counts nobody");
    }

    /** What one counter is, here and now. */
    default long value() {
        throw new UnsupportedOperationException("it has no counters");
    }

    /** Increments so many other counters. */
    default void fill(String prefix, int count) {
        throw new UnsupportedOperationException("it has no counters");
    }

    /** Waits until all that another process has filled are here. */
    default void reach(String prefix, int count) {
        throw new UnsupportedOperationException("it has no counters");
    }

    /** A client that uses locks, each a session of its own. */
    default Locker locker(int client) {
        throw new UnsupportedOperationException("it has no locks");
    }
}
