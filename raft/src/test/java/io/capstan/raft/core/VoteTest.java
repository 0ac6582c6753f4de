package io.capstan.raft.core;

import static io.capstan.raft.core.Solo.A;
import static io.capstan.raft.core.Solo.B;
import static io.capstan.raft.core.Solo.C;
import static io.capstan.raft.core.Solo.sent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A voter, and what it grants to whom. Patience with the leader is over unless a test says otherwise. */
class VoteTest {
    private static Solo impatient(long... terms) {
        Solo solo = Solo.follower(terms);
        solo.tick(10);
        return solo;
    }

    private static List<Message.VoteReply> asked(Solo solo, MemberId from, Message.Vote vote) {
        List<Effect> effects = solo.receive(from, vote);
        assertThat(sent(effects, from, Message.VoteReply.class)).isEmpty();
        return sent(solo.disk(), from, Message.VoteReply.class);
    }

    @Test
    void grantsAnEquallyUpToDateLogOnceTheVoteIsDurable() {
        Solo solo = impatient(5);
        assertThat(asked(solo, B, new Message.Vote(7, 2, 5, false))).containsExactly(new Message.VoteReply(7, true));
        assertThat(solo.store().hardState()).isEqualTo(new HardState(7, B));
    }

    @Test
    void refusesALongerLogWhoseLastTermIsOlder() {
        Solo solo = impatient(5);
        assertThat(asked(solo, B, new Message.Vote(7, 99, 4, false))).containsExactly(new Message.VoteReply(7, false));
    }

    @Test
    void refusesAShorterLogOfTheSameLastTerm() {
        Solo solo = impatient(5, 5);
        assertThat(asked(solo, B, new Message.Vote(7, 2, 5, false))).containsExactly(new Message.VoteReply(7, false));
    }

    @Test
    void refusesASecondCandidateOfTheTermAndGrantsTheFirstAgain() {
        Solo solo = impatient(5);
        asked(solo, B, new Message.Vote(7, 2, 5, false));
        solo.tick(10);
        List<Effect> toC = solo.receive(C, new Message.Vote(7, 2, 5, false));
        assertThat(sent(toC, C, Message.VoteReply.class)).containsExactly(new Message.VoteReply(7, false));
        solo.tick(10);
        List<Effect> toB = solo.receive(B, new Message.Vote(7, 2, 5, false));
        assertThat(sent(toB, B, Message.VoteReply.class)).containsExactly(new Message.VoteReply(7, true));
    }

    @Test
    void aVoteLeavesOnceItIsDurableThoughTheEntriesBeforeItAreNot() {
        Solo solo = Solo.follower(5);
        List<Effect> appended = solo.receive(C, Solo.append(5, 1, 2, 5, 0, Solo.entry(3, 5)));
        assertThat(sent(appended, C, Message.Appended.class)).noneMatch(appendedTo -> appendedTo.matchIndex() > 2);
        solo.tick(30);
        List<Effect> asked = solo.receive(B, new Message.Vote(9, 3, 5, false));
        long ticket = asked.stream()
                .filter(Effect.Persist.class::isInstance)
                .mapToLong(effect -> ((Effect.Persist) effect).ticket())
                .max()
                .orElseThrow();
        assertThat(sent(asked, B, Message.VoteReply.class)).isEmpty();

        List<Effect> voted = solo.step(new Input.VotePersisted(ticket));

        assertThat(sent(voted, B, Message.VoteReply.class)).containsExactly(new Message.VoteReply(9, true));
        List<Effect> heartbeat = solo.receive(B, Solo.append(9, 1, 3, 5, 0));
        assertThat(sent(heartbeat, B, Message.Appended.class))
                .as("the entry is not acknowledged with it")
                .noneMatch(appendedTo -> appendedTo.matchIndex() > 2);
        assertThat(sent(solo.disk(), B, Message.Appended.class)).anyMatch(appendedTo -> appendedTo.matchIndex() == 3);
    }

    @Test
    void remembersItsVoteAcrossACrash() {
        Solo before = impatient(5);
        asked(before, B, new Message.Vote(7, 2, 5, false));
        Solo after = before.afterCrash();
        after.tick(10);
        List<Effect> toC = after.receive(C, new Message.Vote(7, 2, 5, false));
        assertThat(sent(toC, C, Message.VoteReply.class)).containsExactly(new Message.VoteReply(7, false));
    }

    @Test
    void neitherAnswersNorTakesOverATermWhileItBelievesInItsLeader() {
        Solo solo = impatient(5);
        solo.receive(B, Solo.append(5, 1, 2, 5, 0));
        assertThat(solo.receive(C, new Message.Vote(9, 2, 5, false))).isEmpty();
        assertThat(solo.term()).isEqualTo(5);
    }

    @Test
    void grantsAtOnceWhenTheLeaderItselfHandsOver() {
        Solo solo = impatient(5);
        solo.receive(B, Solo.append(5, 1, 2, 5, 0));
        assertThat(asked(solo, C, new Message.Vote(6, 2, 5, true))).containsExactly(new Message.VoteReply(6, true));
    }

    @Test
    void aPreVoteChangesNothing() {
        Solo solo = impatient(5);
        List<Effect> effects = solo.receive(B, new Message.PreVote(9, 2, 5));
        assertThat(effects).containsExactly(new Effect.Send(B, new Message.PreVoteReply(9, true)));
        assertThat(solo.term()).isEqualTo(5);
    }

    @Test
    void neitherAPreVoteNorAVoteOfATermThatIsNotLaterIsGranted() {
        Solo solo = impatient(5);
        solo.receive(C, Solo.append(5, 1, 2, 5, 0));
        solo.tick(10);
        assertThat(sent(solo.receive(B, new Message.PreVote(5, 9, 5)), B, Message.PreVoteReply.class))
                .containsExactly(new Message.PreVoteReply(5, false));
        assertThat(sent(solo.receive(B, new Message.Vote(4, 9, 5, false)), B, Message.VoteReply.class))
                .containsExactly(new Message.VoteReply(5, false));
        // C leads this term already.
        assertThat(sent(solo.receive(B, new Message.Vote(5, 9, 5, false)), B, Message.VoteReply.class))
                .containsExactly(new Message.VoteReply(5, false));
    }

    @Test
    void aRefusalTellsAPreCandidateTheTermThatItIsBehind() {
        Solo solo = impatient(5);
        assertThat(sent(solo.receive(B, new Message.PreVote(3, 9, 2)), B, Message.PreVoteReply.class))
                .containsExactly(new Message.PreVoteReply(5, false));
    }

    @Test
    void whoHasNotGrantedIsAskedAgainHalfAnElectionTimeoutLater() {
        Solo solo = Solo.follower(5);
        for (int i = 0; i < 20 && solo.status().role() == Role.FOLLOWER; i++) {
            solo.tick(1);
        }
        solo.tick(4);
        List<Effect> again = solo.step(new Input.Tick());
        assertThat(sent(again, B, Message.PreVote.class)).containsExactly(new Message.PreVote(6, 2, 5));
        solo.receive(B, new Message.PreVoteReply(6, true));
        solo.disk();
        assertThat(solo.status().role()).isEqualTo(Role.CANDIDATE);
        solo.tick(4);
        again = solo.step(new Input.Tick());
        assertThat(sent(again, B, Message.Vote.class)).containsExactly(new Message.Vote(6, 2, 5, false));
        assertThat(sent(again, C, Message.Vote.class)).containsExactly(new Message.Vote(6, 2, 5, false));
    }

    @Test
    void aCandidateThatIsRefusedBeginsAnewSoon() {
        for (boolean refused : List.of(true, false)) {
            Solo solo = Solo.follower(5);
            solo.tick(20);
            solo.receive(B, new Message.PreVoteReply(6, true));
            solo.disk();
            assertThat(solo.status().role()).isEqualTo(Role.CANDIDATE);
            if (refused) {
                solo.receive(B, new Message.VoteReply(6, false));
            }
            solo.tick(6);
            assertThat(solo.status().role()).isEqualTo(refused ? Role.PRE_CANDIDATE : Role.CANDIDATE);
        }
    }

    @Test
    void whoIsRefusedOutOfPatienceWithTheLeaderIsAnsweredOnceMoreWhenThatEnds() {
        Solo solo = Solo.follower(5);
        solo.receive(C, Solo.append(5, 1, 2, 5, 0));
        solo.step(new Input.Unlinked(C));
        solo.tick(4);
        assertThat(sent(solo.receive(B, new Message.PreVote(6, 2, 5)), B, Message.PreVoteReply.class))
                .containsExactly(new Message.PreVoteReply(5, false));
        assertThat(sent(solo.step(new Input.Tick()), B, Message.PreVoteReply.class))
                .containsExactly(new Message.PreVoteReply(6, true));
        assertThat(sent(solo.step(new Input.Tick()), B, Message.PreVoteReply.class))
                .isEmpty();
    }

    @Test
    void whoIsRefusedOutOfPatienceHearsNothingMoreOnceTheLeaderHasSpoken() {
        Solo solo = Solo.follower(5);
        solo.receive(C, Solo.append(5, 1, 2, 5, 0));
        solo.receive(B, new Message.PreVote(6, 2, 5));
        solo.receive(C, Solo.append(5, 2, 2, 5, 0));
        for (int i = 0; i < 9; i++) {
            assertThat(solo.step(new Input.Tick())).isEmpty();
        }
        assertThat(sent(solo.step(new Input.Tick()), B, Message.PreVoteReply.class))
                .isEmpty();
    }

    @Test
    void aLearnerCampaignsOnlyWhenNobodyHasLedForAFewElections() {
        Configuration configuration = Configuration.bootstrap(List.of(B, C, new MemberId("d", 1)))
                .with(new Member(Solo.A, Member.Kind.LEARNER, 3));
        Entry joined = new Entry(3, 5, 0, Entry.Kind.CONFIGURATION, configuration.toBytes());
        Solo solo = Solo.follower(5);
        solo.receive(B, Solo.append(5, 1, 2, 5, 3, joined));
        solo.disk();
        solo.tick(99);
        assertThat(solo.status().role()).isEqualTo(Role.FOLLOWER);
        solo.tick(20);
        assertThat(solo.status().role()).isEqualTo(Role.PRE_CANDIDATE);
        solo.receive(B, new Message.PreVoteReply(6, true));
        assertThat(solo.status().role()).isEqualTo(Role.PRE_CANDIDATE); // Two of B, C and D are needed.
        solo.receive(C, new Message.PreVoteReply(6, true));
        solo.disk();
        solo.receive(B, new Message.VoteReply(6, true));
        solo.receive(C, new Message.VoteReply(6, true));
        assertThat(solo.status().role()).isEqualTo(Role.LEADER);
        solo.disk();
        solo.receive(B, new Message.Appended(6, 1, 1, 4));
        List<Effect> effects = solo.receive(C, new Message.Appended(6, 1, 1, 4));
        assertThat(solo.status().commitIndex()).isEqualTo(4);
        assertThat(solo.status().role()).isEqualTo(Role.FOLLOWER);
        assertThat(sent(effects, B, Message.TimeoutNow.class)).hasSize(1);
    }

    @Test
    void aPreCandidateThatIsBehindLearnsTheTermAndTriesAgainInTheNext() {
        Solo solo = Solo.follower(5);
        solo.tick(20);
        assertThat(solo.status().role()).isEqualTo(Role.PRE_CANDIDATE);
        solo.receive(B, new Message.PreVoteReply(8, false));
        assertThat(solo.status().role()).isEqualTo(Role.FOLLOWER);
        assertThat(solo.term()).isEqualTo(8);
    }

    @Test
    void answersThatComeTwiceCountOnce() {
        Solo solo = Solo.follower(5);
        solo.tick(20);
        solo.receive(B, new Message.PreVoteReply(6, true));
        solo.disk();
        MemberId stranger = new MemberId("d", 1);
        solo.receive(stranger, new Message.VoteReply(6, true));
        solo.receive(stranger, new Message.VoteReply(6, true));
        solo.receive(new MemberId("b", 2), new Message.VoteReply(6, true));
        assertThat(solo.status().role()).isEqualTo(Role.CANDIDATE);
        solo.receive(B, new Message.VoteReply(6, true));
        assertThat(solo.status().role()).isEqualTo(Role.LEADER);
    }

    @Test
    void whoAloneHoldsTheEntryOfItsOwnRemovalIsACandidateUntilThatIsCommitted() {
        Solo solo = Solo.follower(2);
        Configuration without = Configuration.bootstrap(List.of(B, C));
        Entry removal = new Entry(3, 2, 0, Entry.Kind.CONFIGURATION, without.toBytes());
        solo.receive(B, Solo.append(2, 1, 2, 2, 1, removal));
        solo.disk();
        solo.tick(20);
        assertThat(solo.status().role()).isEqualTo(Role.PRE_CANDIDATE);
        solo.receive(B, Solo.append(2, 2, 3, 2, 3));
        solo.tick(40);
        assertThat(solo.status().role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void aMessageForAnEarlierLifeOfThisMemberIsDropped() {
        Solo solo = impatient(5);
        MemberId earlier = new MemberId(A.name(), 77);
        assertThat(solo.step(new Input.Received(B, earlier, new Message.Vote(7, 2, 5, false))))
                .isEmpty();
        assertThat(solo.term()).isEqualTo(5);
    }
}
