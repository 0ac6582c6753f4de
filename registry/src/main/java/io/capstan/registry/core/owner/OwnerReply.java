package io.capstan.registry.core.owner;

import java.util.List;
import java.util.Optional;

/** What is answered to commands and queries. */
public sealed interface OwnerReply {
    /** A session began. */
    record Opened(long session) implements OwnerReply {}

    /** There is no such session any more. */
    record NoSession() implements OwnerReply {}

    /** The name's owner is this now. */
    record Granted(OwnerEntry entry) implements OwnerReply {}

    /** Somebody else has it; for an update: with other metadata than expected. */
    record Taken(OwnerEntry entry) implements OwnerReply {}

    /** Done; whether there was anything to do it to. */
    record Done(boolean was) implements OwnerReply {}

    /** Who has the name, if anybody. */
    record Found(Optional<OwnerEntry> entry) implements OwnerReply {}

    /**
     * Some entries in the order of their names; empty behind the last.
     *
     * @param changed number of the last change in them
     */
    record Entries(long changed, List<OwnerEntry> entries) implements OwnerReply {
        public Entries {
            entries = List.copyOf(entries);
        }
    }

    /**
     * Changes in their order.
     *
     * @param more whether there are more behind them
     * @param forgotten they are not remembered any more: read everything again
     */
    record Changes(List<Change> changes, boolean more, boolean forgotten) implements OwnerReply {
        public Changes {
            changes = List.copyOf(changes);
        }
    }

    /**
     * From {@code index} on this is the name's owner; empty: nobody.
     *
     * @param number rises by one from change to change
     */
    record Change(long number, long index, String name, Optional<OwnerEntry> entry) {}

    /** A limit, which the text names. */
    record Full(String limit) implements OwnerReply {}
}
