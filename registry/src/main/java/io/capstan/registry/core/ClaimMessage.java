package io.capstan.registry.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What nodes say to each other about claims, directly or through a third node. Any of them may be lost: whoever waits
 * asks again.
 */
public sealed interface ClaimMessage {
    String name();

    /**
     * To a claim's node: your row is stored here, in this state.
     *
     * @param yielded for a pending row: the claim of mine that waits for yours, if I have one
     */
    record Seen(
            String name,
            ClaimId claim,
            NameRow.State state,
            @Nullable ClaimId yielded) implements ClaimMessage {}

    /**
     * To a pending claim's node: not while this stands.
     *
     * @param ordered I am the arbiter, and {@code standing} came to me before you did
     */
    record Refused(String name, ClaimId claim, Claim standing, boolean ordered) implements ClaimMessage {}

    /**
     * To everybody who has not answered: do you have my row? Silence is the answer of whoever has not.
     *
     * @param ordered my claim heeds no arbiter's order any more: among those that do not, the lower waits
     */
    record Ask(String name, ClaimId claim, boolean ordered) implements ClaimMessage {}

    /**
     * To the nodes of conflicting owners, from the arbiter: this one remains.
     *
     * @param rivals all owners in conflict, ascending
     * @param winner null when none remains
     */
    record Outcome(
            String name, List<ClaimId> rivals, @Nullable ClaimId winner) implements ClaimMessage {}

    /**
     * To the winner's node, from a loser's: may I give way? Until it is answered or taken back, the loser lets nobody
     * lose to it.
     *
     * @param number this asking; only an answer to the latest counts
     */
    record Yield(String name, Claim loser, ClaimId winner, long number) implements ClaimMessage {}

    /** To the loser's node: yes, you lost to this one. */
    record Won(String name, ClaimId loser, Claim winner, long number) implements ClaimMessage {}

    /**
     * To the node that has to do it.
     *
     * @param within milliseconds that the caller still waits
     */
    record Forward(NameRequest request, long within) implements ClaimMessage {
        @Override
        public String name() {
            return request.name();
        }
    }

    /**
     * To the node that registered a process of the sender's: that process has lost its name.
     *
     * @param winner null when nobody keeps it
     */
    record Told(String name, NameRow loser, @Nullable Claim winner) implements ClaimMessage {}

    /** The answer to a {@link Forward}. */
    record Reply(String name, Caller caller, NameOutcome outcome) implements ClaimMessage {}
}
