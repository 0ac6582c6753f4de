package io.capstan.raft.core;

/**
 * What a leader knows of another member; for people, and for whoever proposes changes of the membership, which the
 * leader judges again.
 *
 * @param matchIndex up to which its log is known to agree and to be durable
 * @param silentTicks since it was heard of last, or since this leadership began; an election timeout at least, once its
 *     connection broke
 * @param caughtUp whether it could be promoted, or lead: heard of lately, and within a window of the leader's log
 */
public record PeerStatus(MemberId id, long matchIndex, long silentTicks, boolean caughtUp) {}
