package io.capstan.registry.core.owner;

import io.capstan.actors.NodeId;
import io.capstan.raft.lock.FencingToken;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.Shown;

/**
 * Who has a name.
 *
 * @param epoch of his ownership: higher than of any owner before him
 * @param session of his node
 * @param claim its number within the session
 * @param fenced whether his behaviour checks the epoch of messages
 * @param process a reference as any node reads it; opaque here
 * @param version index of the last change: of the claim, or of the metadata
 */
public record OwnerEntry(
        String name,
        FencingToken epoch,
        long session,
        long claim,
        NodeId node,
        boolean fenced,
        String process,
        Metadata metadata,
        long version)
        implements Shown {
    OwnerEntry with(Metadata other, long index) {
        return new OwnerEntry(name, epoch, session, claim, node, fenced, process, other, index);
    }
}
