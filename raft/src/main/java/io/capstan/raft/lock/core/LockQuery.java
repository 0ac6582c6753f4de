package io.capstan.raft.lock.core;

/** What can be asked of the table. Closed. */
public sealed interface LockQuery {
    /** What has become of a request: Granted, Waiting, Over or NoSession. */
    record Poll(long session, long request) implements LockQuery {}

    /** The locks behind {@code after} in the order of names, at most {@code max}. */
    record Overview(String after, int max) implements LockQuery {}

    /** This one lock, on a page of its own; the page is empty when nobody holds it or waits for it. */
    record Look(String name) implements LockQuery {}
}
