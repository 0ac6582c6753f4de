package io.capstan.raft.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a step asks of the shell, to be begun in the order given. Closed; the package's text states the contract. */
public sealed interface Effect {
    /** Give {@code message} to {@code to}, now: whatever had to be durable first already is. May be lost. */
    record Send(MemberId to, Message message) implements Effect {}

    /**
     * One atomic durable write; its end is told by {@link Input.Persisted}. Within it, in this order: term and vote,
     * the snapshot's place, the removal of {@code truncateFrom} and all after it, the entries.
     *
     * @param ticket rises by one from 1
     * @param hardState null when unchanged
     * @param snapshot when not null the whole log is dropped and begins anew after it
     * @param truncateFrom 0 when nothing is to be removed
     * @param entries consecutive; may be empty
     */
    record Persist(
            long ticket,
            @Nullable HardState hardState,
            @Nullable SnapshotMeta snapshot,
            long truncateFrom,
            List<Entry> entries)
            implements Effect {}

    /** Committed entries and durable here, each exactly once per life of this object, in order, none left out. */
    record Apply(List<Entry> entries) implements Effect {}

    /** The read may be answered from a state that has applied {@code index} or more. */
    record ReadReady(long correlation, long index) implements Effect {}

    /** In the log from {@code firstIndex} to {@code lastIndex} in {@code term}; not committed yet. */
    record Accepted(long correlation, long firstIndex, long lastIndex, long term) implements Effect {}

    /** Nothing was done and nothing will be. */
    record Refused(long correlation, Refusal why, @Nullable MemberId leader) implements Effect {}

    /** For people, hints and pending clients; what it tells is already complete. */
    record RoleChanged(Role role, long term, @Nullable MemberId leader) implements Effect {}

    /**
     * The configuration in force changed (§6: with its appending, and back with its truncation), or the one in force
     * became committed.
     */
    record ConfigurationChanged(long index, Configuration configuration, boolean committed) implements Effect {}

    /** Remember {@code snapshot} as the log's beginning, then entries up to {@code upTo} may go, in bounded steps. */
    record Compact(SnapshotMeta snapshot, long upTo) implements Effect {}

    /**
     * Read a piece, {@code bytesMax} long unless it is the last, of the snapshot of {@code index}: the newest, or the one
     * before it as long as that is asked for. Several may be asked for at a time. Answered, in order, by
     * {@link Input.SnapshotRead}: without bytes beyond the end, and also, as not the last, when it is gone.
     */
    record ReadSnapshot(MemberId to, long index, long offset, int bytesMax) implements Effect {}

    /**
     * Keep a piece of a snapshot being received, behind those asked before. Each is answered, in their order, by
     * {@link Input.ChunkStored}. Offset 0 begins anew.
     */
    record StoreChunk(SnapshotMeta snapshot, long offset, byte[] bytes, boolean last) implements Effect {}

    /** Replace the state machine's state by the received snapshot; nothing after it was applied. */
    record Restore(SnapshotMeta snapshot) implements Effect {}
}
