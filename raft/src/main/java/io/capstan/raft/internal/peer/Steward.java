package io.capstan.raft.internal.peer;

import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Input.Change;
import io.capstan.raft.core.Member;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.PeerStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a leader does by itself to keep its voters many enough: one step at a time, each judged by the core again, which
 * refuses what would cost the quorum.
 *
 * <p>A voter is gone when it was silent for too long, or when its node is here with another life of its disk. In place of
 * one that is gone a learner that has caught up is promoted first; then the one that is gone is removed. Without such a
 * learner nothing is done: a voter that is away is better than none. More voters than the target are kept, as somebody
 * has asked for them.
 */
final class Steward {
    private final int target;
    private final long replaceAfterTicks;

    /**
     * Keeps at least {@code target} voters, as far as there are learners.
     *
     * @param replaceAfterTicks of silence make a voter gone
     */
    Steward(int target, long replaceAfterTicks) {
        this.target = target;
        this.replaceAfterTicks = replaceAfterTicks;
    }

    /** The next step; null when there is nothing to do. */
    @Nullable
    Change next(Configuration now, MemberId self, List<PeerStatus> peers) {
        Map<MemberId, PeerStatus> known = new HashMap<>();
        peers.forEach(peer -> known.put(peer.id(), peer));
        List<MemberId> gone = new ArrayList<>();
        List<MemberId> ready = new ArrayList<>();
        int voters = now.voters();
        for (Member member : now.members()) {
            PeerStatus peer = known.get(member.id());
            boolean votes = member.kind() == Member.Kind.VOTER;
            if (member.id().equals(self) || peer == null) {
                continue;
            }
            if (isSuperseded(member.id(), now, known)) {
                if (!votes) {
                    return new Change.Remove(member.id());
                }
                gone.add(member.id());
            } else if (votes && peer.silentTicks() > replaceAfterTicks) {
                gone.add(member.id());
            } else if (!votes && peer.caughtUp()) {
                ready.add(member.id());
            }
        }
        // An even number was asked for by nobody: it is a step between two odd ones.
        int wanted = Math.max(target, voters % 2 == 1 ? voters : voters - 1);
        int staying = voters - gone.size();
        if (staying < wanted && voters <= wanted && !ready.isEmpty()) {
            return new Change.Promote(best(ready, gone));
        }
        return staying >= wanted && !gone.isEmpty() ? new Change.Remove(gone.get(0)) : null;
    }

    /** Whether the same node is here with a later life of its disk: this one will never speak again. */
    private static boolean isSuperseded(MemberId id, Configuration now, Map<MemberId, PeerStatus> known) {
        PeerStatus own = known.get(id);
        for (Member other : now.members()) {
            PeerStatus peer = known.get(other.id());
            boolean sameNode =
                    other.id().name().equals(id.name()) && !other.id().equals(id);
            if (sameNode && peer != null && own != null && peer.caughtUp() && !own.caughtUp()) {
                return true;
            }
        }
        return false;
    }

    /** A node's new life takes the place of its old one; else the first by name. */
    private static MemberId best(List<MemberId> ready, List<MemberId> gone) {
        for (MemberId candidate : ready) {
            for (MemberId old : gone) {
                if (old.name().equals(candidate.name())) {
                    return candidate;
                }
            }
        }
        return ready.get(0);
    }
}
