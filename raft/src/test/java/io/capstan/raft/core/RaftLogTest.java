package io.capstan.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The log in memory: what is durable of it, and what it keeps. */
class RaftLogTest {
    /** Nothing is written to it, so whatever the log reads from it is not there. */
    private final RaftLog log = new RaftLog(new MemoryLogStore());

    private void append(long from, long to, long term) {
        for (long index = from; index <= to; index++) {
            log.append(Solo.entry(index, term));
        }
    }

    @Test
    void isDurableAsFarAsItsWritesHaveArrived() {
        append(1, 3, 1);
        log.write(1, null);
        append(4, 4, 1);
        log.write(2, null);
        assertThat(log.durable()).isZero();
        log.persisted(1);
        assertThat(log.durable()).isEqualTo(3);
        log.persisted(2);
        assertThat(log.durable()).isEqualTo(4);
    }

    @Test
    void aWriteOnItsWaySpeaksOnlyForWhatWasNotCutOffMeanwhile() {
        append(1, 3, 1);
        log.write(1, null);
        log.truncate(3);
        append(3, 3, 2);
        log.persisted(1);
        assertThat(log.durable()).isEqualTo(2);
        assertThat(log.write(2, null).truncateFrom()).isEqualTo(3);
        log.persisted(2);
        assertThat(log.durable()).isEqualTo(3);
    }

    @Test
    void aWriteOnItsWaySpeaksForNothingOnceASnapshotTookTheLogsPlace() {
        append(1, 9, 1);
        log.write(1, null);
        log.reset(new SnapshotMeta(5, 2, 0, 1, Configuration.BLANK));
        log.persisted(1);
        assertThat(log.durable()).isZero();
        assertThat(log.lastTerm()).isEqualTo(2);
        assertThat(log.term(5)).isEqualTo(2);
        log.write(2, null);
        log.persisted(2);
        assertThat(log.durable()).isEqualTo(5);
    }

    @Test
    void keepsInMemoryWhatWasNotHandedOutOrFitsAndReadsTheRestFromTheStore() {
        append(1, 6, 1);
        log.write(1, null);
        log.persisted(1);
        long two = Solo.entry(1, 1).bytes() * 2L;
        log.trimCache(4, two);
        assertThat(log.slice(3, 6, 10, Long.MAX_VALUE)).hasSize(4);
        assertThatThrownBy(() -> log.slice(2, 6, 10, Long.MAX_VALUE)).isInstanceOf(IndexOutOfBoundsException.class);
        log.trimCache(6, two);
        assertThat(log.slice(5, 6, 10, Long.MAX_VALUE)).hasSize(2);
        assertThatThrownBy(() -> log.slice(4, 6, 10, Long.MAX_VALUE)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void keepsInMemoryWhatIsNotDurableHoweverMuchItIs() {
        append(1, 3, 1);
        log.trimCache(3, 0);
        assertThat(log.slice(1, 3, 10, Long.MAX_VALUE)).hasSize(3);
    }

    @Test
    void theLaterLastTermIsMoreUpToDateAndThenTheLongerLog() {
        append(1, 2, 1);
        append(3, 3, 4);
        assertThat(log.isUpToDate(3, 4)).isTrue();
        assertThat(log.isUpToDate(2, 4)).isFalse();
        assertThat(log.isUpToDate(1, 5)).isTrue();
        assertThat(log.isUpToDate(9, 3)).isFalse();
    }
}
