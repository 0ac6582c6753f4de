package io.capstan.raft.lock.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final long LONG = 1_000_000;

    private final LockTable table = new LockTable(7);
    private long index;

    private LockReply run(LockCommand command) {
        return table.execute(command, ++index, 0);
    }

    private long open() {
        return ((LockReply.Opened) run(new LockCommand.Open("a", LONG))).session();
    }

    private LockReply acquire(long session, long request, String name) {
        return run(new LockCommand.Acquire(session, request, 0, List.of(Claim.exclusive(name)), "", "", LONG));
    }

    @Test
    void thereAreSoManySessionsAndNoMoreUntilOneEnds() {
        long first = open();
        for (int i = 1; i < Limits.SESSIONS_MAX; i++) {
            run(new LockCommand.Open("a", LONG));
        }
        assertThat(run(new LockCommand.Open("a", LONG)))
                .isEqualTo(new LockReply.Full("there are 100000 lock sessions already"));
        run(new LockCommand.Close(first));
        assertThat(run(new LockCommand.Open("a", LONG))).isInstanceOf(LockReply.Opened.class);
    }

    @Test
    void soManyWaitForOneNameAndWhoIsRefusedIsNotGrantedWhenItComesAgain() {
        long[] sessions = {open(), open()};
        acquire(sessions[0], 0, "x");
        for (int i = 1; i <= Limits.WAITERS_PER_NAME_MAX; i++) {
            assertThat(acquire(sessions[i % 2], i, "x")).isInstanceOf(LockReply.Waiting.class);
        }
        long late = open();
        assertThat(acquire(late, 1, "x")).isEqualTo(new LockReply.Full("10000 wait for x"));
        run(new LockCommand.Close(sessions[0]));
        run(new LockCommand.Close(sessions[1]));
        assertThat(acquire(late, 1, "x")).isEqualTo(new LockReply.Over(Outcome.FULL));
        assertThat(acquire(late, 2, "x")).isInstanceOf(LockReply.Granted.class);
    }

    @Test
    void aSessionHoldsOrWaitsForSoMany() {
        long session = open();
        for (int i = 1; i <= Limits.REQUESTS_PER_SESSION_MAX; i++) {
            assertThat(acquire(session, i, "x" + i)).isInstanceOf(LockReply.Granted.class);
        }
        long next = Limits.REQUESTS_PER_SESSION_MAX + 1L;
        assertThat(acquire(session, next, "more"))
                .isEqualTo(new LockReply.Full("a session holds or waits for 10000 locks already"));
    }

    @Test
    void soManyNamesAreInUseAtATime() {
        long session = 0;
        for (int i = 0; i < Limits.NAMES_MAX; i++) {
            session = i % Limits.REQUESTS_PER_SESSION_MAX == 0 ? open() : session;
            assertThat(acquire(session, i, "x" + i)).isInstanceOf(LockReply.Granted.class);
        }
        long other = open();
        assertThat(acquire(other, 1, "more")).isEqualTo(new LockReply.Full("there are 100000 names in use already"));
        assertThat(run(new LockCommand.Arrive(other, 2, 0, "gate", 2, LONG))).isInstanceOf(LockReply.Full.class);
        run(new LockCommand.Release(session, Limits.NAMES_MAX - 1L));
        assertThat(acquire(other, 3, "more")).isInstanceOf(LockReply.Granted.class);
    }
}
