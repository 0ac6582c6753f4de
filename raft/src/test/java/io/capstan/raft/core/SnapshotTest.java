package io.capstan.raft.core;

import static io.capstan.raft.core.Solo.B;
import static io.capstan.raft.core.Solo.C;
import static io.capstan.raft.core.Solo.sent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Snapshots on their way, in pieces. */
class SnapshotTest {
    private static final SnapshotMeta AT_9 =
            new SnapshotMeta(9, 4, 0, 1, Configuration.bootstrap(List.of(Solo.A, B, C)));

    private static Message.SnapshotChunk chunk(long term, long round, long offset, int length, boolean last) {
        return new Message.SnapshotChunk(term, 1, round, AT_9, offset, new byte[length], last);
    }

    private static List<Effect.StoreChunk> kept(List<Effect> effects) {
        return all(effects, Effect.StoreChunk.class);
    }

    private static <E extends Effect> List<E> all(List<Effect> effects, Class<E> type) {
        return new ArrayList<>(
                effects.stream().filter(type::isInstance).map(type::cast).toList());
    }

    @Test
    void aPieceThatIsNotTheNextIsAnsweredByWhereTheNextBegins() {
        Solo solo = Solo.follower(2);
        solo.receive(B, chunk(5, 1, 0, 50, false));
        solo.disk();
        List<Effect> effects = solo.step(new Input.ChunkStored(AT_9, 50, false));
        assertThat(sent(effects, B, Message.SnapshotReply.class))
                .containsExactly(new Message.SnapshotReply(5, 1, 1, 9, 50, false));
        assertThat(sent(solo.receive(B, chunk(5, 2, 100, 50, false)), B, Message.SnapshotReply.class))
                .containsExactly(new Message.SnapshotReply(5, 1, 2, 9, 50, false));
        assertThat(kept(solo.receive(B, chunk(5, 3, 50, 50, false)))).hasSize(1);
    }

    @Test
    void thePieceOfADeposedLeaderIsNotTakenForItsSuccessors() {
        Solo solo = Solo.follower(2);
        solo.receive(B, chunk(5, 1, 0, 50, false));
        solo.disk();
        solo.step(new Input.ChunkStored(AT_9, 50, false));
        solo.receive(B, chunk(5, 1, 50, 50, false)); // Still on its way to the disk when the next leader begins anew.
        assertThat(kept(solo.receive(C, chunk(6, 1, 0, 50, false)))).hasSize(1);
        solo.disk();
        assertThat(solo.step(new Input.ChunkStored(AT_9, 100, false))).isEmpty();
        assertThat(sent(solo.step(new Input.ChunkStored(AT_9, 50, false)), C, Message.SnapshotReply.class))
                .containsExactly(new Message.SnapshotReply(6, 1, 1, 9, 50, false));
    }

    @Test
    void aDamagedOneComesAnew() {
        Solo solo = Solo.follower(2);
        solo.receive(B, chunk(5, 1, 0, 50, true));
        solo.disk();
        assertThat(sent(solo.step(new Input.ChunkStored(AT_9, 0, false)), B, Message.SnapshotReply.class))
                .containsExactly(new Message.SnapshotReply(5, 1, 1, 9, 0, false));
        assertThat(kept(solo.receive(B, chunk(5, 2, 0, 50, true)))).hasSize(1);
        solo.step(new Input.ChunkStored(AT_9, 50, true));
        assertThat(sent(solo.disk(), B, Message.SnapshotReply.class))
                .containsExactly(new Message.SnapshotReply(5, 1, 2, 9, 50, true));
        assertThat(solo.store().snapshot()).isEqualTo(AT_9);
    }

    @Test
    void whatConflictsWithAnInstalledOneGoesWithIt() {
        Solo solo = Solo.follower(2, 2, 2);
        SnapshotMeta at3 = new SnapshotMeta(3, 4, 0, 1, AT_9.configuration());
        solo.receive(B, new Message.SnapshotChunk(5, 1, 1, at3, 0, new byte[9], true));
        solo.disk();
        solo.step(new Input.ChunkStored(at3, 9, true));
        solo.disk();
        assertThat(solo.status().lastIndex()).isEqualTo(3);
        assertThat(solo.store().lastIndex()).isEqualTo(3);
        solo.receive(B, Solo.append(5, 1, 3, 4, 3, Solo.entry(4, 5)));
        assertThat(sent(solo.disk(), B, Message.Appended.class)).contains(new Message.Appended(5, 1, 1, 4));
    }

    @Test
    void whatFollowsAnEntryThatAnInstalledOneAgreesWithStays() {
        Solo solo = Solo.follower(2, 2, 2);
        SnapshotMeta at3 = new SnapshotMeta(3, 2, 0, 1, AT_9.configuration());
        solo.receive(B, new Message.SnapshotChunk(5, 1, 1, at3, 0, new byte[9], true));
        solo.disk();
        List<Effect> effects = solo.step(new Input.ChunkStored(at3, 9, true));
        assertThat(all(effects, Effect.Restore.class)).isEmpty();
        assertThat(solo.status().lastIndex()).isEqualTo(4);
        assertThat(solo.status().commitIndex()).isEqualTo(3);
    }

    @Test
    void itsConfigurationIsInForceOnceItIsInstalled() {
        Solo solo = Solo.follower(2);
        Configuration four = AT_9.configuration().with(new Member(new MemberId("d", 1), Member.Kind.LEARNER, 7));
        SnapshotMeta at9 = new SnapshotMeta(9, 4, 0, 7, four);
        solo.receive(B, new Message.SnapshotChunk(5, 1, 1, at9, 0, new byte[9], true));
        solo.disk();
        assertThat(solo.step(new Input.ChunkStored(at9, 9, true)))
                .contains(new Effect.ConfigurationChanged(7, four, true));
        solo.disk();
        assertThat(solo.status().configuration()).isEqualTo(four);
        assertThat(solo.afterCrash().status().configurationIndex()).isEqualTo(7);
    }

    @Test
    void oneTakenHereIsForgottenWhenANewerOneWasInstalledMeanwhile() {
        Solo solo = Solo.follower(2);
        solo.receive(B, Solo.append(5, 1, 2, 2, 2));
        solo.step(new Input.Applied(2));
        solo.receive(B, chunk(5, 1, 0, 50, true));
        solo.disk();
        solo.step(new Input.ChunkStored(AT_9, 50, true));
        solo.disk();
        assertThat(solo.step(new Input.SnapshotTaken(2))).isEmpty();
        assertThat(solo.store().snapshot()).isEqualTo(AT_9);
    }

    /** A leader whose log begins after entry 3, and that has been refused by C: a snapshot is on its way there. */
    private static Solo sending() {
        Solo solo = Solo.leader(2, 2);
        solo.receive(B, new Message.Appended(3, 1, 1, 4));
        solo.step(new Input.Applied(4));
        solo.step(new Input.SnapshotTaken(3));
        List<Effect> effects = solo.receive(C, new Message.AppendRefused(3, 1, 1, 3, 1, 1));
        assertThat(all(effects, Effect.ReadSnapshot.class)).containsExactly(new Effect.ReadSnapshot(C, 3, 0, 50));
        return solo;
    }

    @Test
    void isSentToItsEndThoughANewerOneIsTakenMeanwhileAndWhatFollowsItIsKept() {
        Solo solo = sending();
        solo.step(new Input.SnapshotTaken(4));
        assertThat(solo.store().snapshot().index()).isEqualTo(4);
        List<Effect> effects = solo.step(new Input.SnapshotRead(C, 3, 0, new byte[10], true));
        assertThat(sent(effects, C, Message.SnapshotChunk.class))
                .extracting(sent -> sent.snapshot().index())
                .containsExactly(3L);
        List<Effect> after = solo.receive(C, new Message.SnapshotReply(3, 1, 1, 3, 10, true));
        assertThat(all(after, Effect.ReadSnapshot.class)).isEmpty();
        assertThat(sent(after, C, Message.Append.class))
                .extracting(Message.Append::prevIndex)
                .containsExactly(3L);
    }

    @Test
    void theNewestIsSentWhenTheOneOnItsWayIsGone() {
        Solo solo = sending();
        solo.step(new Input.SnapshotTaken(4));
        List<Effect> effects = solo.step(new Input.SnapshotRead(C, 3, 0, new byte[0], false));
        assertThat(all(effects, Effect.ReadSnapshot.class)).containsExactly(new Effect.ReadSnapshot(C, 4, 0, 50));
    }

    @Test
    void oneThatGetsNowhereHoldsNothingForEver() {
        Solo solo = sending();
        for (int round = 1; round <= 70; round++) {
            solo.tick(3);
            solo.receive(B, new Message.Appended(3, 1, round, 4));
        }
        solo.step(new Input.SnapshotTaken(4));
        assertThat(solo.store().firstIndex()).isEqualTo(5);
    }

    private static Message.SnapshotReply at(long offset) {
        return new Message.SnapshotReply(3, 1, 1, 3, offset, false);
    }

    private static List<Long> asked(List<Effect> effects) {
        return all(effects, Effect.ReadSnapshot.class).stream()
                .map(Effect.ReadSnapshot::offset)
                .toList();
    }

    private static Input.SnapshotRead read(long offset, int bytes, boolean last) {
        return new Input.SnapshotRead(C, 3, offset, new byte[bytes], last);
    }

    @Test
    void anOldAnswerBegetsNoPieceOfItsOwn() {
        Solo solo = sending();
        solo.step(read(0, 50, false));
        assertThat(asked(solo.receive(C, at(50)))).containsExactly(50L, 100L, 150L, 200L);
        assertThat(asked(solo.receive(C, at(50)))).isEmpty();
        assertThat(asked(solo.receive(C, at(0)))).isEmpty();
    }

    @Test
    void aWindowOfItIsOnItsWayOnceTheFirstPieceIsAnsweredAndMovesWithEachAnswer() {
        Solo solo = sending();
        solo.step(read(0, 50, false));
        assertThat(asked(solo.receive(C, at(50)))).containsExactly(50L, 100L, 150L, 200L);
        for (long offset = 50; offset <= 200; offset += 50) {
            assertThat(sent(solo.step(read(offset, 50, false)), C, Message.SnapshotChunk.class))
                    .hasSize(1);
        }
        assertThat(asked(solo.receive(C, at(100)))).containsExactly(250L);
        assertThat(asked(solo.receive(C, at(200)))).containsExactly(300L, 350L);
    }

    @Test
    void nothingIsSentBeyondItsEnd() {
        Solo solo = sending();
        solo.step(read(0, 50, false));
        solo.receive(C, at(50));
        assertThat(sent(solo.step(read(50, 7, true)), C, Message.SnapshotChunk.class))
                .hasSize(1);
        assertThat(solo.step(read(100, 0, true))).isEmpty();
        assertThat(solo.step(read(150, 0, true))).isEmpty();
    }

    @Test
    void whatWasOnItsWayIsAskedForAgainAfterASilenceOnePieceAtFirst() {
        Solo solo = sending();
        solo.step(read(0, 50, false));
        solo.receive(C, at(50));
        assertThat(ticksUntilAsked(solo)).containsExactly(50L);
        assertThat(ticksUntilAsked(solo)).containsExactly(50L);
        solo.step(read(50, 50, false));
        assertThat(asked(solo.receive(C, at(100)))).containsExactly(100L, 150L, 200L, 250L);
        solo.receive(C, at(0));
        assertThat(ticksUntilAsked(solo)).as("it has lost what it had").containsExactly(0L);
    }

    /** What is asked for in the first of the next eleven ticks in which anything is. */
    private static List<Long> ticksUntilAsked(Solo solo) {
        for (int tick = 1; tick <= 11; tick++) {
            solo.receive(B, new Message.Appended(3, 1, 1_000, 4)); // Its quorum.
            List<Long> asked = asked(solo.tickOnce());
            if (!asked.isEmpty()) {
                return asked;
            }
        }
        return List.of();
    }

    @Test
    void whoLosesItAgainAndAgainHoldsNothingForEver() {
        Solo solo = sending();
        for (int round = 1; round <= 70; round++) {
            solo.tick(3);
            solo.receive(B, new Message.Appended(3, 1, round, 4));
            solo.receive(C, at(round % 2 == 0 ? 0 : 50));
        }
        solo.step(new Input.SnapshotTaken(4));
        assertThat(solo.store().firstIndex()).isEqualTo(5);
    }

    private static List<Long> keptAt(List<Effect> effects) {
        return kept(effects).stream().map(Effect.StoreChunk::offset).toList();
    }

    private static List<Long> answered(List<Effect> effects) {
        return sent(effects, B, Message.SnapshotReply.class).stream()
                .map(Message.SnapshotReply::nextOffset)
                .toList();
    }

    @Test
    void piecesAreTakenInOrderOnceAndWithoutHolesWhileOthersAreOnTheirWayToTheDisk() {
        Solo solo = Solo.follower(2);
        assertThat(keptAt(solo.receive(B, chunk(5, 1, 0, 50, false)))).containsExactly(0L);
        solo.disk();
        assertThat(keptAt(solo.receive(B, chunk(5, 1, 50, 50, false)))).containsExactly(50L);
        assertThat(keptAt(solo.receive(B, chunk(5, 1, 50, 50, false))))
                .as("doubled")
                .isEmpty();
        assertThat(keptAt(solo.receive(B, chunk(5, 1, 0, 50, false))))
                .as("doubled")
                .isEmpty();
        List<Effect> afterALostOne = solo.receive(B, chunk(5, 1, 150, 50, false));
        assertThat(keptAt(afterALostOne)).isEmpty();
        assertThat(answered(afterALostOne)).containsExactly(0L);
        assertThat(keptAt(solo.receive(B, chunk(5, 1, 100, 50, false)))).containsExactly(100L);
        assertThat(answered(solo.step(new Input.ChunkStored(AT_9, 50, false)))).containsExactly(50L);
        assertThat(answered(solo.step(new Input.ChunkStored(AT_9, 100, false)))).containsExactly(100L);
        assertThat(answered(solo.step(new Input.ChunkStored(AT_9, 150, false)))).containsExactly(150L);
    }

    @Test
    void whatIsBeyondTheReceiversOwnWindowIsNotTaken() {
        Solo solo = Solo.follower(2);
        for (long offset = 0; offset < 200; offset += 50) {
            assertThat(keptAt(solo.receive(B, chunk(5, 1, offset, 50, false)))).containsExactly(offset);
        }
        assertThat(keptAt(solo.receive(B, chunk(5, 1, 200, 50, false)))).isEmpty();
        solo.step(new Input.ChunkStored(AT_9, 50, false));
        assertThat(keptAt(solo.receive(B, chunk(5, 1, 200, 50, false)))).containsExactly(200L);
    }

    @Test
    void theFailureOfAPieceSaysNothingAboutWhatWasBegunAnewSince() {
        Solo solo = Solo.follower(2);
        solo.receive(B, chunk(5, 1, 0, 50, false));
        solo.receive(B, chunk(5, 1, 50, 50, false));
        solo.disk();
        assertThat(answered(solo.step(new Input.ChunkStored(AT_9, 0, false)))).containsExactly(0L);
        assertThat(keptAt(solo.receive(B, chunk(5, 2, 0, 50, false)))).containsExactly(0L);
        assertThat(answered(solo.step(new Input.ChunkStored(AT_9, 0, false))))
                .as("of the second piece, for want of the first")
                .isEmpty();
        assertThat(keptAt(solo.receive(B, chunk(5, 2, 50, 50, false)))).containsExactly(50L);
        assertThat(answered(solo.step(new Input.ChunkStored(AT_9, 50, false)))).containsExactly(50L);
    }

    @Test
    void latePiecesOfOneThatItsLeaderReplacedMidwayAreNotBegunAnew() {
        Solo solo = Solo.follower(2);
        SnapshotMeta at12 = new SnapshotMeta(12, 4, 0, 1, AT_9.configuration());
        solo.receive(B, chunk(5, 1, 0, 50, false));
        solo.disk();
        Message.SnapshotChunk newer = new Message.SnapshotChunk(5, 1, 2, at12, 0, new byte[50], false);
        assertThat(keptAt(solo.receive(B, newer))).containsExactly(0L);
        assertThat(keptAt(solo.receive(B, chunk(5, 1, 0, 50, false)))).isEmpty();
        assertThat(keptAt(solo.receive(B, chunk(5, 1, 50, 50, false)))).isEmpty();
        assertThat(answered(solo.step(new Input.ChunkStored(AT_9, 50, false)))).isEmpty();
        assertThat(keptAt(solo.receive(B, new Message.SnapshotChunk(5, 1, 2, at12, 50, new byte[50], false))))
                .containsExactly(50L);
        assertThat(answered(solo.step(new Input.ChunkStored(at12, 50, false)))).containsExactly(50L);
    }
}
