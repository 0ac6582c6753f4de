package io.capstan.raft;

import java.util.List;
import java.util.Optional;

/**
 * A group as this node's member of it knows it; for people, metrics and tests, never to decide by.
 *
 * @param node this node's name
 * @param incarnation which life of its member's disk; drawn with the empty log
 * @param role what its member is doing
 * @param term the term it is in; 0 before the first election
 * @param leader name of the leader of that term, as far as known
 * @param commitIndex what it knows to be agreed
 * @param appliedIndex what its state machine has executed
 * @param firstIndex of what its log still holds; entries before it are in the snapshot
 * @param lastIndex of its log
 * @param snapshotIndex up to which the snapshot goes that its log stands on; 0 without one
 * @param voters names of those whose majority decides; empty while it is in no group
 * @param votersReached how many of them can be reached from this node, itself included
 * @param resting whether the group has nothing to do: nobody says anything until something happens
 * @param machineVersion of the state machine's behaviour that is in force here; 0 before that has executed anything
 * @param counts of what has happened since this member was started
 */
public record GroupStatus(
        String group,
        String node,
        long incarnation,
        Role role,
        long term,
        Optional<String> leader,
        long commitIndex,
        long appliedIndex,
        long firstIndex,
        long lastIndex,
        long snapshotIndex,
        List<String> voters,
        int votersReached,
        boolean resting,
        int machineVersion,
        Counts counts) {
    /**
     * What has happened since this member was started; each only rises.
     *
     * @param exceptions of the state machine, met by commands: the same on every member that has executed the same commands
     * @param elections that this member has stood in
     * @param snapshotsTaken here
     * @param snapshotsReceived from leaders
     */
    public record Counts(long exceptions, long elections, long snapshotsTaken, long snapshotsReceived) {
        /** Before anything has happened. */
        public static final Counts NONE = new Counts(0, 0, 0, 0);
    }

    /** Entries that are agreed and not executed here yet. */
    public long applyLag() {
        return Math.max(0, commitIndex - appliedIndex);
    }

    /** What a member is doing. */
    public enum Role {
        /** It waits to be told of a group. */
        BLANK,
        FOLLOWER,
        CANDIDATE,
        LEADER
    }
}
