package io.capstan.registry.core.owner;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;

/** What the log of the consistent names says. */
public sealed interface OwnerCommand {
    /** A session of this node begins; without renewal it ends after {@code ttlMillis} of log time, with all its names. */
    record Open(NodeId node, long ttlMillis) implements OwnerCommand {}

    /** It lives. */
    record KeepAlive(long session) implements OwnerCommand {}

    /** It ends. */
    record Close(long session) implements OwnerCommand {}

    /** It ends if it was not renewed after {@code renewal}, and is overdue. */
    record Expire(long session, long renewal) implements OwnerCommand {}

    /**
     * Gives the name to a process of the session's node.
     *
     * @param claim rises within the session
     * @param takeOver also from whoever has it
     */
    record Claim(
            long session, long claim, String name, boolean takeOver, boolean fenced, String process, Metadata metadata)
            implements OwnerCommand {}

    /** Ends that claim: if it comes later, it comes to nothing. */
    record Release(long session, long claim, String name) implements OwnerCommand {}

    /** Takes the name from whoever has it. */
    record Unregister(String name) implements OwnerCommand {}

    /** Gives the owner other metadata, if he has what is expected. */
    record Update(String name, Metadata expected, Metadata metadata) implements OwnerCommand {}
}
