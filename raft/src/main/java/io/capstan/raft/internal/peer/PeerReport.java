package io.capstan.raft.internal.peer;

import io.capstan.raft.GroupStatus;
import io.capstan.raft.core.Member;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.RaftStatus;
import java.util.List;
import java.util.Optional;

/** What the core knows, in the words of the public status. */
final class PeerReport {
    private PeerReport() {}

    /** The status of a member that is in no group yet ({@code blank}) or is, and reaches so many of its voters. */
    static GroupStatus of(String group, RaftStatus status, boolean blank, long snapshotIndex, int reached) {
        MemberId leader = status.leader();
        GroupStatus.Role role = switch (status.role()) {
            case FOLLOWER -> blank ? GroupStatus.Role.BLANK : GroupStatus.Role.FOLLOWER;
            case PRE_CANDIDATE, CANDIDATE -> GroupStatus.Role.CANDIDATE;
            case LEADER -> GroupStatus.Role.LEADER;
        };
        return new GroupStatus(
                group,
                status.self().name(),
                role,
                status.term(),
                Optional.ofNullable(leader).map(MemberId::name),
                status.commitIndex(),
                status.appliedIndex(),
                status.firstIndex(),
                status.lastIndex(),
                snapshotIndex,
                voters(status),
                reached);
    }

    /** Names of those whose majority decides. */
    static List<String> voters(RaftStatus status) {
        return status.configuration().members().stream()
                .filter(member -> member.kind() == Member.Kind.VOTER)
                .map(member -> member.id().name())
                .toList();
    }
}
