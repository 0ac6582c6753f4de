package io.capstan.raft.core;

import io.capstan.raft.core.Input.Change;
import org.jspecify.annotations.Nullable;

/** Single-server membership changes (thesis §4.1), and every reason to refuse one. */
final class MembershipChange {
    private final Replica replica;
    private final Peers peers;

    MembershipChange(Replica replica, Peers peers) {
        this.replica = replica;
        this.peers = peers;
    }

    /** Why not, or null when {@link #next} may be appended. */
    @Nullable
    Refusal objection(Input.ChangeMembers asked, boolean ownTermCommitted) {
        // Two leaders could change the same old configuration to two majorities that do not meet (Ongaro, raft-dev
        // 2015; openraft#2051), so a leader commits an entry of its own first.
        if (!ownTermCommitted) {
            return Refusal.NOT_READY;
        }
        if (!replica.isConfigurationCommitted()) {
            return Refusal.CHANGE_IN_PROGRESS;
        }
        if (asked.expected() != replica.configurations.index()) {
            return Refusal.CONFIGURATION_CHANGED;
        }
        Configuration now = replica.configurations.latest();
        Change change = asked.change();
        Member member = now.find(change.member());
        if (change instanceof Change.AddLearner) {
            return member != null || now.members().size() == Configuration.MEMBERS_MAX ? Refusal.INVALID_CHANGE : null;
        }
        if (change instanceof Change.Promote) {
            return member == null || member.votes() ? Refusal.INVALID_CHANGE : objectionTo(member.id());
        }
        if (member == null || (member.votes() && now.voters() == 1)) {
            return Refusal.INVALID_CHANGE;
        }
        Configuration then = now.without(member.id());
        return member.votes() && peers.alive(then) < then.quorum() ? Refusal.QUORUM_AT_RISK : null;
    }

    /** The configuration after {@code change}, as the entry at {@code index}. */
    Configuration next(Change change, long index) {
        Configuration now = replica.configurations.latest();
        if (change instanceof Change.AddLearner) {
            return now.with(new Member(change.member(), Member.Kind.LEARNER, index));
        }
        Member member = now.find(change.member());
        if (change instanceof Change.Promote && member != null) {
            return now.with(new Member(member.id(), Member.Kind.VOTER, member.session()));
        }
        return now.without(change.member());
    }

    /** A voter that has to catch up first would stop commits meanwhile (thesis §4.2.1). */
    private @Nullable Refusal objectionTo(MemberId promoted) {
        Progress progress = peers.find(promoted);
        if (progress == null || !peers.isCaughtUp(progress)) {
            return Refusal.LAGGING;
        }
        Configuration now = replica.configurations.latest();
        int quorum = Quorum.size(now.voters() + 1);
        return peers.alive(now) + 1 < quorum ? Refusal.QUORUM_AT_RISK : null;
    }
}
