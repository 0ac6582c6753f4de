package io.capstan.raft.lock.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.LockStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LockTableTest {
    private static final long TTL = 1000;

    private final LockTable table = new LockTable(7);
    private long index;
    private long now = 5000;

    private LockReply run(LockCommand command) {
        return table.execute(command, ++index, now);
    }

    private static LockCommand claim(long session, long request, String name, long waitMillis) {
        return new LockCommand.Acquire(session, request, 0, List.of(Claim.exclusive(name)), "", "", waitMillis);
    }

    private long open(String owner) {
        return ((LockReply.Opened) run(new LockCommand.Open(owner, TTL))).session();
    }

    private LockReply acquire(long session, long request, String name) {
        return run(claim(session, request, name, 1_000_000));
    }

    private LockReply tryAcquire(long session, long request, String name) {
        return run(claim(session, request, name, 0));
    }

    private LockReply release(long session, long request) {
        return run(new LockCommand.Release(session, request));
    }

    private LockReply poll(long session, long request) {
        return table.answer(new LockQuery.Poll(session, request));
    }

    @Test
    void whoComesFirstGetsTheLockAndTheRestWaitInOrder() {
        long a = open("a");
        long b = open("b");
        long c = open("c");
        assertThat(acquire(a, 1, "x")).isEqualTo(new LockReply.Granted(new FencingToken(7, 4, 0), true));
        assertThat(acquire(b, 1, "x")).isEqualTo(new LockReply.Waiting("a"));
        assertThat(acquire(c, 1, "x")).isEqualTo(new LockReply.Waiting("a"));
        assertThat(tryAcquire(c, 2, "x")).isEqualTo(new LockReply.Held("a"));

        release(a, 1);

        assertThat(poll(b, 1)).isEqualTo(new LockReply.Granted(new FencingToken(7, 8, 0), true));
        assertThat(poll(c, 1)).isEqualTo(new LockReply.Waiting("b"));
        assertThat(poll(a, 1)).isEqualTo(new LockReply.Over(Outcome.RELEASED));
    }

    @Test
    void theTokenIsThatOfTheGrantNotOfTheEnqueuing() {
        long a = open("a");
        long b = open("b");
        acquire(a, 1, "x");
        acquire(b, 1, "x");
        long enqueued = index;
        acquire(a, 2, "y");
        release(a, 1);

        assertThat(((LockReply.Granted) poll(b, 1)).token().index())
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
        release(a, 1);
        assertThat(acquire(a, 1, "x")).isEqualTo(new LockReply.Over(Outcome.RELEASED));

        assertThat(release(a, 2)).as("withdrawn before it came").isEqualTo(new LockReply.Done());
        assertThat(acquire(a, 2, "x")).isEqualTo(new LockReply.Over(Outcome.RELEASED));

        run(new LockCommand.Acquire(a, 9, 9, List.of(Claim.exclusive("y")), "", "", 0));
        assertThat(acquire(a, 2, "x")).as("below what is settled").isEqualTo(new LockReply.Over(Outcome.RELEASED));
    }

    @Test
    void onlyTheRequestThatHoldsTheLockCanFreeIt() {
        long a = open("a");
        long b = open("b");
        acquire(a, 1, "x");

        release(b, 1);

        assertThat(tryAcquire(b, 2, "x")).isEqualTo(new LockReply.Held("a"));
    }

    @Test
    void anExpiryEndsNoSessionThatWasRenewedSince() {
        long a = open("a");
        LockTable.Due due = table.due().orElseThrow();
        assertThat(due.time()).isEqualTo(now + TTL + 1);
        now += TTL;
        assertThat(run(new LockCommand.KeepAlive(List.of(a, 999L))))
                .isEqualTo(new LockReply.Renewed(List.of(999L), List.of()));
        acquire(a, 1, "x");
        now = due.time();

        run(due.command());

        assertThat(poll(a, 1)).isInstanceOf(LockReply.Granted.class);
        now += TTL;
        run(table.due().orElseThrow().command());
        assertThat(poll(a, 1)).isEqualTo(new LockReply.NoSession());
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

        release(a, 1);

        assertThat(poll(b, 1)).isEqualTo(new LockReply.NoSession());
        assertThat(poll(c, 1)).isInstanceOf(LockReply.Granted.class);
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
            tokens.add(((LockReply.Granted) poll(b, i + 1)).token());
        }
        assertThat(tokens).doesNotHaveDuplicates().allMatch(token -> token.index() == index);
    }

    @Test
    void namesUsedOnceLeaveNothingBehind() {
        long a = open("a");
        for (int i = 1; i <= 1000; i++) {
            acquire(a, i, "name-" + i);
            release(a, i);
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
        assertThat(first.get(0))
                .isEqualTo(new LockStatus(
                        "00",
                        List.of(new LockStatus.Holder("a", "", "", new FencingToken(7, 3, 0), now, Claim.LOCK)),
                        List.of("b"),
                        1,
                        now));
        assertThat(rest).extracting(LockStatus::name).startsWith("50").hasSize(10);
    }

    @Test
    void aPageOfLocksFitsItsFrameHoweverLongTheNames() {
        String longest = "n".repeat(Limits.NAME_BYTES_MAX - 4);
        long[] sessions = {open("a".repeat(64)), open("b".repeat(64))};
        for (int i = 0; i < 60; i++) {
            for (int reader = 0; reader < 20; reader++) {
                run(new LockCommand.Acquire(
                        sessions[reader % 2],
                        i * 20L + reader,
                        0,
                        List.of(Claim.shared(longest + i)),
                        "p".repeat(195) + reader,
                        "w".repeat(200),
                        TTL));
            }
        }
        int shown = 0;
        String after = "";
        while (true) {
            LockReply.Page page = (LockReply.Page) table.answer(new LockQuery.Overview(after, 50));
            if (page.locks().isEmpty()) {
                break;
            }
            int bytes = page.locks().stream()
                    .mapToInt(lock -> lock.name().length() + 10 * (64 + 400 + 40) + 10 * 65)
                    .sum();
            assertThat(bytes).isLessThan(63 * 1024);
            shown += page.locks().size();
            after = page.locks().get(page.locks().size() - 1).name();
        }
        assertThat(shown).isEqualTo(60);
    }
}
