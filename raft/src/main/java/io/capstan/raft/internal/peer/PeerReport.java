package io.capstan.raft.internal.peer;

import io.capstan.raft.GroupStatus;
import io.capstan.raft.core.Member;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.PeerStatus;
import io.capstan.raft.core.RaftCore;
import io.capstan.raft.core.RaftStatus;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.GroupId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the core knows, in the words of the public status. */
final class PeerReport {
    private PeerReport() {}

    /** The status of a member that is in no group yet ({@code blank}) or is, and reaches so many of its voters. */
    static GroupStatus of(
            String group,
            RaftStatus status,
            boolean blank,
            long snapshotIndex,
            List<String> voters,
            int reached,
            boolean resting,
            int machineVersion,
            GroupStatus.Counts counts) {
        MemberId leader = status.leader();
        GroupStatus.Role role = switch (status.role()) {
            case FOLLOWER -> blank ? GroupStatus.Role.BLANK : GroupStatus.Role.FOLLOWER;
            case PRE_CANDIDATE, CANDIDATE -> GroupStatus.Role.CANDIDATE;
            case LEADER -> GroupStatus.Role.LEADER;
        };
        return new GroupStatus(
                group,
                status.self().name(),
                status.self().incarnation(),
                role,
                status.term(),
                Optional.ofNullable(leader).map(MemberId::name),
                status.commitIndex(),
                status.appliedIndex(),
                status.firstIndex(),
                status.lastIndex(),
                snapshotIndex,
                voters,
                reached,
                resting,
                machineVersion,
                counts);
    }

    /** Names of those whose majority decides. */
    static List<String> voters(RaftStatus status) {
        return status.configuration().members().stream()
                .filter(member -> member.kind() == Member.Kind.VOTER)
                .map(member -> member.id().name())
                .toList();
    }

    /** What a leader knows of its group. */
    static ClientFrame.Description description(
            long correlation, GroupId id, RaftStatus status, RaftCore core, Duration tick) {
        Map<MemberId, PeerStatus> peers = new HashMap<>();
        core.peers().forEach(peer -> peers.put(peer.id(), peer));
        List<ClientFrame.Described> members = new ArrayList<>();
        for (Member member : status.configuration().members()) {
            // The leader itself is none of its peers.
            PeerStatus peer =
                    peers.getOrDefault(member.id(), new PeerStatus(member.id(), status.durableIndex(), 0, true));
            members.add(new ClientFrame.Described(
                    member.id(),
                    member.kind() == Member.Kind.VOTER,
                    peer.matchIndex(),
                    peer.silentTicks() * tick.toMillis(),
                    peer.caughtUp()));
        }
        return new ClientFrame.Description(
                correlation,
                id,
                status.self(),
                status.term(),
                status.commitIndex(),
                status.configurationIndex(),
                members);
    }
}
