package io.capstan.raft.lock.core;

import io.capstan.raft.lock.LockStatus;
import java.util.List;

/** What can be asked of the table. Closed. */
public sealed interface LockQuery {
    /** What has become of a request: Granted, Over or NoSession; or Waiting, once it has waited long enough. */
    record Poll(long session, long request) implements LockQuery {}

    /** The locks behind {@code after} in the order of names, at most {@code max}. */
    record Overview(String after, int max) implements LockQuery {}

    /** This one lock, on a page of its own; the page is empty when nobody holds it or waits for it. */
    record Look(String name) implements LockQuery {}

    /** As {@link Look}, once others hold it, or hold it with other words, than the asker has seen. */
    record LookAgain(String name, List<LockStatus.Holder> seen) implements LockQuery {
        public LookAgain {
            seen = List.copyOf(seen);
        }
    }
}
