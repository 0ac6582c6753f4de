package io.capstan.registry.core.owner;

import io.capstan.actors.NodeId;
import java.util.List;

/**
 * All that an {@link OwnerTable} knows.
 *
 * @param changed how many changes of owners there have been
 */
public record OwnerImage(long changed, List<Session> sessions, List<OwnerEntry> entries) {
    public OwnerImage {
        sessions = List.copyOf(sessions);
        entries = List.copyOf(entries);
    }

    /** A session, with the claims that come to nothing any more: up to {@code over}, and {@code released}. */
    public record Session(
            long id, NodeId node, long ttlMillis, long renewal, long renewedAt, long over, List<Long> released) {
        public Session {
            released = List.copyOf(released);
        }
    }
}
