package io.capstan.raft.core;

import static io.capstan.raft.core.Solo.B;
import static io.capstan.raft.core.Solo.C;
import static io.capstan.raft.core.Solo.sent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads at a follower, and what a leader answers to its question. */
class ForwardedReadsTest {
    private static Solo followerOfB() {
        Solo solo = Solo.follower(5);
        solo.receive(B, Solo.append(5, 1, 2, 5, 0));
        return solo;
    }

    private static Message.ReadAsk asked(List<Effect> effects) {
        List<Message.ReadAsk> asks = sent(effects, B, Message.ReadAsk.class);
        assertThat(asks).hasSize(1);
        return asks.get(0);
    }

    @Test
    void allReadsOfAStepShareOneQuestionAndAreAnsweredTogether() {
        Solo solo = followerOfB();
        Message.ReadAsk ask = asked(solo.step(new Input.Read(1, false), new Input.Read(2, false)));
        assertThat(solo.receive(B, new Message.ReadAnswer(5, ask.id(), 7)))
                .containsExactly(new Effect.ReadReady(1, 7), new Effect.ReadReady(2, 7));
        assertThat(solo.receive(B, new Message.ReadAnswer(5, ask.id(), 7))).isEmpty();
    }

    @Test
    void aQuestionThatMayBeAnsweredFromTheLeaseIsOneOfItsOwn() {
        List<Effect> effects = followerOfB().step(new Input.Read(1, false), new Input.Read(2, true));
        assertThat(sent(effects, B, Message.ReadAsk.class))
                .extracting(Message.ReadAsk::lease)
                .containsExactly(false, true);
    }

    @Test
    void theAnswerToAnOlderQuestionIsNoAnswerToANewerOne() {
        Solo solo = followerOfB();
        Message.ReadAsk first = asked(solo.step(new Input.Read(1, false)));
        Message.ReadAsk second = asked(solo.step(new Input.Read(2, false)));
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(solo.receive(B, new Message.ReadAnswer(5, first.id(), 3)))
                .containsExactly(new Effect.ReadReady(1, 3));
        assertThat(solo.receive(B, new Message.ReadAnswer(5, second.id(), 4)))
                .containsExactly(new Effect.ReadReady(2, 4));
    }

    @Test
    void afterAnotherStartNoQuestionHasTheNameOfAnOlderOne() {
        Solo solo = followerOfB();
        Message.ReadAsk before = asked(solo.step(new Input.Read(1, false)));
        Solo again = solo.afterCrash();
        again.receive(B, Solo.append(5, 2, 2, 5, 0));
        assertThat(asked(again.step(new Input.Read(2, false))).id()).isNotEqualTo(before.id());
    }

    @Test
    void readsAreRefusedWhenTheLeaderChangesOrDoesNotAnswerOrIsNotKnown() {
        Solo solo = followerOfB();
        solo.step(new Input.Read(1, false));
        assertThat(solo.receive(C, Solo.append(6, 1, 2, 5, 0))).contains(new Effect.Refused(1, Refusal.NOT_LEADER, C));
        solo.disk();
        solo.step(new Input.Read(2, false));
        solo.tick(9);
        solo.receive(C, Solo.append(6, 2, 2, 5, 0));
        assertThat(solo.step(new Input.Tick())).contains(new Effect.Refused(2, Refusal.NOT_LEADER, C));
        assertThat(Solo.follower(5).step(new Input.Read(3, false)))
                .contains(new Effect.Refused(3, Refusal.NOT_LEADER, null));
    }

    @Test
    void noMoreReadsWaitThanTheLimitAllowsAndAnAnswerMakesRoom() {
        Solo solo = followerOfB();
        Input[] twenty = new Input[20];
        for (int i = 0; i < twenty.length; i++) {
            twenty[i] = new Input.Read(i + 1, false);
        }
        Message.ReadAsk ask = asked(solo.step(twenty));
        assertThat(solo.step(new Input.Read(21, false))).containsExactly(new Effect.Refused(21, Refusal.OVERLOADED, B));
        solo.receive(B, new Message.ReadAnswer(5, ask.id(), 7));
        asked(solo.step(new Input.Read(22, false)));
    }

    @Test
    void aLeaderAnswersAFollowersQuestionAfterARoundOfItsOwnAndAStrangersNever() {
        Solo solo = Solo.leader(2);
        solo.receive(B, new Message.Appended(3, 1, 1, 3));
        List<Effect> effects = solo.receive(C, new Message.ReadAsk(3, 77, false));
        assertThat(sent(effects, C, Message.ReadAnswer.class)).isEmpty();
        assertThat(sent(effects, B, Message.Append.class))
                .extracting(Message.Append::round)
                .contains(2L);
        assertThat(sent(solo.receive(B, new Message.Appended(3, 1, 2, 3)), C, Message.ReadAnswer.class))
                .containsExactly(new Message.ReadAnswer(3, 77, 3));
        assertThat(solo.receive(new MemberId("c", 2), new Message.ReadAsk(3, 78, false)))
                .isEmpty();
    }

    @Test
    void aLeaderThatHandsOverAnswersNoFollower() {
        Solo solo = Solo.leader(2);
        solo.receive(B, new Message.Appended(3, 1, 1, 3));
        solo.step(new Input.TransferLeadership(1, B));
        assertThat(solo.receive(C, new Message.ReadAsk(3, 77, false))).isEmpty();
    }
}
