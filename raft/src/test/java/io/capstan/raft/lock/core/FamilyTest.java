package io.capstan.raft.lock.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.capstan.raft.lock.FencingToken;
import java.util.List;
import org.junit.jupiter.api.Test;

class FamilyTest {
    private static final long LONG = 100_000;

    private LockTable table = new LockTable(7);
    private long index;
    private long now = 5000;

    private LockReply run(LockCommand command) {
        return table.execute(command, ++index, now);
    }

    private long open(String owner) {
        return ((LockReply.Opened) run(new LockCommand.Open(owner, LONG))).session();
    }

    private LockReply acquire(long session, long request, String party, long wait, Claim... claims) {
        return run(new LockCommand.Acquire(session, request, 0, List.of(claims), party, "", wait));
    }

    private LockReply acquire(long session, long request, Claim... claims) {
        return acquire(session, request, "", LONG, claims);
    }

    private LockReply release(long session, long request) {
        return run(new LockCommand.Release(session, request));
    }

    private LockReply poll(long session, long request) {
        return table.answer(new LockQuery.Poll(session, request));
    }

    private boolean holds(long session, long request) {
        return poll(session, request) instanceof LockReply.Granted;
    }

    private static FencingToken token(LockReply reply) {
        return ((LockReply.Granted) reply).token();
    }

    /** What a member that takes the snapshot knows. */
    private void restore() {
        table = LockTable.restore(7, table.image());
    }

    @Test
    void readersShareAWriterDoesNotAndLaterReadersWaitBehindIt() {
        long a = open("a");
        long b = open("b");
        acquire(a, 1, Claim.shared("x"));
        acquire(b, 1, Claim.shared("x"));
        acquire(a, 2, Claim.exclusive("x"));
        acquire(b, 2, Claim.shared("x"));
        restore();
        assertThat(holds(a, 1) && holds(b, 1)).isTrue();
        assertThat(holds(a, 2) || holds(b, 2)).isFalse();
        release(a, 1);
        release(b, 1);
        assertThat(holds(a, 2)).isTrue();
        assertThat(holds(b, 2)).isFalse();
        release(a, 2);
        assertThat(holds(b, 2)).isTrue();
    }

    @Test
    void aSemaphoreNeverGivesMorePermitsThanThereAre() {
        long a = open("a");
        assertThat(acquire(a, 1, new Claim("pool", 2, 3))).isInstanceOf(LockReply.Granted.class);
        assertThat(acquire(a, 2, "", 0, new Claim("pool", 2, 3))).isInstanceOf(LockReply.Held.class);
        assertThat(acquire(a, 3, "", 0, new Claim("pool", 1, 3))).isInstanceOf(LockReply.Granted.class);
        assertThat(acquire(a, 4, new Claim("pool", 1, 4))).isInstanceOf(LockReply.Refused.class);
        assertThat(acquire(a, 4, new Claim("pool", 1, 3)))
                .as("a refusal is remembered")
                .isEqualTo(new LockReply.Over(Outcome.REFUSED));
    }

    @Test
    void aPartyEntersWhatItHoldsAndFreesItWhenItHasLeftAsOften() {
        long a = open("a");
        FencingToken first = token(acquire(a, 1, "t1", 0, Claim.exclusive("x")));
        assertThat(token(acquire(a, 2, "t1", 0, Claim.exclusive("x")))).isEqualTo(first);
        assertThat(acquire(a, 3, "t2", 0, Claim.exclusive("x"))).isInstanceOf(LockReply.Held.class);
        restore();
        release(a, 1);
        assertThat(acquire(a, 4, "t2", 0, Claim.exclusive("x"))).isInstanceOf(LockReply.Held.class);
        release(a, 2);
        assertThat(acquire(a, 5, "t2", 0, Claim.exclusive("x"))).isInstanceOf(LockReply.Granted.class);
    }

    @Test
    void severalLocksComeTogetherAndNothingIsHeldWhileTheyAreWaitedFor() {
        long a = open("a");
        long b = open("b");
        acquire(a, 1, Claim.exclusive("y"));
        acquire(b, 1, Claim.exclusive("x"), Claim.exclusive("y"));
        assertThat(holds(b, 1)).isFalse();
        release(a, 1);
        assertThat(holds(b, 1)).isTrue();
        acquire(a, 2, Claim.exclusive("x"));
        acquire(a, 3, Claim.exclusive("y"));
        release(b, 1);
        assertThat(holds(a, 2) && holds(a, 3)).isTrue();
    }

    @Test
    void aWaitEndsInTheLogAtItsDeadlineAndIsNotGrantedAfterIt() {
        long a = open("a");
        acquire(a, 1, Claim.exclusive("x"));
        acquire(a, 2, "", 500, Claim.exclusive("x"));
        acquire(a, 3, "", 600, Claim.exclusive("x"));
        assertThat(table.due().orElseThrow()).isEqualTo(new LockTable.Due(now + 501, new LockCommand.EndWaits()));
        now += 501;
        release(a, 1);
        assertThat(poll(a, 2)).isEqualTo(new LockReply.Over(Outcome.TIMED_OUT));
        assertThat(holds(a, 3)).isTrue();
        assertThat(table.news())
                .extracting(News::request, news -> news.reply().getClass().getSimpleName())
                .containsExactly(tuple(2L, "Over"), tuple(3L, "Granted"));
    }

    @Test
    void aConditionGivesTheLockUpAndASignalBringsItBack() {
        long a = open("a");
        long b = open("b");
        FencingToken before = token(acquire(a, 1, "t", 0, Claim.exclusive("x")));
        acquire(a, 2, "t", 0, Claim.exclusive("x"));
        run(new LockCommand.Await(a, 3, 0, 1, "notEmpty", LONG));
        assertThat(acquire(b, 1, "", 0, Claim.exclusive("x"))).isInstanceOf(LockReply.Granted.class);
        restore();
        run(new LockCommand.Signal(b, 2, 0, 1, "notEmpty", 1));
        assertThat(holds(a, 3)).isFalse();
        release(b, 1);
        assertThat(token(poll(a, 3))).isGreaterThan(before);
        release(a, 3);
        assertThat(acquire(b, 3, "", 0, Claim.exclusive("x")))
                .as("entered twice, left once")
                .isInstanceOf(LockReply.Held.class);
        release(a, 2);
        assertThat(table.answer(new LockQuery.Overview("", 9))).isEqualTo(new LockReply.Page(List.of()));
    }

    @Test
    void aLatchOpensForAllAndBreaksWithItsMaker() {
        long a = open("a");
        long b = open("b");
        run(new LockCommand.MakeLatch(a, 1, 0, "go", 2));
        run(new LockCommand.AwaitLatch(b, 1, 0, "go", LONG));
        run(new LockCommand.CountDown(b, 2, 0, "go"));
        run(new LockCommand.CountDown(b, 2, 0, "go"));
        restore();
        assertThat(poll(b, 1)).as("counted once though told twice").isInstanceOf(LockReply.Waiting.class);
        run(new LockCommand.CountDown(b, 3, 0, "go"));
        assertThat(poll(b, 1)).isEqualTo(new LockReply.Over(Outcome.CAME));
        run(new LockCommand.MakeLatch(a, 2, 0, "go", 2));
        run(new LockCommand.AwaitLatch(b, 4, 0, "go", LONG));
        run(new LockCommand.Close(a));
        assertThat(poll(b, 4)).isEqualTo(new LockReply.Over(Outcome.BROKEN));
    }

    @Test
    void aBarrierOpensWhenAllAreThereAndBreaksWhenOneLeaves() {
        long a = open("a");
        run(new LockCommand.Arrive(a, 1, 0, "b", 3, LONG));
        run(new LockCommand.Arrive(a, 2, 0, "b", 3, LONG));
        restore();
        assertThat(run(new LockCommand.Arrive(a, 3, 0, "b", 3, LONG))).isEqualTo(new LockReply.Over(Outcome.DONE));
        assertThat(poll(a, 1)).isEqualTo(new LockReply.Over(Outcome.CAME));
        run(new LockCommand.Arrive(a, 4, 0, "b", 3, LONG));
        run(new LockCommand.Arrive(a, 5, 0, "b", 3, LONG));
        release(a, 4);
        assertThat(poll(a, 5)).isEqualTo(new LockReply.Over(Outcome.BROKEN));
    }

    @Test
    void whatCameOfAWaitAtAGateIsKnownUntilItIsReleasedWhateverItsSessionHasSettledSince() {
        long a = open("a");
        long b = open("b");
        run(new LockCommand.MakeLatch(a, 1, 0, "go", 1));
        run(new LockCommand.AwaitLatch(b, 1, 0, "go", LONG));
        run(new LockCommand.AwaitLatch(b, 2, 0, "go", LONG));
        run(new LockCommand.Arrive(b, 3, 0, "start", 2, LONG));
        run(new LockCommand.Arrive(b, 4, 0, "never", 3, LONG));
        run(new LockCommand.CountDown(b, 5, 5, "none"));
        run(new LockCommand.CountDown(a, 2, 0, "go"));
        run(new LockCommand.CountDown(b, 6, 6, "none"));
        run(new LockCommand.Arrive(a, 3, 0, "start", 2, LONG));
        run(new LockCommand.Arrive(a, 4, 0, "never", 3, LONG));
        release(a, 4);
        run(new LockCommand.CountDown(b, 7, 7, "none"));
        restore();
        assertThat(poll(b, 1)).isEqualTo(new LockReply.Over(Outcome.CAME));
        assertThat(poll(b, 3)).isEqualTo(new LockReply.Over(Outcome.CAME));
        assertThat(poll(b, 4)).isEqualTo(new LockReply.Over(Outcome.BROKEN));
        for (long request = 1; request <= 4; request++) {
            release(b, request);
        }
        assertThat(table.image().sessions().get(1).over())
                .as("what was heard, and what is settled")
                .containsOnlyKeys(7L);
        assertThat(run(new LockCommand.AwaitLatch(b, 1, 0, "go", LONG)))
                .as("again, late")
                .isEqualTo(new LockReply.Over(Outcome.RELEASED));
    }

    @Test
    void anOperatorTakesOneGrantAwayAndItsHolderIsToldUntilItHasHeard() {
        long a = open("a");
        long b = open("b");
        FencingToken token = token(acquire(a, 1, Claim.exclusive("x")));
        acquire(b, 1, Claim.exclusive("x"));
        run(new LockCommand.Force("x", token));
        run(new LockCommand.Force("x", token));
        restore();
        assertThat(holds(b, 1)).isTrue();
        LockReply told = new LockReply.Renewed(List.of(), List.of(new LockReply.Revoked(a, 1)));
        assertThat(run(new LockCommand.KeepAlive(List.of(a)))).isEqualTo(told);
        release(a, 1);
        assertThat(run(new LockCommand.KeepAlive(List.of(a)))).isEqualTo(new LockReply.Renewed(List.of(), List.of()));
    }

    @Test
    void whatIsToRunIfHeldRunsOnlyWhileTheGrantHolds() {
        long a = open("a");
        FencingToken token = token(acquire(a, 1, Claim.exclusive("x")));
        LockCommand note = new LockCommand.RunIfHeld("x", token, new LockCommand.Proclaim(a, 1, "leader"));
        assertThat(run(note)).isEqualTo(new LockReply.Done());
        release(a, 1);
        assertThat(run(note)).isEqualTo(new LockReply.NotHeld());
    }

    @Test
    void aRestoredTableForgetsNoRequestAndAHigherEpochGivesHigherTokens() {
        long a = open("a");
        FencingToken before = token(acquire(a, 1, Claim.exclusive("x")));
        release(a, 1);
        restore();
        assertThat(acquire(a, 1, Claim.exclusive("x"))).isEqualTo(new LockReply.Over(Outcome.RELEASED));
        table = LockTable.restore(8, table.image());
        index = 0;
        assertThat(token(acquire(a, 2, Claim.exclusive("x")))).isGreaterThan(before);
    }

    @Test
    void aSessionThatHoldsOneLockForEverMayHaveAnyNumberOfOthersMeanwhile() {
        long a = open("a");
        acquire(a, 1, Claim.exclusive("for ever"));
        for (long request = 2; request < 3 * Limits.REQUESTS_PER_SESSION_MAX; request++) {
            Claim claim = Claim.exclusive("job-" + request);
            assertThat(run(new LockCommand.Acquire(a, request, request, List.of(claim), "", "", 0)))
                    .isInstanceOf(LockReply.Granted.class);
            release(a, request);
        }
        restore();
        assertThat(holds(a, 1)).isTrue();
        assertThat(acquire(a, 1, Claim.exclusive("for ever")))
                .as("executed again, the first stands")
                .isEqualTo(poll(a, 1));
        assertThat(table.image().sessions().get(0).over()).hasSizeLessThan(3);
    }

    @Test
    void whoWantsSeveralOvertakesNobodyInTheQueueOfOne() {
        long a = open("a");
        acquire(a, 1, Claim.exclusive("x"));
        acquire(a, 2, Claim.exclusive("x"), Claim.exclusive("y"));
        acquire(a, 3, Claim.exclusive("y"), Claim.exclusive("z"));
        assertThat(holds(a, 2) || holds(a, 3)).isFalse();
        release(a, 1);
        assertThat(holds(a, 2)).isTrue();
        release(a, 2);
        assertThat(holds(a, 3)).isTrue();
    }

    @Test
    void aSignalGoesToTheFirstThatLives() {
        long gone = ((LockReply.Opened) run(new LockCommand.Open("gone", 100))).session();
        long a = open("a");
        long b = open("b");
        acquire(gone, 1, Claim.exclusive("x"));
        run(new LockCommand.Await(gone, 2, 0, 1, "c", LONG));
        acquire(a, 1, Claim.exclusive("x"));
        run(new LockCommand.Await(a, 2, 0, 1, "c", LONG));
        now += 101;
        acquire(b, 1, Claim.exclusive("x"));
        run(new LockCommand.Signal(b, 2, 0, 1, "c", 1));
        release(b, 1);
        assertThat(holds(a, 2)).isTrue();
        assertThat(poll(gone, 2)).isEqualTo(new LockReply.NoSession());
    }

    @Test
    void tokensDoNotFallWhenAMemberTakesASnapshotOfALaterEpoch() {
        long a = open("a");
        FencingToken before = token(acquire(a, 1, Claim.exclusive("x")));
        release(a, 1);
        table = LockTable.restore(6, table.image());
        assertThat(token(acquire(a, 2, Claim.exclusive("x")))).isGreaterThan(before);
    }
}
