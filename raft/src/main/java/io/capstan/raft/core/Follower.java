package io.capstan.raft.core;

import io.capstan.raft.core.Message.Append;
import io.capstan.raft.core.Message.AppendRefused;
import io.capstan.raft.core.Message.Appended;
import java.util.List;

/** The receiving side of replication (figure 2, AppendEntries), and what it acknowledges. */
final class Follower {
    private final Replica replica;

    /** The term that the marks below belong to. */
    private long term;

    private long session;
    /** The highest round heard of, and the highest answered. */
    private long round;

    private long answeredRound;
    /** Up to here the log is known to be the leader's. */
    private long validated;

    private long answeredMatch;
    private boolean owesAnswer;

    Follower(Replica replica) {
        this.replica = replica;
    }

    void onAppend(MemberId from, Append append) {
        enter(append.session(), append.round());
        if (!matches(append.prevIndex(), append.prevTerm())) {
            refuse(from, append);
            return;
        }
        long end = append.prevIndex() + append.entries().size();
        take(append.entries());
        validated = Math.max(validated, end);
        // Never beyond what this leader has validated, however long one's own log is (§5.3; ra#508).
        long before = replica.commit();
        replica.commitTo(Math.min(append.commit(), validated));
        // Entries are answered when they are durable, the mere news of a commit not at all, all else at once.
        boolean isAnswered = append.entries().isEmpty() ? replica.commit() == before : end <= replica.log.durable();
        owesAnswer |= round > answeredRound || isAnswered;
    }

    /** Whether it is a late message, of a rest that is over: it changes nothing. */
    boolean isOver(Message.Rest rest) {
        return term == replica.term() && rest.round() <= round;
    }

    /** Whether this member has all of it, so that it may rest. */
    boolean onRest(Message.Rest rest) {
        long last = rest.lastIndex();
        boolean hasAll = replica.log.last() == last && replica.log.durable() == last && replica.commit() == last;
        if (!hasAll) {
            return false;
        }
        enter(rest.session(), rest.round());
        owesAnswer = true;
        return true;
    }

    /** A received snapshot took the log's place, or turned out to be in it already. */
    void onInstalled(long index) {
        validated = Math.max(validated, index);
    }

    /** The marks of the leader's term; all begin anew with a new term. */
    void enter(long ofSession, long ofRound) {
        if (term != replica.term()) {
            term = replica.term();
            round = 0;
            answeredRound = 0;
            answeredMatch = 0;
            owesAnswer = false;
            validated = replica.commit();
        }
        session = ofSession;
        round = Math.max(round, ofRound);
    }

    /** At the end of a step: tells the leader what is both validated and durable, if that is news or was asked for. */
    void answer() {
        MemberId leader = replica.leaderId();
        if (term != replica.term() || replica.role() != Role.FOLLOWER || leader == null || !replica.isVoteDurable()) {
            return;
        }
        long match = Math.min(validated, replica.log.durable());
        if (owesAnswer || match > answeredMatch) {
            replica.out.send(leader, new Appended(term, session, round, match));
            answeredRound = round;
            answeredMatch = match;
            owesAnswer = false;
        }
    }

    private boolean matches(long prevIndex, long prevTerm) {
        // What is committed is in every later leader's log (§5.4.3), so it need not be looked up, nor be there still.
        return prevIndex <= replica.commit()
                || (prevIndex <= replica.log.last() && replica.log.term(prevIndex) == prevTerm);
    }

    private void take(List<Entry> entries) {
        for (Entry entry : entries) {
            long index = entry.index();
            if (index <= replica.commit()) {
                continue; // A late or repeated message; what is committed stays (openraft 9540c904).
            }
            if (index <= replica.log.last()) {
                if (replica.log.term(index) == entry.term()) {
                    continue; // §5.3: only a conflict cuts, or a late message would take back what was acknowledged.
                }
                if (index <= validated) {
                    throw new IllegalStateException(entry + " conflicts with what its own leader sent before");
                }
                replica.truncate(index);
            }
            replica.append(entry);
        }
    }

    /** Tells where the logs may still agree, a term at a time (§5.3, last paragraphs). */
    private void refuse(MemberId from, Append append) {
        long hint = Math.min(append.prevIndex() - 1, replica.log.last());
        while (hint > replica.commit() && replica.log.term(hint) > append.prevTerm()) {
            hint--;
        }
        AppendRefused refused =
                new AppendRefused(term, session, round, append.prevIndex(), hint, replica.log.term(hint));
        if (replica.isVoteDurable()) {
            replica.out.send(from, refused);
        } else {
            replica.out.sendWhenDurable(term, from, refused);
        }
    }
}
