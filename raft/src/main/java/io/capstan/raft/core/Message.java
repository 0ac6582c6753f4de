package io.capstan.raft.core;

import java.util.List;

/**
 * What members tell each other. Closed; its binary form is the shell's codec. Every one carries its sender's term.
 *
 * <p>{@code session} is the receiving or replying member's {@link Member#session()} as the leader sees it; {@code round}
 * rises within a leader's term and never repeats in it.
 */
public sealed interface Message {
    long term();

    /** Would you vote for me in {@code term}? Changes nothing at the receiver (thesis §9.6). */
    record PreVote(long term, long lastIndex, long lastTerm) implements Message {}

    /**
     * The answer.
     *
     * @param term the asker's when granted, the answerer's own when not
     */
    record PreVoteReply(long term, boolean granted) implements Message {}

    /**
     * RequestVote (§5.2, §5.4.1).
     *
     * @param transfer asked for by the old leader, so a voter need not wait for that leader's silence (thesis §3.10)
     */
    record Vote(long term, long lastIndex, long lastTerm, boolean transfer) implements Message {}

    record VoteReply(long term, boolean granted) implements Message {}

    /** AppendEntries (§5.3); without entries it is the heartbeat. */
    record Append(long term, long session, long round, long prevIndex, long prevTerm, long commit, List<Entry> entries)
            implements Message {}

    /**
     * The log agrees with the leader's up to {@code matchIndex} and is durable up to there (DESIGN: validated and
     * durable).
     */
    record Appended(long term, long session, long round, long matchIndex) implements Message {}

    /**
     * The log has no entry {@code prevIndex} of that term.
     *
     * @param hintIndex the last place where the logs may agree
     * @param hintTerm the term of the receiver's entry there (§5.3, the optimisation at its end)
     */
    record AppendRefused(long term, long session, long round, long prevIndex, long hintIndex, long hintTerm)
            implements Message {}

    /**
     * One piece of a snapshot (§7).
     *
     * @param offset of the first of {@code bytes} in it
     * @param last whether the snapshot ends with this piece
     */
    record SnapshotChunk(
            long term, long session, long round, SnapshotMeta snapshot, long offset, byte[] bytes, boolean last)
            implements Message {}

    /**
     * How far a snapshot has arrived, durably; its leader goes on from there, whatever was lost meanwhile. A new leader
     * begins anew: two state machines in the same state need not write it down in the same bytes.
     *
     * @param complete it is installed, and {@code index} is a match
     */
    record SnapshotReply(long term, long session, long round, long index, long nextOffset, boolean complete)
            implements Message {}

    /**
     * A follower asks its leader for the index that its own state must reach before it may answer a read (thesis §6.4,
     * the end: the leader's work for a read shrinks to that).
     *
     * @param id never used before by this member in this term, by an earlier life of it neither: else the late answer to
     *     an older question would pass for the answer to a newer one (etcd#20418)
     * @param lease as of {@link Input.Read}
     */
    record ReadAsk(long term, long id, boolean lease) implements Message {}

    /** The answer: {@code index} was committed, and its sender was the leader, after the question had been asked. */
    record ReadAnswer(long term, long id, long index) implements Message {}

    /** You have all that I have: campaign at once (thesis §3.10). */
    record TimeoutNow(long term) implements Message {}

    /**
     * All that I have is committed and yours: rest, and so shall I. Answered by {@link Appended} with the round by whoever
     * rests from then on, and not at all by whoever cannot.
     *
     * @param lastIndex of the leader's log; committed
     */
    record Rest(long term, long session, long round, long lastIndex) implements Message {}

    /** I rest no longer: are you still there? Whoever leads answers with its next round. */
    record Wake(long term) implements Message {}

    /** I end; do not wait for me. As good as a broken connection, where the connection stays. */
    record Farewell(long term) implements Message {}
}
