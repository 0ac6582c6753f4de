package io.capstan.raft.kv.core;

import io.capstan.raft.kv.KeyEntry;
import java.util.List;
import java.util.Optional;

/** What the table answers. Closed; the binary form is {@code KvCodec}'s. */
public sealed interface KvReply {
    /**
     * What a command did.
     *
     * @param held whether all conditions held
     * @param version that its changes have
     * @param entries one per operation: a get gives what is there, a delete what was there, a put nothing
     */
    record Done(boolean held, long version, List<Optional<KeyEntry>> entries) implements KvReply {}

    /** A limit of the table refuses the command; nothing was done. */
    record Refused(String limit) implements KvReply {}

    /**
     * Some entries in order.
     *
     * @param more whether there are more behind them
     */
    record Entries(List<KeyEntry> entries, boolean more) implements KvReply {}

    /**
     * What changed, in order.
     *
     * @param more whether more did, behind these
     * @param forgotten whether the changes asked for are remembered no longer: then there are none here
     */
    record Changed(List<Change> changes, boolean more, boolean forgotten) implements KvReply {}

    /** One change; empty when the key was deleted. */
    record Change(String key, long version, Optional<KeyEntry> entry) {}
}
