package io.capstan.raft.core;

/**
 * The state machine's state after {@code index}, in place of all entries up to it.
 *
 * @param index of the last entry it contains; 0 means there is no snapshot
 * @param term of that entry
 * @param time log time of that entry
 * @param configurationIndex where {@code configuration} stood in the log
 * @param configuration in force at {@code index} (etcd e515a67: it must travel with the snapshot)
 */
public record SnapshotMeta(long index, long term, long time, long configurationIndex, Configuration configuration) {
    /** No snapshot: the log begins at 1. */
    public static final SnapshotMeta NONE = new SnapshotMeta(0, 0, 0, 0, Configuration.BLANK);
}
