package io.capstan.raft.core;

import static io.capstan.raft.core.Solo.A;
import static io.capstan.raft.core.Solo.B;
import static io.capstan.raft.core.Solo.C;
import static io.capstan.raft.core.Solo.sent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Why a membership change is refused (thesis §4). */
class MembershipTest {
    private static final MemberId D = new MemberId("d", 1);

    private final Solo solo = Solo.leader(2);

    MembershipTest() {
        solo.receive(B, new Message.Appended(3, 1, 1, 3));
    }

    private List<Effect> ask(Input.Change change) {
        return solo.step(new Input.ChangeMembers(9, solo.status().configurationIndex(), change));
    }

    private void isRefused(Input.Change change, Refusal why) {
        assertThat(ask(change)).contains(new Effect.Refused(9, why, A));
    }

    private void isAccepted(Input.Change change) {
        assertThat(ask(change)).anyMatch(effect -> effect instanceof Effect.Accepted);
    }

    /** B has everything, and so does the disk. */
    private void commit() {
        solo.disk();
        solo.receive(B, new Message.Appended(3, 1, 1, solo.status().lastIndex()));
    }

    @Test
    void nobodyJoinsTwiceIsPromotedTwiceOrLeavesWithoutBeingThere() {
        isRefused(new Input.Change.AddLearner(B), Refusal.INVALID_CHANGE);
        isRefused(new Input.Change.Promote(B), Refusal.INVALID_CHANGE);
        isRefused(new Input.Change.Promote(D), Refusal.INVALID_CHANGE);
        isRefused(new Input.Change.Remove(D), Refusal.INVALID_CHANGE);
    }

    @Test
    void aVoterIsNotRemovedWhenThoseWhoStayAreNoLongerAQuorum() {
        solo.tick(9);
        solo.receive(B, new Message.Appended(3, 1, 4, 3));
        solo.tick(2); // C has not been heard of for an election timeout; without B nobody is left to decide with.
        isRefused(new Input.Change.Remove(B), Refusal.QUORUM_AT_RISK);
        isAccepted(new Input.Change.Remove(C));
    }

    @Test
    void aLearnerIsNotPromotedWhenItsVoteWouldBeNeededAtOnce() {
        isAccepted(new Input.Change.AddLearner(D));
        commit();
        long session = solo.status().configurationIndex();
        solo.receive(D, new Message.Appended(3, session, 1, solo.status().lastIndex()));
        isAccepted(new Input.Change.Promote(D));
        commit();
        solo.receive(D, new Message.Appended(3, session, 1, solo.status().lastIndex()));
        assertThat(solo.status().configuration().voters()).isEqualTo(4);
    }

    @Test
    void aLearnerLeavesWithoutAnybodysLeave() {
        isAccepted(new Input.Change.AddLearner(D));
        commit();
        isAccepted(new Input.Change.Remove(D));
        assertThat(solo.status().configuration().find(D)).isNull();
    }

    @Test
    void theLastVoterStays() {
        Solo alone = Solo.blank();
        alone.step(new Input.Bootstrap(1, List.of(A)));
        alone.tick(20);
        alone.disk();
        assertThat(alone.step(new Input.ChangeMembers(2, 1, new Input.Change.Remove(A))))
                .contains(new Effect.Refused(2, Refusal.INVALID_CHANGE, A));
    }

    @Test
    void aGroupHasNoMoreMembersThanItsLimit() {
        Configuration full = solo.status().configuration();
        for (int i = full.members().size(); i < Configuration.MEMBERS_MAX; i++) {
            isAccepted(new Input.Change.AddLearner(new MemberId("m" + i, 1)));
            commit();
        }
        isRefused(new Input.Change.AddLearner(D), Refusal.INVALID_CHANGE);
    }

    @Test
    void thatTheRemovalOfItsLeaderIsCommittedIsToldHoweverMuchNewsThereWasInTheTick() {
        Solo solo = Solo.leader(2);
        long index = 3;
        solo.receive(B, new Message.Appended(3, 1, 1, index));
        for (int i = 1; i <= 10; i++) {
            solo.step(new Input.Propose(i, List.of(new byte[1])));
            solo.disk();
            solo.receive(B, new Message.Appended(3, 1, 1, ++index));
        }
        long configuration = solo.status().configurationIndex();
        solo.step(new Input.ChangeMembers(11, configuration, new Input.Change.Remove(A)));
        solo.disk();
        solo.receive(B, new Message.Appended(3, 1, 1, ++index));
        List<Effect> effects = solo.receive(C, new Message.Appended(3, 1, 1, index));
        assertThat(solo.status().role()).isEqualTo(Role.FOLLOWER);
        assertThat(sent(effects, B, Message.Append.class))
                .extracting(Message.Append::commit)
                .contains(index);
    }
}
