package io.capstan.raft.core;

import static io.capstan.raft.core.Solo.A;
import static io.capstan.raft.core.Solo.B;
import static io.capstan.raft.core.Solo.C;
import static io.capstan.raft.core.Solo.sent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a member does whatever its role, and at the edges of a group: its birth, groups of one, broken connections. */
class MemberTest {
    @Test
    void aGroupBeginsOnBlankMembersThatBelongToIt() {
        Solo solo = Solo.blank();
        assertThat(solo.step(new Input.Bootstrap(1, List.of(B, C))))
                .containsExactly(new Effect.Refused(1, Refusal.INVALID_CHANGE, null));
        assertThat(solo.step(new Input.Bootstrap(2, List.of(A, B, C)))).contains(new Effect.Accepted(2, 1, 1, 1));
        assertThat(solo.step(new Input.Bootstrap(3, List.of(A, B, C))))
                .containsExactly(new Effect.Refused(3, Refusal.NOT_BLANK, null));
        assertThat(solo.status().configuration().voters()).isEqualTo(3);
    }

    @Test
    void aGroupOfOneElectsItselfCommitsAndReadsAlone() {
        Solo solo = Solo.blank();
        solo.step(new Input.Bootstrap(1, List.of(A)));
        solo.tick(20);
        solo.disk();
        assertThat(solo.status().role()).isEqualTo(Role.LEADER);
        assertThat(solo.status().commitIndex()).isEqualTo(2);
        assertThat(solo.step(new Input.Read(2, false))).contains(new Effect.ReadReady(2, 2));
        solo.tick(50);
        assertThat(solo.status().role()).isEqualTo(Role.LEADER);
    }

    @Test
    void whoBelongsToNoGroupNeverCampaigns() {
        Solo solo = Solo.blank();
        solo.tick(500);
        assertThat(solo.status().role()).isEqualTo(Role.FOLLOWER);
        assertThat(solo.term()).isZero();
    }

    @Test
    void anythingOfAnOlderTermIsDroppedButALeadersWord() {
        Solo solo = Solo.follower(5);
        assertThat(solo.receive(B, new Message.Appended(4, 1, 1, 2))).isEmpty();
        assertThat(solo.receive(B, new Message.ReadAnswer(4, 1, 1))).isEmpty();
        assertThat(solo.receive(B, new Message.TimeoutNow(4))).isEmpty();
        SnapshotMeta at1 = new SnapshotMeta(1, 1, 0, 1, solo.status().configuration());
        List<Effect> effects = solo.receive(B, new Message.SnapshotChunk(4, 1, 1, at1, 0, new byte[1], true));
        assertThat(sent(effects, B, Message.AppendRefused.class))
                .extracting(Message.AppendRefused::term)
                .containsExactly(5L);
    }

    @Test
    void aFollowerWhoseConnectionToItsLeaderBrokeHasLessPatienceAndIsReadyTheMomentThatItEnds() {
        Solo solo = Solo.follower(5);
        solo.receive(B, Solo.append(5, 1, 2, 5, 0));
        solo.step(new Input.Unlinked(C));
        solo.step(new Input.Unlinked(B));
        solo.tick(4);
        assertThat(solo.status().role()).isEqualTo(Role.FOLLOWER);
        solo.tick(3);
        assertThat(solo.status().role()).isEqualTo(Role.PRE_CANDIDATE);
    }

    @Test
    void aLeaderThatSpeaksAgainIsBelievedInAsLongAsEver() {
        Solo solo = Solo.follower(5);
        solo.receive(B, Solo.append(5, 1, 2, 5, 0));
        solo.step(new Input.Unlinked(B));
        solo.tick(4);
        solo.receive(B, Solo.append(5, 2, 2, 5, 0));
        solo.tick(9);
        assertThat(solo.status().role()).isEqualTo(Role.FOLLOWER);
        assertThat(sent(solo.receive(C, new Message.PreVote(6, 2, 5)), C, Message.PreVoteReply.class))
                .containsExactly(new Message.PreVoteReply(5, false));
    }

    @Test
    void aLeaderWhoseConnectionToAFollowerBrokeSendsAgainWhatWasOnItsWay() {
        Solo solo = Solo.leader(2);
        solo.receive(B, new Message.Appended(3, 1, 1, 3));
        solo.step(new Input.Propose(1, List.of(new byte[1])));
        assertThat(sent(solo.step(new Input.Unlinked(C)), B, Message.Append.class))
                .isEmpty();
        List<Effect> effects = solo.step(new Input.Unlinked(B));
        assertThat(sent(effects, B, Message.Append.class))
                .extracting(Message.Append::prevIndex)
                .containsExactly(3L);
        assertThat(sent(solo.receive(B, new Message.Appended(3, 1, 1, 3)), B, Message.Append.class))
                .extracting(append -> append.entries().size())
                .containsExactly(1);
    }

    @Test
    void whoeverWaitsIsToldWhenTheLeadershipEnds() {
        Solo solo = Solo.leader(2);
        solo.receive(B, new Message.Appended(3, 1, 1, 3));
        solo.step(new Input.Propose(1, List.of(new byte[1]))); // B has it not, so the handover waits.
        solo.step(new Input.Read(2, false));
        solo.step(new Input.TransferLeadership(3, B));
        List<Effect> effects = solo.receive(C, Solo.append(9, 1, 3, 3, 0));
        assertThat(effects)
                .contains(
                        new Effect.Refused(2, Refusal.NOT_LEADER, null),
                        new Effect.Refused(3, Refusal.NOT_LEADER, null));
        assertThat(solo.step(new Input.TransferLeadership(4, B)))
                .containsExactly(new Effect.Refused(4, Refusal.NOT_LEADER, C));
        assertThat(solo.step(new Input.ChangeMembers(5, 1, new Input.Change.Remove(C))))
                .containsExactly(new Effect.Refused(5, Refusal.NOT_LEADER, C));
    }

    @Test
    void logTimeBeginsWithTheLastEntryAndPassesWithTheClock() {
        Solo solo = Solo.leader(2);
        long before = solo.logTime(0);
        assertThat(solo.logTime(1_000)).isEqualTo(before + 1_000);
    }
}
