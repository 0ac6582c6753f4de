package io.capstan.raft.core;

import static io.capstan.raft.core.Solo.B;
import static io.capstan.raft.core.Solo.C;
import static io.capstan.raft.core.Solo.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaderTest {
    private static final byte[] COMMAND = {1};

    private static Input.Propose propose(long correlation, int commands) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < commands; i++) {
            all.add(COMMAND);
        }
        return new Input.Propose(correlation, all);
    }

    private static Message.Appended appended(Solo solo, long round, long match) {
        return new Message.Appended(solo.term(), 1, round, match);
    }

    @Test
    void commitsAnEntryOfAnOlderTermOnlyTogetherWithOneOfItsOwn() {
        Solo solo = Solo.leader(2, 2); // entries 1/1 2/2 3/2, its own is 4/3
        solo.receive(C, appended(solo, 1, 3));
        assertThat(solo.status().commitIndex()).isZero();
        solo.receive(C, appended(solo, 1, 4));
        assertThat(solo.status().commitIndex()).isEqualTo(4);
    }

    @Test
    void doesNotCountItselfBeforeItsOwnDiskHasTheEntry() {
        Solo solo = Solo.leader(2);
        solo.receive(B, appended(solo, 1, 3));
        solo.step(propose(1, 1));
        solo.receive(B, appended(solo, 1, 4));
        assertThat(solo.status().commitIndex()).isEqualTo(3);
        solo.disk();
        assertThat(solo.status().commitIndex()).isEqualTo(4);
    }

    @Test
    void replicatesBeforeItsOwnDiskIsDone() {
        Solo solo = Solo.leader(2);
        solo.receive(B, appended(solo, 1, 3));
        List<Effect> effects = solo.step(propose(1, 2));
        assertThat(sent(effects, B, Message.Append.class))
                .singleElement()
                .extracting(append -> append.entries().size())
                .isEqualTo(2);
    }

    @Test
    void acknowledgementsOfAnotherMembershipDoNotCount() {
        Solo solo = Solo.leader(2);
        solo.receive(B, new Message.Appended(solo.term(), 99, 1, 3));
        assertThat(solo.status().commitIndex()).isZero();
    }

    @Test
    void anAcknowledgementBeyondItsOwnLogIsABug() {
        Solo solo = Solo.leader(2);
        assertThatThrownBy(() -> solo.receive(B, appended(solo, 1, 9)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("acknowledged 9");
    }

    @Test
    void sendsNoMoreThanTheWindowUntilSomethingIsAcknowledged() {
        Solo solo = Solo.leader(2);
        solo.receive(B, appended(solo, 1, 3));
        List<Effect> effects = solo.step(propose(1, 15));
        // Messages of at most 4 entries, at most 8 entries on their way.
        assertThat(sent(effects, B, Message.Append.class))
                .extracting(append -> append.entries().size())
                .containsExactly(4, 4);
        List<Effect> more = solo.receive(B, appended(solo, 1, 7));
        assertThat(sent(more, B, Message.Append.class))
                .extracting(append -> append.entries().size())
                .contains(4);
    }

    @Test
    void refusesWhatWouldPassItsLimitsAndTakesMoreOnceSomethingIsCommitted() {
        Solo solo = Solo.leader(2);
        solo.receive(B, appended(solo, 1, 3));
        assertThat(solo.step(propose(1, 20))).anyMatch(effect -> effect instanceof Effect.Accepted);
        assertThat(solo.step(propose(2, 1)))
                .contains(
                        new Effect.Refused(2, Refusal.OVERLOADED, solo.status().self()));
        solo.disk();
        solo.receive(B, appended(solo, 1, 23));
        assertThat(solo.step(propose(3, 1))).anyMatch(effect -> effect instanceof Effect.Accepted);
    }

    @Test
    void sendsNoMoreBytesThanTheWindowUntilSomethingIsAcknowledged() {
        // Messages of at most 4,000 bytes, 8,000 on their way: entries of 2,000 travel by twos, and four of them.
        CoreSettings.Windows windows = new CoreSettings.Windows(100, 4_000, 100, 8_000);
        CoreSettings.Limits limits = new CoreSettings.Limits(2_000, 100, 100_000, 100_000, 100_000);
        Solo solo = Solo.leader(new CoreSettings(Solo.SETTINGS.timing(), windows, limits, Solo.SETTINGS.snapshots()));
        long first = solo.status().lastIndex() + 1;
        solo.receive(B, appended(solo, 1, first - 1));
        byte[] large = new byte[2_000 - Entry.OVERHEAD_BYTES];
        List<Effect> effects = solo.step(new Input.Propose(1, List.of(large, large, large, large, large, large)));
        assertThat(sent(effects, B, Message.Append.class))
                .extracting(append -> append.entries().size())
                .containsExactly(2, 2);
        assertThat(sent(solo.receive(B, appended(solo, 1, first + 1)), B, Message.Append.class))
                .extracting(append -> append.entries().size())
                .contains(2);
    }

    @Test
    void refusesMoreBytesThanItsLimitThoughFewEntriesAreUncommitted() {
        Solo solo = Solo.leader(2);
        solo.receive(B, appended(solo, 1, 3));
        byte[] large = new byte[100];
        for (int i = 1; i <= 15; i++) { // 15 times 132 bytes are allowed, 2,000 are the limit.
            assertThat(solo.step(new Input.Propose(i, List.of(large))))
                    .anyMatch(effect -> effect instanceof Effect.Accepted);
        }
        assertThat(solo.step(new Input.Propose(16, List.of(large))))
                .contains(
                        new Effect.Refused(16, Refusal.OVERLOADED, solo.status().self()));
        solo.disk();
        solo.receive(B, appended(solo, 1, 18));
        assertThat(solo.step(new Input.Propose(17, List.of(large))))
                .anyMatch(effect -> effect instanceof Effect.Accepted);
    }

    @Test
    void takesAHintAndSkipsItsOwnTermsThatTheFollowerHasNothingOf() {
        Solo solo = Solo.leader(2, 4, 4, 4); // 1/1 2/2 3/4 4/4 5/4, its own is 6/5
        // B has 1/1 2/2 3/3 4/3: the last that it may agree with is the last of a term not after 3.
        List<Effect> effects = solo.receive(B, new Message.AppendRefused(5, 1, 1, 5, 4, 3));
        assertThat(sent(effects, B, Message.Append.class))
                .extracting(Message.Append::prevIndex)
                .containsExactly(2L);
    }

    @Test
    void aLearnerCountsInNoMajority() {
        Solo solo = Solo.leader(2);
        solo.receive(B, appended(solo, 1, 3));
        MemberId d = new MemberId("d", 1);
        solo.step(new Input.ChangeMembers(1, 1, new Input.Change.AddLearner(d)));
        solo.disk();
        solo.receive(d, new Message.Appended(3, 4, 1, 4));
        assertThat(solo.status().commitIndex()).isEqualTo(3);
        solo.receive(B, appended(solo, 1, 4));
        assertThat(solo.status().commitIndex()).isEqualTo(4);
        solo.tick(3);
        solo.step(new Input.Read(2, false));
        assertThat(solo.receive(d, new Message.Appended(3, 4, 9, 4)))
                .noneMatch(effect -> effect instanceof Effect.ReadReady);
        assertThat(solo.receive(B, appended(solo, 9, 4))).contains(new Effect.ReadReady(2, 4));
    }

    @Test
    void refusesACommandThatIsTooLong() {
        Solo solo = Solo.leader(2);
        assertThat(solo.step(new Input.Propose(1, List.of(new byte[101]))))
                .contains(new Effect.Refused(1, Refusal.TOO_LARGE, solo.status().self()));
    }

    @Test
    void aStalledDiskEndsItsLeadership() {
        Solo solo = Solo.leader(2);
        solo.receive(B, appended(solo, 1, 3));
        solo.step(propose(1, 1)); // Its write never ends.
        long round = 1;
        for (int i = 0; i < 40 && solo.status().role() == Role.LEADER; i++) {
            solo.tick(1);
            round += i % 3 == 2 ? 1 : 0;
            solo.receive(B, appended(solo, round, 4));
        }
        assertThat(solo.status().role()).isEqualTo(Role.FOLLOWER);
        solo.tick(60);
        assertThat(solo.status().role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void aDiskThatWasSickLeavesTheNextElectionsToOthers() {
        Solo solo = Solo.leader(2);
        solo.receive(B, appended(solo, 1, 3));
        solo.step(propose(1, 1));
        for (int i = 0; i < 40 && solo.status().role() == Role.LEADER; i++) {
            solo.tick(1);
            solo.receive(B, appended(solo, 1 + i / 3, 4));
        }
        solo.disk();
        for (int i = 0; i < 3 * 20 - 1; i++) {
            solo.tick(1);
            assertThat(solo.status().role()).isEqualTo(Role.FOLLOWER);
        }
        solo.tick(20);
        assertThat(solo.status().role()).isEqualTo(Role.PRE_CANDIDATE);
    }

    @Test
    void aMembershipChangeIsRefusedBeforeAnEntryOfItsOwnTermIsCommitted() {
        Solo solo = Solo.leader(2);
        Input.Change change = new Input.Change.Remove(C);
        assertThat(solo.step(new Input.ChangeMembers(1, 1, change)))
                .contains(new Effect.Refused(1, Refusal.NOT_READY, solo.status().self()));
        solo.receive(B, appended(solo, 1, 3));
        assertThat(solo.step(new Input.ChangeMembers(2, 7, change)))
                .contains(new Effect.Refused(
                        2, Refusal.CONFIGURATION_CHANGED, solo.status().self()));
        assertThat(solo.step(new Input.ChangeMembers(3, 1, change))).contains(new Effect.Accepted(3, 4, 4, 3));
    }

    @Test
    void aLearnerIsPromotedOnceItHasCaughtUpAndNotBefore() {
        Solo solo = Solo.leader(2);
        solo.receive(B, appended(solo, 1, 3));
        MemberId d = new MemberId("d", 1);
        Input.Change promote = new Input.Change.Promote(d);
        solo.step(new Input.ChangeMembers(1, 1, new Input.Change.AddLearner(d)));
        solo.disk();
        solo.receive(B, appended(solo, 1, 4));
        assertThat(solo.step(new Input.ChangeMembers(2, 4, promote)))
                .contains(new Effect.Refused(2, Refusal.LAGGING, solo.status().self()));
        solo.step(propose(3, 12));
        solo.receive(d, new Message.Appended(3, 4, 1, 4));
        assertThat(solo.step(new Input.ChangeMembers(4, 4, promote)))
                .contains(new Effect.Refused(4, Refusal.LAGGING, solo.status().self()));
        solo.receive(d, new Message.Appended(3, 4, 1, 12));
        assertThat(solo.step(new Input.ChangeMembers(5, 4, promote))).contains(new Effect.Accepted(5, 17, 17, 3));
        assertThat(solo.status().configuration().isVoter(d)).isTrue();
    }

    @Test
    void handoverToAMemberThatIsNotHeardOfIsRefused() {
        Solo solo = Solo.leader(2);
        assertThat(solo.step(new Input.TransferLeadership(1, C)))
                .contains(new Effect.Refused(1, Refusal.LAGGING, solo.status().self()));
    }

    @Test
    void noLeaseIsLeftOnceASuccessorWasToldNotToWait() {
        Solo solo = Solo.leader(2);
        solo.receive(B, appended(solo, 1, 3));
        solo.tick(3);
        solo.receive(B, appended(solo, 2, 3));
        assertThat(solo.step(new Input.Read(1, true))).contains(new Effect.ReadReady(1, 3));
        List<Effect> effects = solo.step(new Input.TransferLeadership(2, B));
        assertThat(sent(effects, B, Message.TimeoutNow.class)).hasSize(1);
        for (int round = 3; round <= 6; round++) {
            solo.tick(3);
            solo.receive(B, appended(solo, round, 3));
        }
        // The handover is given up, but its message may still arrive.
        assertThat(solo.step(new Input.Read(3, true))).noneMatch(effect -> effect instanceof Effect.ReadReady);
        solo.receive(B, appended(solo, 7, 3));
        assertThat(solo.step(new Input.Read(4, true))).noneMatch(effect -> effect instanceof Effect.Refused);
    }

    @Test
    void logTimeGoesOnFromTheLastEntryAndNeverFalls() {
        Solo solo = Solo.leader(2);
        long first = solo.store().entries(3, 3, 1_000).get(0).time();
        solo.tick(2);
        solo.step(propose(1, 1));
        solo.disk();
        assertThat(solo.store().entries(4, 4, 1_000).get(0).time()).isEqualTo(first + 40);
    }
}
