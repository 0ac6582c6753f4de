package io.capstan.raft.core;

import java.util.List;

/**
 * What the core may ask the log's storage; reading only, for every write is an {@link Effect}.
 *
 * <p>It answers what it held at the start plus every {@link Effect.Persist} and {@link Effect.Compact} handed to the
 * shell since and told durable: the core keeps whatever is not told durable itself. Of what was compacted it may have more
 * than the core wants, and show that with the next start.
 */
public interface LogStore {
    /** Term and vote as last persisted; {@link HardState#BLANK} for a new log. */
    HardState hardState();

    /** The snapshot in front of the log; {@link SnapshotMeta#NONE} without one. */
    SnapshotMeta snapshot();

    /** Index of the first entry held; one past the last when it holds none. */
    long firstIndex();

    /** Index of the last entry held; the snapshot's index when it holds none. */
    long lastIndex();

    /** The term of an entry held, {@code firstIndex <= index <= lastIndex}. */
    long term(long index);

    /** Entries from {@code from} to {@code to}, both held: at least one, and no more than {@code bytesMax} weigh. */
    List<Entry> entries(long from, long to, long bytesMax);
}
