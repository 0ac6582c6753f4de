package io.capstan.crdt;

/** Being told of a counter's changes. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    /** Ends it; what is being told at this moment may still come. Idempotent. */
    @Override
    void close();
}
