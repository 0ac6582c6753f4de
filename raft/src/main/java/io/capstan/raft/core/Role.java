package io.capstan.raft.core;

/** What a member is doing (figure 4). A learner is a {@code FOLLOWER} that never campaigns. */
public enum Role {
    FOLLOWER,
    /** Asks whether it could win, before it disturbs anybody with a new term (thesis §9.6). */
    PRE_CANDIDATE,
    CANDIDATE,
    LEADER
}
