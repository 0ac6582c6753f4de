package io.capstan.raft.internal.peer;

import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Member;
import io.capstan.raft.core.MemberId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of its state machine a group's members know, and to which its leader may raise it: one that every member
 * knows, learners and those away included (ra's strategy {@code all}). A quorum would do for the raise to be decided, and
 * would stop the others for ever.
 */
final class Versions {
    private final Map<MemberId, Integer> newest = new HashMap<>();
    private PeerEvent.@Nullable MachineMade own;
    private int inForce;

    /** This member's own. */
    void made(PeerEvent.MachineMade machine) {
        own = machine;
    }

    /** As this member's state machine has it; 0 before it has executed anything. */
    void inForce(int version) {
        inForce = version;
    }

    /** A member's latest word. */
    void heard(MemberId from, int version) {
        if (version > 0) {
            newest.put(from, version);
        }
    }

    /** What this member tells the others: 0 while it does not know itself. */
    int newest() {
        return own == null ? 0 : own.newest();
    }

    int inForce() {
        return inForce;
    }

    /**
     * Whether a leader has to wait for the raise, since its machine cannot execute commands of the version in force, or is not
     * made yet: what is logged too early ends every member, at each of its starts.
     */
    boolean isTooOldInForce() {
        return own == null || Math.max(1, inForce) < own.oldest();
    }

    /** Whether every member has said what it knows. */
    boolean isComplete(Configuration now, MemberId self) {
        return own != null
                && now.members().stream().map(Member::id).allMatch(id -> id.equals(self) || newest.containsKey(id));
    }

    /** The version to raise the group to now; 0 for none. */
    int next(Configuration now, MemberId self) {
        if (!isComplete(now, self)) {
            return 0;
        }
        int all = newest();
        for (Member member : now.members()) {
            all = Math.min(all, newest.getOrDefault(member.id(), all));
        }
        return all > Math.max(1, inForce) ? all : 0;
    }
}
