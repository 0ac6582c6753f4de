package io.capstan.raft.core;

import io.capstan.raft.core.Message.PreVote;
import io.capstan.raft.core.Message.PreVoteReply;
import io.capstan.raft.core.Message.Vote;
import io.capstan.raft.core.Message.VoteReply;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for votes and when, who gets one, and the count (§5.2, §5.4.1; pre-vote: thesis §9.6).
 *
 * <p>A voter that heard from a leader within the shortest election timeout believes in it: it grants nothing and takes
 * over no term (thesis §4.2.3), so a member that comes back from a partition, or was removed, disturbs nobody, and a
 * leader's lease holds (§6.4.1 there). Once its connection to the leader broke it believes for a shorter while, on which
 * leases rest: a process that was killed is silent for ever, and whoever lost nothing but a connection asks in vain, as
 * the others still hear that leader.
 */
final class Elections {
    private static final int LAST_HOPE_ELECTIONS = 5;

    private final Replica replica;
    /** Who granted, by identity: an answer that comes twice counts once (toniq/raft counted answers). */
    private final Set<MemberId> granted = new HashSet<>();

    private int elapsed;
    private int timeout;
    private int sinceLeader;
    /** For how long that is believed in. */
    private int patience;
    /** Who was refused because this member believed in its leader; answered once more when it does no longer. */
    private @Nullable Doubter doubter;
    /** Whether the campaign was asked for by the old leader. */
    private boolean transfer;

    private record Doubter(MemberId id, PreVote asked) {}

    Elections(Replica replica) {
        this.replica = replica;
        // A restarted voter does not remember whom it heard last, so it believes in that leader for a whole timeout:
        // it may be the one acknowledgement that a lease rests on. One that never was in any term owes nothing.
        sinceLeader = replica.term() == 0 ? replica.settings.timing().electionMin() : 0;
        patience = replica.settings.timing().electionMin();
        restart();
    }

    /** The leader of this term spoke. */
    void heardLeader() {
        if (patience < replica.settings.timing().electionMin()) {
            // The short wait was for a leader that would never speak again.
            patience = replica.settings.timing().electionMin();
            restart();
        }
        elapsed = 0;
        sinceLeader = 0;
        doubter = null;
    }

    /** Time counts again. Whoever was believed in is believed in for as long as it would have been, and no shorter. */
    void wake() {
        heardLeader();
        restart();
    }

    /** A new wait, drawn anew so that split votes end (§5.2). */
    void restart() {
        CoreSettings.Timing timing = replica.settings.timing();
        elapsed = 0;
        timeout = replica.chance.between(timing.electionMin(), timing.electionMax());
    }

    /** This member leads no longer, and owes its own leadership no patience. */
    void leadershipLost() {
        sinceLeader = replica.settings.timing().electionMin();
        restart();
    }

    /** The connection to the leader broke: patience ends sooner, and this member is ready then, a little apart from others. */
    void leaderUnlinked() {
        patience = replica.settings.timing().unlinked();
        timeout = Math.min(timeout, patience + replica.chance.between(0, 2));
    }

    void tick() {
        elapsed++;
        sinceLeader++;
        if (doubter != null && !believesInLeader()) {
            Doubter first = doubter;
            doubter = null;
            onPreVote(first.id(), first.asked());
        }
        boolean campaigns = replica.role() == Role.PRE_CANDIDATE || replica.role() == Role.CANDIDATE;
        if (elapsed >= timeout && (replica.isFitToLead() || isLastHope())) {
            preVote();
        } else if (elapsed >= timeout && replica.role() == Role.FOLLOWER) {
            // Whoever may not campaign would name for ever who led last.
            replica.becomeFollower(replica.term(), null);
        } else if (campaigns && elapsed % (replica.settings.timing().electionMin() / 2) == 0) {
            ask();
        }
    }

    void onPreVote(MemberId from, PreVote asked) {
        if (replica.role() != Role.LEADER && believesInLeader()) {
            // Its patience ended a tick before ours does, and it asks again much later only.
            doubter = new Doubter(from, asked);
        }
        boolean grant = asked.term() > replica.term()
                && !believesInLeader()
                && replica.log.isUpToDate(asked.lastIndex(), asked.lastTerm());
        // A refusal carries this member's own term: a candidate behind it catches up instead of asking for ever
        // (etcd#8243, hashicorp#605).
        replica.out.send(from, new PreVoteReply(grant ? asked.term() : replica.term(), grant));
    }

    void onPreVoteReply(MemberId from, PreVoteReply reply) {
        if (reply.granted()) {
            if (replica.role() == Role.PRE_CANDIDATE && reply.term() == replica.term() + 1) {
                granted.add(from);
                countVotes();
            }
        } else if (reply.term() > replica.term()) {
            replica.becomeFollower(reply.term(), null);
            restart();
        }
    }

    void onVote(MemberId from, Vote asked) {
        if (asked.term() < replica.term()) {
            replica.out.sendWhenDurable(replica.term(), from, new VoteReply(replica.term(), false));
            return;
        }
        if (believesInLeader() && !asked.transfer()) {
            return;
        }
        if (asked.term() > replica.term()) {
            replica.becomeFollower(asked.term(), null);
        }
        boolean grant =
                replica.canVoteFor(from) && replica.log.isUpToDate(asked.lastIndex(), asked.lastTerm()); // §5.4.1
        if (grant) {
            replica.voteFor(from);
            restart();
        }
        replica.out.sendWhenDurable(replica.term(), from, new VoteReply(replica.term(), grant));
    }

    void onVoteReply(MemberId from, VoteReply reply) {
        if (replica.role() != Role.CANDIDATE || reply.term() != replica.term()) {
            return;
        }
        if (reply.granted()) {
            granted.add(from);
        } else {
            // Most probably two ask for votes and have their own (§5.2): both know at once, and need not wait as long
            // as
            // for a leader that may be there.
            int soon = replica.chance.between(1, 2 * replica.settings.timing().heartbeat());
            timeout = Math.min(timeout, elapsed + soon);
        }
    }

    /** The leader hands over: no pre-vote, no waiting (thesis §3.10). */
    void onTimeoutNow() {
        if (replica.role() == Role.FOLLOWER && replica.isFitToLead()) {
            campaign(true);
        }
    }

    /** Whether the candidate has a majority; its own vote counts once it is durable (JRaft#1245). */
    boolean isElected() {
        return replica.role() == Role.CANDIDATE && replica.isVoteDurable() && hasMajority();
    }

    /**
     * Whether a learner campaigns, counting everybody's vote but its own: when nobody has led for so long, it may be the
     * one that holds what its leader told nobody else before that leader's disk was lost. Whoever counts it as a voter
     * already, by an entry that it never saw, would ask it for ever in vain, and it would never be asked by its own
     * configuration. It leads as a leader does that removes itself (thesis §4.2.2): until its first entry is committed.
     */
    private boolean isLastHope() {
        return replica.isWell()
                && replica.isLearner()
                && sinceLeader
                        >= LAST_HOPE_ELECTIONS * replica.settings.timing().electionMax();
    }

    private boolean believesInLeader() {
        return replica.role() == Role.LEADER || sinceLeader < patience;
    }

    private void preVote() {
        replica.becomePreCandidate();
        granted.clear();
        restart();
        ask();
        countVotes();
    }

    private void countVotes() {
        if (hasMajority()) {
            campaign(false);
        }
    }

    private void campaign(boolean isTransfer) {
        replica.becomeCandidate();
        granted.clear();
        transfer = isTransfer;
        restart();
        ask();
    }

    /** Asks whoever has not granted yet: for the first time, or again, as a question or its answer may be lost (§5.1). */
    private void ask() {
        long last = replica.log.last();
        long lastTerm = replica.log.lastTerm();
        for (Member member : replica.configurations.latest().members()) {
            if (!member.votes() || member.id().equals(replica.self) || granted.contains(member.id())) {
                continue;
            }
            if (replica.role() == Role.PRE_CANDIDATE) {
                replica.out.send(member.id(), new PreVote(replica.term() + 1, last, lastTerm));
            } else {
                Vote vote = new Vote(replica.term(), last, lastTerm, transfer);
                replica.out.sendWhenDurable(replica.term(), member.id(), vote);
            }
        }
    }

    private boolean hasMajority() {
        Configuration configuration = replica.configurations.latest();
        int votes = 0;
        for (Member member : configuration.members()) {
            boolean yes = member.id().equals(replica.self) || granted.contains(member.id());
            votes += member.votes() && yes ? 1 : 0;
        }
        return votes >= configuration.quorum();
    }
}
