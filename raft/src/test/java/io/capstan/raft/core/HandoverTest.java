package io.capstan.raft.core;

import static io.capstan.raft.core.Solo.B;
import static io.capstan.raft.core.Solo.C;
import static io.capstan.raft.core.Solo.sent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Leadership given away on purpose (thesis §3.10). */
class HandoverTest {
    private static final byte[] COMMAND = {1};

    /** A leader of term 3 whose first entry, 3, B has, and C has not. */
    private static Solo leader() {
        Solo solo = Solo.leader(2);
        solo.receive(B, new Message.Appended(3, 1, 1, 3));
        return solo;
    }

    private static Effect.Refused refused(Solo solo, long correlation, Refusal why) {
        return new Effect.Refused(correlation, why, solo.status().self());
    }

    @Test
    void theTargetIsToldOnceItHasEverythingAndOnlyOnce() {
        Solo solo = leader();
        solo.step(new Input.Propose(1, List.of(COMMAND)));
        assertThat(sent(solo.step(new Input.TransferLeadership(2, B)), B, Message.TimeoutNow.class))
                .isEmpty();
        List<Effect> effects = solo.receive(B, new Message.Appended(3, 1, 1, 4));
        assertThat(sent(effects, B, Message.TimeoutNow.class)).containsExactly(new Message.TimeoutNow(3));
        assertThat(effects).contains(new Effect.Accepted(2, 4, 4, 3));
        assertThat(sent(solo.receive(B, new Message.Appended(3, 1, 1, 4)), B, Message.TimeoutNow.class))
                .isEmpty();
    }

    @Test
    void onlyAVoterIsATargetAndOnlyOneAtATime() {
        Solo solo = leader();
        MemberId d = new MemberId("d", 1);
        assertThat(solo.step(new Input.TransferLeadership(1, d))).contains(refused(solo, 1, Refusal.INVALID_CHANGE));
        assertThat(solo.step(new Input.TransferLeadership(2, solo.status().self())))
                .contains(refused(solo, 2, Refusal.INVALID_CHANGE));
        solo.step(new Input.ChangeMembers(3, 1, new Input.Change.AddLearner(d)));
        assertThat(solo.step(new Input.TransferLeadership(4, d))).contains(refused(solo, 4, Refusal.INVALID_CHANGE));
        solo.step(new Input.TransferLeadership(5, B));
        assertThat(solo.step(new Input.TransferLeadership(6, B))).contains(refused(solo, 6, Refusal.TRANSFERRING));
    }

    @Test
    void aMembershipChangeIsHeldBackMeanwhileToo() {
        Solo solo = leader();
        solo.step(new Input.TransferLeadership(1, B));
        assertThat(solo.step(new Input.ChangeMembers(2, 1, new Input.Change.Remove(C))))
                .contains(refused(solo, 2, Refusal.TRANSFERRING));
    }

    @Test
    void isGivenUpAfterAnElectionTimeoutAndWorkGoesOn() {
        Solo solo = leader();
        solo.step(new Input.Propose(1, List.of(COMMAND)));
        solo.step(new Input.TransferLeadership(2, B));
        for (int round = 2; round <= 4; round++) {
            solo.tick(3);
            solo.receive(B, new Message.Appended(3, 1, round, 3));
        }
        assertThat(solo.step(new Input.Propose(3, List.of(COMMAND)))).contains(refused(solo, 3, Refusal.TRANSFERRING));
        assertThat(solo.step(new Input.Tick())).contains(refused(solo, 2, Refusal.LAGGING));
        assertThat(solo.step(new Input.Propose(4, List.of(COMMAND))))
                .anyMatch(effect -> effect instanceof Effect.Accepted);
    }

    @Test
    void aTargetFurtherBehindThanItsWindowIsRefused() {
        Solo solo = leader();
        // Its window holds 8 entries; 9 are missing.
        solo.step(new Input.Propose(
                1, List.of(COMMAND, COMMAND, COMMAND, COMMAND, COMMAND, COMMAND, COMMAND, COMMAND, COMMAND)));
        assertThat(solo.step(new Input.TransferLeadership(2, B))).contains(refused(solo, 2, Refusal.LAGGING));
        solo.receive(B, new Message.Appended(3, 1, 1, 4));
        assertThat(solo.step(new Input.TransferLeadership(3, B))).noneMatch(effect -> effect instanceof Effect.Refused);
    }
}
