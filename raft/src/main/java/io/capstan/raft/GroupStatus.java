package io.capstan.raft;

import java.util.List;
import java.util.Optional;

/**
 * A group as this node's member of it knows it; for people and tests, never to decide by.
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
        boolean resting) {
    /** What a member is doing. */
    public enum Role {
        /** It waits to be told of a group. */
        BLANK,
        FOLLOWER,
        CANDIDATE,
        LEADER
    }
}
