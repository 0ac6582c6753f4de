package io.capstan.raft.core;

import static io.capstan.raft.core.Solo.B;
import static io.capstan.raft.core.Solo.C;
import static io.capstan.raft.core.Solo.append;
import static io.capstan.raft.core.Solo.sent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RestTest {
    private static Message.Appended appended(Solo solo, long round, long match) {
        return new Message.Appended(solo.term(), 1, round, match);
    }

    /** A leader whose entries 1 to 3 everybody has and knows to be committed, in round 1. */
    private static Solo idleLeader() {
        Solo solo = Solo.leader(2);
        for (MemberId other : List.of(B, C)) {
            solo.receive(other, appended(solo, 1, 2));
            solo.receive(other, appended(solo, 1, 3));
        }
        assertThat(solo.status().commitIndex()).isEqualTo(3);
        return solo;
    }

    private static Solo restingLeader() {
        Solo solo = idleLeader();
        solo.step(new Input.Rest());
        solo.receive(B, appended(solo, 2, 3));
        solo.receive(C, appended(solo, 2, 3));
        assertThat(solo.isResting()).isTrue();
        return solo;
    }

    /** A follower of b in term 2 that has entries 1 and 2 and knows that they are committed. */
    private static Solo restingFollower() {
        Solo solo = Solo.follower(2);
        solo.receive(B, append(2, 1, 2, 2, 2));
        List<Effect> answered = solo.receive(B, new Message.Rest(2, 1, 2, 2));
        assertThat(sent(answered, B, Message.Appended.class))
                .extracting(Message.Appended::round)
                .containsExactly(2L);
        assertThat(solo.isResting()).isTrue();
        return solo;
    }

    private static List<Effect> ticks(Solo solo, int times) {
        List<Effect> effects = new java.util.ArrayList<>();
        for (int i = 0; i < times; i++) {
            effects.addAll(solo.step(new Input.Tick()));
        }
        return effects;
    }

    @Test
    void aLeaderRestsOnceEverybodyDoesAndThenNothingIsSaid() {
        Solo solo = idleLeader();
        List<Effect> asked = solo.step(new Input.Rest());
        assertThat(sent(asked, B, Message.Rest.class)).containsExactly(new Message.Rest(solo.term(), 1, 2, 3));
        solo.receive(B, appended(solo, 2, 3));
        assertThat(solo.isResting()).isFalse();
        solo.receive(C, appended(solo, 2, 3));
        assertThat(solo.isResting()).isTrue();
        assertThat(ticks(solo, 100)).isEmpty();
        assertThat(solo.status().role()).isEqualTo(Role.LEADER);
    }

    @Test
    void nobodyRestsWhileSomebodyLacksSomethingOrIsAway() {
        Solo lacking = Solo.leader(2);
        lacking.receive(B, appended(lacking, 1, 3));
        assertThat(sent(lacking.step(new Input.Rest()), B, Message.Rest.class)).isEmpty();

        Solo away = idleLeader();
        away.step(new Input.Unlinked(C));
        assertThat(sent(away.step(new Input.Rest()), B, Message.Rest.class)).isEmpty();
    }

    @Test
    void whoeverDoesNotAnswerIsNotWaitedForLongerThanAHeartbeat() {
        Solo solo = idleLeader();
        solo.step(new Input.Rest());
        solo.receive(B, appended(solo, 2, 3));
        List<Effect> woken = ticks(solo, 3);
        assertThat(sent(woken, B, Message.Append.class))
                .extracting(Message.Append::round)
                .containsExactly(3L);
        solo.receive(C, appended(solo, 2, 3));
        assertThat(solo.isResting()).isFalse();
    }

    @Test
    void aCommandWakesALeaderAndItsFirstMessageIsANewRound() {
        Solo solo = restingLeader();
        List<Effect> effects = solo.step(new Input.Propose(1, List.of(new byte[] {1})));
        assertThat(solo.isResting()).isFalse();
        assertThat(sent(effects, C, Message.Append.class)).singleElement().satisfies(append -> {
            assertThat(append.round()).isEqualTo(3);
            assertThat(append.entries()).hasSize(1);
        });
        assertThat(ticks(solo, 20)).isNotEmpty();
    }

    @Test
    void aLeaderThatWakesDoubtsNobodyForTheTimeItHasSlept() {
        Solo solo = restingLeader();
        ticks(solo, 1_000);
        solo.step(new Input.Unlinked(C));
        ticks(solo, 9);
        assertThat(solo.status().role()).isEqualTo(Role.LEADER);
        ticks(solo, 1);
        assertThat(solo.status().role())
                .as("no round was answered since it woke")
                .isEqualTo(Role.FOLLOWER);
    }

    @Test
    void aFollowerRestsWithoutPatienceUntilItsLeaderSpeaks() {
        Solo solo = restingFollower();
        assertThat(ticks(solo, 100)).isEmpty();
        assertThat(solo.receive(B, append(2, 3, 2, 2, 2))).isNotEmpty();
        assertThat(solo.isResting()).isFalse();
        assertThat(ticks(solo, 100)).isNotEmpty();
    }

    @Test
    void aFollowerThatLacksSomethingNeitherRestsNorAnswers() {
        Solo solo = Solo.follower(2);
        solo.receive(B, append(2, 1, 2, 2, 2));
        assertThat(solo.receive(B, new Message.Rest(2, 1, 2, 3))).isEmpty();
        assertThat(solo.isResting()).isFalse();
    }

    @Test
    void aFollowerThatWaitsForItsLeadersAnswerDoesNotRest() {
        Solo solo = Solo.follower(2);
        solo.receive(B, append(2, 1, 2, 2, 2));
        solo.step(new Input.Read(1, false));
        assertThat(solo.receive(B, new Message.Rest(2, 1, 2, 2))).isEmpty();
        assertThat(solo.isResting()).isFalse();
    }

    @Test
    void theLateWordOfARestThatIsOverPutsNobodyToRest() {
        Solo solo = restingFollower();
        solo.receive(B, append(2, 3, 2, 2, 2));
        solo.receive(B, new Message.Rest(2, 1, 2, 2));
        assertThat(solo.isResting()).isFalse();
    }

    @Test
    void aCandidateWakesAFollowerWhichRefusesAndAsksItsLeader() {
        Solo solo = restingFollower();
        List<Effect> effects = solo.receive(C, new Message.PreVote(3, 9, 2));
        assertThat(sent(effects, C, Message.PreVoteReply.class))
                .singleElement()
                .satisfies(reply -> assertThat(reply.granted()).isFalse());
        assertThat(sent(effects, B, Message.Wake.class)).hasSize(1);
        ticks(solo, 10);
        assertThat(sent(solo.receive(C, new Message.PreVote(3, 9, 2)), C, Message.PreVoteReply.class))
                .as("silent for an election timeout after it was asked")
                .singleElement()
                .satisfies(reply -> assertThat(reply.granted()).isTrue());
    }

    @Test
    void aLeaderThatIsAskedSpeaks() {
        Solo solo = restingLeader();
        List<Effect> effects = solo.receive(B, new Message.Wake(solo.term()));
        assertThat(sent(effects, B, Message.Append.class)).hasSize(1);
        assertThat(sent(effects, C, Message.Append.class)).hasSize(1);
    }

    @Test
    void theFarewellOfALeaderIsAsGoodAsABrokenConnection() {
        Solo solo = restingFollower();
        solo.receive(B, new Message.Farewell(2));
        assertThat(solo.isResting()).isFalse();
        List<Effect> effects = ticks(solo, 12);
        assertThat(sent(effects, C, Message.PreVote.class)).isNotEmpty();
    }

    @Test
    void whoWasRemovedAndCampaignsForEverWakesNobody() {
        MemberId removed = new MemberId("d", 1);
        for (Solo solo : List.of(restingFollower(), restingLeader())) {
            for (Message asked : List.of(new Message.PreVote(9, 9, 2), new Message.Vote(9, 9, 2, false))) {
                List<Effect> effects = solo.receive(removed, asked);
                assertThat(solo.isResting()).as("after %s", asked).isTrue();
                assertThat(sent(effects, B, Message.Wake.class)).isEmpty();
                assertThat(sent(effects, B, Message.Append.class)).isEmpty();
            }
        }
    }

    @Test
    void aWordOfARestThatIsOverComesTwiceToWhoRestsAndWakesNobody() {
        Solo solo = restingFollower();
        assertThat(solo.receive(B, new Message.Rest(2, 1, 2, 2))).isEmpty();
        assertThat(solo.isResting()).isTrue();
    }

    @Test
    void whatIsMeantForAnEarlierLifeWakesNobody() {
        Solo solo = restingFollower();
        MemberId before = new MemberId(Solo.A.name(), Solo.A.incarnation() + 1);
        assertThat(solo.step(new Input.Received(B, before, append(2, 3, 2, 2, 2))))
                .isEmpty();
        assertThat(solo.isResting()).isTrue();
    }
}
