package io.capstan.raft.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.internal.session.SessionTable.Reply;
import io.capstan.raft.internal.session.SessionTable.Verdict;
import io.capstan.raft.internal.wire.Malformed;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionTableTest {
    private static final long TTL = 10_000;

    private final SessionTable table = new SessionTable();
    private long index;
    private long now = 5;

    private long open() {
        table.open(1, ++index, TTL, now);
        return index;
    }

    private Verdict begin(long session, long sequence, long settled) {
        return table.begin(1, session, sequence, settled, now);
    }

    private void execute(long session, long sequence) {
        assertThat(begin(session, sequence, 0)).isEqualTo(Verdict.NEW);
        table.executed(1, session, sequence, new Reply(++index, new byte[] {(byte) sequence}, null));
    }

    @Test
    void aRetryIsAnsweredAsTheFirst() {
        long session = open();
        execute(session, 1);
        execute(session, 2);
        assertThat(begin(session, 1, 0)).isEqualTo(Verdict.DONE);
        assertThat(table.reply(1, session, 1).bytes()).containsExactly(1);
        assertThat(begin(open(), 1, 0)).as("another's").isEqualTo(Verdict.NEW);
    }

    @Test
    void whatTheClientCallsSettledIsForgottenAndNeverExecutedAfresh() {
        long session = open();
        execute(session, 1);
        execute(session, 2);
        assertThat(begin(session, 3, 2)).isEqualTo(Verdict.NEW);
        assertThat(table.replyBytes()).isEqualTo(1);
        assertThat(begin(session, 1, 0)).isEqualTo(Verdict.EXPIRED);
        assertThat(begin(session, 2, 0)).isEqualTo(Verdict.DONE);
    }

    @Test
    void aClientMayCallAnyNumberSettled() {
        long session = open();
        execute(session, 1);
        execute(session, 7);
        assertThat(begin(session, 8, Long.MIN_VALUE)).isEqualTo(Verdict.NEW);
        assertThat(begin(session, 7, 7)).isEqualTo(Verdict.DONE);
        assertThat(table.replyBytes()).isEqualTo(1);
        assertThat(begin(session, 8, Long.MAX_VALUE)).isEqualTo(Verdict.EXPIRED);
        assertThat(table.replyBytes()).isZero();
    }

    @Test
    void aSessionEndsByLogTimeWithoutACommandAndNotBefore() {
        long session = open();
        execute(session, 1);
        now += TTL;
        assertThat(begin(session, 1, 0)).isEqualTo(Verdict.DONE);
        now += TTL + 1;
        assertThat(begin(session, 1, 0)).isEqualTo(Verdict.EXPIRED);
        assertThat(table.size()).isZero();
        assertThat(table.replyBytes()).isZero();
    }

    @Test
    void aSessionOfAnotherRecoveryEpochIsNobodys() {
        long session = open();
        assertThat(table.begin(2, session, 1, 0, now)).isEqualTo(Verdict.EXPIRED);
    }

    @Test
    void beyondTheLimitTheSessionEndsThatWasIdleForLongest() {
        long first = open();
        long second = open();
        now++;
        assertThat(begin(first, 1, 0)).isEqualTo(Verdict.NEW);
        for (int i = 2; i < SessionTable.SESSIONS_MAX + 1; i++) {
            open();
        }
        assertThat(table.size()).isEqualTo(SessionTable.SESSIONS_MAX);
        assertThat(begin(second, 1, 0)).isEqualTo(Verdict.EXPIRED);
        assertThat(begin(first, 1, 0)).isEqualTo(Verdict.NEW);
    }

    @Test
    void repliesAreBoundedInBytesAndOneThatIsGoneIsStillNotExecutedAfresh() {
        long idle = open();
        execute(idle, 1);
        now++;
        long session = open();
        int length = 1024 * 1024;
        for (long i = 1; i <= 100; i++) {
            assertThat(begin(session, i, 0)).isEqualTo(Verdict.NEW);
            table.executed(1, session, i, new Reply(++index, new byte[length], null));
            assertThat(table.replyBytes()).isLessThanOrEqualTo(SessionTable.REPLY_BYTES_MAX);
        }
        assertThat(begin(session, 100, 0)).isEqualTo(Verdict.DONE);
        assertThat(table.reply(1, session, 100).bytes()).hasSize(length);
        assertThat(begin(session, 1, 0)).isEqualTo(Verdict.DONE);
        assertThat(table.reply(1, session, 1).bytes()).isNull();
        assertThat(begin(idle, 1, 0)).isEqualTo(Verdict.DONE);
        assertThat(table.reply(1, idle, 1).bytes()).isNull();
    }

    @Test
    void tooManyUnsettledCommandsAreRefused() {
        long session = open();
        for (long i = 1; i <= SessionTable.COMMANDS_PER_SESSION_MAX; i++) {
            execute(session, i);
        }
        long next = SessionTable.COMMANDS_PER_SESSION_MAX + 1L;
        assertThat(begin(session, next, 0)).isEqualTo(Verdict.FULL);
        assertThat(begin(session, next, 2)).isEqualTo(Verdict.NEW);
    }

    @Test
    void aTableRestoredFromItsImageDecidesAsTheOneItIsOf() {
        long seed = Long.getLong("sessions.seed", System.nanoTime());
        Random chance = new Random(seed);
        SessionTable copy = new SessionTable();
        for (int i = 0; i < 20_000; i++) {
            now += chance.nextInt(400);
            long session = 1L + chance.nextInt(1 + (int) index);
            if (chance.nextInt(50) == 0) {
                copy = restored(table);
            }
            if (chance.nextInt(30) == 0) {
                table.open(1, ++index, TTL, now);
                copy.open(1, index, TTL, now);
            }
            long sequence = chance.nextInt(30);
            long settled = chance.nextInt(20);
            Verdict verdict = table.begin(1, session, sequence, settled, now);
            assertThat(copy.begin(1, session, sequence, settled, now))
                    .as("replay: mvn -pl raft -am test -Dtest=SessionTableTest -Dsessions.seed=" + seed)
                    .isEqualTo(verdict);
            if (verdict == Verdict.NEW) {
                Reply reply = chance.nextBoolean() ? new Reply(i, new byte[3], null) : new Reply(i, null, "threw");
                table.executed(1, session, sequence, reply);
                copy.executed(1, session, sequence, reply);
            } else if (verdict == Verdict.DONE) {
                assertThat(copy.reply(1, session, sequence).index())
                        .isEqualTo(table.reply(1, session, sequence).index());
            }
            assertThat(copy.replyBytes()).isEqualTo(table.replyBytes());
        }
    }

    private static SessionTable restored(SessionTable table) {
        SessionTable copy = new SessionTable();
        table.image().forEach(image -> copy.restore(SessionRecords.read(SessionRecords.write(image))));
        return copy;
    }

    @Test
    void itsRecordsHaveTheseBytesForEver() {
        SessionTable.Image image = new SessionTable.Image(
                1,
                2,
                3,
                4,
                5,
                List.of(6L, 7L, 8L),
                List.of(new Reply(9, new byte[] {10}, null), new Reply(11, null, null), new Reply(12, null, "no")));
        byte[] record = SessionRecords.write(image);
        assertThat(HexFormat.of().formatHex(record))
                .isEqualTo("01" + i64(1) + i64(2) + i64(3) + i64(4) + i64(5) + "00000003"
                        + (i64(6) + i64(9) + "01" + "00000001" + "0a")
                        + (i64(7) + i64(11) + "02")
                        + (i64(8) + i64(12) + "03" + "026e6f"));
        for (int length = 0; length < record.length; length++) {
            byte[] cut = Arrays.copyOf(record, length);
            assertThatThrownBy(() -> SessionRecords.read(cut)).isInstanceOf(Malformed.class);
        }
    }

    private static String i64(long value) {
        return HexFormat.of().toHexDigits(value);
    }
}
