package io.capstan.raft.internal.peer;

import io.capstan.raft.internal.wire.ClientFrame.Why;

/**
 * A question to the state machine.
 *
 * @param index to be answered once it is applied
 * @param deadlineNanos unless that takes longer, for the client waits no longer
 */
record Query(long index, byte[] query, long deadlineNanos, Pending.Waiting waiting) {
    boolean isLate(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /** Has whoever asks ask another member. */
    void refuse(String text) {
        waiting.refuse(Why.NOT_LEADER, "", 0, 0, text);
    }
}
