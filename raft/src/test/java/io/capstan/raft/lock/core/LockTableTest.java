package io.capstan.raft.lock.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.LockStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LockTableTest {
    private static final long TTL = 1000;

    private final LockTable table = new LockTable(7);
    private long index;
    private long now = 5000;

    private LockReply run(LockCommand command) {
        return table.execute(command, ++index, now);
    }

    private long open(String owner) {
        return ((LockReply.Opened) run(new LockCommand.Open(owner, TTL))).session();
    }

    private LockReply acquire(long session, long request, String name) {
        return run(new LockCommand.Acquire(session, request, 0, name, true));
    }

    private LockReply tryAcquire(long session, long request, String name) {
        return run(new LockCommand.Acquire(session, request, 0, name, false));
    }

    private LockReply release(long session, long request, String name) {
        return run(new LockCommand.Release(session, request, name));
    }

    private LockReply poll(long session, long request, String name) {
        return table.answer(new LockQuery.Poll(session, request, name));
    }

    @Test
    void whoComesFirstGetsTheLockAndTheRestWaitInOrder() {
        long a = open("a");
        long b = open("b");
        long c = open("c");
        assertThat(acquire(a, 1, "x")).isEqualTo(new LockReply.Granted(new FencingToken(7, 4, 0)));
        assertThat(acquire(b, 1, "x")).isEqualTo(new LockReply.Waiting("a"));
        assertThat(acquire(c, 1, "x")).isEqualTo(new LockReply.Waiting("a"));
        assertThat(tryAcquire(c, 2, "x")).isEqualTo(new LockReply.Held("a"));

        release(a, 1, "x");

        assertThat(poll(b, 1, "x")).isEqualTo(new LockReply.Granted(new FencingToken(7, 8, 0)));
        assertThat(poll(c, 1, "x")).isEqualTo(new LockReply.Waiting("b"));
        assertThat(poll(a, 1, "x")).isEqualTo(new LockReply.Over());
    }

    @Test
    void theTokenIsThatOfTheGrantNotOfTheEnqueuing() {
        long a = open("a");
        long b = open("b");
        acquire(a, 1, "x");
        acquire(b, 1, "x");
        long enqueued = index;
        acquire(a, 2, "y");
        release(a, 1, "x");

        assertThat(((LockReply.Granted) poll(b, 1, "x")).token().index())
                .isGreaterThan(enqueued)
                .isEqualTo(index);
    }

    @Test
    void theSameRequestExecutedAgainIsTheSameGrant() {
        long a = open("a");
        LockReply first = acquire(a, 1, "x");

        assertThat(acquire(a, 1, "x")).isEqualTo(first);
    }

    @Test
    void aRequestThatIsOverGrantsNothingHoweverLateItComesAgain() {
        long a = open("a");
        acquire(a, 1, "x");
        release(a, 1, "x");
        assertThat(acquire(a, 1, "x")).isEqualTo(new LockReply.Over());

        assertThat(release(a, 2, "x")).as("withdrawn before it came").isEqualTo(new LockReply.Done());
        assertThat(acquire(a, 2, "x")).isEqualTo(new LockReply.Over());

        run(new LockCommand.Acquire(a, 9, 9, "y", true));
        assertThat(acquire(a, 2, "x")).as("below what is settled").isEqualTo(new LockReply.Over());
    }

    @Test
    void onlyTheRequestThatHoldsTheLockCanFreeIt() {
        long a = open("a");
        long b = open("b");
        acquire(a, 1, "x");

        release(b, 1, "x");

        assertThat(tryAcquire(b, 2, "x")).isEqualTo(new LockReply.Held("a"));
    }

    @Test
    void anExpiryEndsNoSessionThatWasRenewedSince() {
        long a = open("a");
        LockTable.Due due = table.due().orElseThrow();
        assertThat(due.time()).isEqualTo(now + TTL + 1);
        now += TTL;
        assertThat(run(new LockCommand.KeepAlive(List.of(a, 999L)))).isEqualTo(new LockReply.Renewed(List.of(999L)));
        acquire(a, 1, "x");
        now = due.time();

        run(due.command());

        assertThat(poll(a, 1, "x")).isInstanceOf(LockReply.Granted.class);
        now += TTL;
        run(table.due().orElseThrow().command());
        assertThat(poll(a, 1, "x")).isEqualTo(new LockReply.NoSession());
    }

    @Test
    void aWaiterWhoseOwnSessionIsOverdueIsNotGranted() {
        long a = open("a");
        long b = open("b");
        long c = open("c");
        acquire(a, 1, "x");
        acquire(b, 1, "x");
        acquire(c, 1, "x");
        now += TTL + 1;
        // b's expiry has not been written yet; a and c were renewed.
        table.execute(new LockCommand.KeepAlive(List.of(a, c)), ++index, now - 1);

        release(a, 1, "x");

        assertThat(poll(b, 1, "x")).isEqualTo(new LockReply.NoSession());
        assertThat(poll(c, 1, "x")).isInstanceOf(LockReply.Granted.class);
    }

    @Test
    void oneEndingThatGrantsManyGivesEachItsOwnToken() {
        long a = open("a");
        long b = open("b");
        for (int i = 0; i < 5; i++) {
            acquire(a, i + 1, "x" + i);
            acquire(b, i + 1, "x" + i);
        }
        run(new LockCommand.Close(a));

        List<FencingToken> tokens = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tokens.add(((LockReply.Granted) poll(b, i + 1, "x" + i)).token());
        }
        assertThat(tokens).doesNotHaveDuplicates().allMatch(token -> token.index() == index);
    }

    @Test
    void namesUsedOnceLeaveNothingBehind() {
        long a = open("a");
        for (int i = 1; i <= 1000; i++) {
            acquire(a, i, "name-" + i);
            release(a, i, "name-" + i);
        }
        assertThat(table.answer(new LockQuery.Overview("", 50))).isEqualTo(new LockReply.Page(List.of()));
    }

    @Test
    void theOverviewComesInPagesByName() {
        long a = open("a");
        long b = open("b");
        for (int i = 0; i < 60; i++) {
            acquire(a, i + 1, String.format("%02d", i));
        }
        acquire(b, 1, "00");
        List<LockStatus> first = ((LockReply.Page) table.answer(new LockQuery.Overview("", 1000))).locks();
        List<LockStatus> rest = ((LockReply.Page) table.answer(new LockQuery.Overview("49", 1000))).locks();

        assertThat(first).hasSize(50);
        assertThat(first.get(0)).isEqualTo(new LockStatus("00", "a", new FencingToken(7, 3, 0), now, List.of("b")));
        assertThat(rest).extracting(LockStatus::name).startsWith("50").hasSize(10);
    }

    @Test
    void whateverIsExecutedInWhateverOrderTokensRiseAndNobodySharesALock() {
        for (long seed = Long.getLong("lock.seed", 0); seed < Long.getLong("lock.seed", 0) + 200; seed++) {
            String replay = "replay: mvn -pl raft -am test -Dtest=LockTableTest -DargLine=-Dlock.seed=" + seed;
            LockTable random = new LockTable(1);
            Random chance = new Random(seed);
            List<Long> sessions = new ArrayList<>();
            Map<String, FencingToken> highest = new HashMap<>();
            long time = 0;
            for (long i = 1; i <= 400; i++) {
                time += chance.nextInt(60);
                LockReply reply = random.execute(command(chance, sessions, random), i, time);
                if (reply instanceof LockReply.Opened opened) {
                    sessions.add(opened.session());
                }
                for (LockStatus lock : ((LockReply.Page) random.answer(new LockQuery.Overview("", 50))).locks()) {
                    FencingToken before = highest.put(lock.name(), lock.token());
                    assertThat(before == null || before.compareTo(lock.token()) <= 0)
                            .as(replay)
                            .isTrue();
                }
            }
            assertThat(highest).as(replay).isNotEmpty();
        }
    }

    private static LockCommand command(Random chance, List<Long> sessions, LockTable table) {
        if (sessions.isEmpty() || chance.nextInt(12) == 0) {
            return new LockCommand.Open("n", 50 + chance.nextInt(400));
        }
        long session = sessions.get(chance.nextInt(sessions.size()));
        long request = chance.nextInt(1, 20);
        String name = "lock-" + chance.nextInt(4);
        return switch (chance.nextInt(8)) {
            case 0, 1, 2 -> new LockCommand.Acquire(session, request, chance.nextInt(3), name, chance.nextBoolean());
            case 3, 4 -> new LockCommand.Release(session, request, name);
            case 5 -> new LockCommand.KeepAlive(List.of(session));
            case 6 -> table.due().<LockCommand>map(LockTable.Due::command).orElse(new LockCommand.Close(session));
            default -> new LockCommand.Close(chance.nextInt(3) == 0 ? session : -1);
        };
    }
}
