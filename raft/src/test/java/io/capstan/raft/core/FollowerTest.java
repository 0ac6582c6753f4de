package io.capstan.raft.core;

import static io.capstan.raft.core.Solo.B;
import static io.capstan.raft.core.Solo.C;
import static io.capstan.raft.core.Solo.append;
import static io.capstan.raft.core.Solo.entry;
import static io.capstan.raft.core.Solo.sent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FollowerTest {
    private static long acknowledged(List<Effect> effects) {
        List<Message.Appended> sent = sent(effects, B, Message.Appended.class);
        return sent.isEmpty() ? -1 : sent.get(sent.size() - 1).matchIndex();
    }

    @Test
    void whoMayNotCampaignForgetsALeaderThatIsSilent() {
        Solo stranger = Solo.blank();
        stranger.receive(B, Solo.append(5, 1, 0, 0, 0));
        assertThat(stranger.status().leader()).isEqualTo(B);

        stranger.tick(20);

        assertThat(stranger.status().leader()).isNull();
    }

    @Test
    void acknowledgesEntriesOnlyOnceTheyAreDurable() {
        Solo solo = Solo.follower(2);
        assertThat(acknowledged(solo.receive(B, append(2, 1, 2, 2, 0)))).isEqualTo(2);
        assertThat(acknowledged(solo.receive(B, append(2, 1, 2, 2, 0, entry(3, 2)))))
                .isEqualTo(-1);
        assertThat(acknowledged(solo.disk())).isEqualTo(3);
    }

    @Test
    void refusesAnOlderTermAndNamesItsOwn() {
        Solo solo = Solo.follower(5);
        List<Effect> effects = solo.receive(B, append(4, 1, 2, 4, 0));
        assertThat(sent(effects, B, Message.AppendRefused.class))
                .singleElement()
                .extracting(Message.AppendRefused::term)
                .isEqualTo(5L);
    }

    @Test
    void commitsNothingThatItsLeaderHasNotValidated() {
        Solo solo = Solo.follower(2, 2, 2);
        solo.receive(B, append(3, 1, 2, 2, 4));
        assertThat(solo.status().commitIndex()).isEqualTo(2);
    }

    @Test
    void aLateMessageWithALowerCommitTakesNothingBack() {
        Solo solo = Solo.follower(2, 2);
        solo.receive(B, Solo.append(2, 1, 3, 2, 3));
        assertThat(solo.status().commitIndex()).isEqualTo(3);
        solo.receive(B, Solo.append(2, 1, 3, 2, 1));
        assertThat(solo.status().commitIndex()).isEqualTo(3);
    }

    @Test
    void acknowledgesNothingThatItsLeaderHasNotValidated() {
        Solo solo = Solo.follower(2, 2, 2);
        solo.receive(B, append(3, 1, 2, 2, 0));
        assertThat(acknowledged(solo.disk())).isEqualTo(2);
    }

    @Test
    void aLateShorterMessageCutsNothingOff() {
        Solo solo = Solo.follower(2);
        solo.receive(B, append(2, 1, 2, 2, 0, entry(3, 2), entry(4, 2)));
        solo.disk();
        assertThat(acknowledged(solo.receive(B, append(2, 1, 2, 2, 0, entry(3, 2)))))
                .isEqualTo(4);
        assertThat(solo.status().lastIndex()).isEqualTo(4);
    }

    @Test
    void aConflictingEntryAndAllAfterItGiveWay() {
        Solo solo = Solo.follower(2, 2, 2);
        solo.receive(B, append(3, 1, 2, 2, 0, entry(3, 3)));
        assertThat(acknowledged(solo.disk())).isEqualTo(3);
        assertThat(solo.store().lastIndex()).isEqualTo(3);
        assertThat(solo.store().term(3)).isEqualTo(3);
    }

    @Test
    void whatWasOnItsWayToTheDiskDoesNotCountAfterItWasCutOff() {
        Solo solo = Solo.follower(2);
        solo.receive(B, append(2, 1, 2, 2, 0, entry(3, 2), entry(4, 2)));
        // The write of 3 and 4 is still on its way when c, of term 3, replaces both.
        solo.receive(C, append(3, 1, 2, 2, 0, entry(3, 3), entry(4, 3)));
        List<Effect> first = solo.diskOnce();
        assertThat(sent(first, C, Message.Appended.class)).isEmpty();
        assertThat(solo.status().durableIndex()).isEqualTo(2);
        List<Effect> second = solo.disk();
        assertThat(sent(second, C, Message.Appended.class))
                .last()
                .extracting(Message.Appended::matchIndex)
                .isEqualTo(4L);
    }

    @Test
    void aRefusalNamesTheLastPlaceWhereTheLogsMayAgree() {
        Solo solo = Solo.follower(2, 4, 4, 4);
        List<Effect> effects = solo.receive(B, append(5, 1, 9, 3, 0));
        assertThat(sent(effects, B, Message.AppendRefused.class)).isEmpty();
        assertThat(sent(solo.disk(), B, Message.AppendRefused.class))
                .containsExactly(new Message.AppendRefused(5, 1, 1, 9, 2, 2));
    }

    @Test
    void theConfigurationGoesBackWithTheEntryThatBroughtIt() {
        Solo solo = Solo.follower(2);
        Configuration four =
                solo.status().configuration().with(new Member(new MemberId("d", 1), Member.Kind.LEARNER, 3));
        Entry change = new Entry(3, 2, 0, Entry.Kind.CONFIGURATION, four.toBytes());
        solo.receive(B, append(2, 1, 2, 2, 0, change));
        assertThat(solo.status().configurationIndex()).isEqualTo(3);
        solo.receive(C, append(3, 1, 2, 2, 0, entry(3, 3)));
        assertThat(solo.status().configurationIndex()).isEqualTo(1);
        assertThat(solo.status().configuration().members()).hasSize(3);
    }

    @Test
    void aRestartFindsTheConfigurationInTheTailOfTheLog() {
        Solo solo = Solo.follower(2);
        Configuration two = solo.status().configuration().without(C);
        solo.receive(B, append(2, 1, 2, 2, 0, new Entry(3, 2, 0, Entry.Kind.CONFIGURATION, two.toBytes())));
        solo.disk();
        assertThat(solo.afterCrash().status().configuration()).isEqualTo(two);
    }
}
