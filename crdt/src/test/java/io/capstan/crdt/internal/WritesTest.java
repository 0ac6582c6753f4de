package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.Deltas;
import io.capstan.crdt.core.Ledger;
import io.capstan.crdt.core.LedgerCommand;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What callers are told when their deadline comes: whether anything was done. */
class WritesTest {
    private final MeetingReplica node = new MeetingReplica("a");
    private final Writes writes = new Writes(node.counters, 10, 10);

    private CompletableFuture<Outcome> write(Writes.@Nullable Change change) {
        return write(change, 1_000);
    }

    private CompletableFuture<Outcome> write(Writes.@Nullable Change change, long deadlineNanos) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        writes.add(new Writes.Write(change, 1, deadlineNanos, outcome));
        return outcome;
    }

    @Test
    void aResetThatWasNotStampedIsSaidNotToBeBegun() {
        CompletableFuture<Outcome> reset = write(new Writes.ToReset("k", false));
        CompletableFuture<Outcome> operation = write(new Writes.Named("id", Deltas.of(Map.of("k", 1L))));
        writes.expire(2_000);

        assertThat(reset.join()).isEqualTo(Outcome.NOT_BEGUN);
        assertThat(operation.join()).isEqualTo(Outcome.NOT_BEGUN);
        assertThat(node.counters.counts("id")).isFalse();
    }

    @Test
    void aResetThatWasStampedIsSaidToBeLate() {
        node.cells("k").add(3);
        CompletableFuture<Outcome> reset = write(new Writes.ToReset("k", false));
        writes.stamp(0);
        node.flush();
        writes.flushed();
        writes.expire(2_000);

        assertThat(reset.join()).isEqualTo(Outcome.LATE);
        assertThat(node.value("k")).isZero();
    }

    @Test
    void aPlainAddCountsHoweverLateItIs() {
        node.cells("k").add(3);
        CompletableFuture<Outcome> added = write(null);
        writes.expire(2_000);

        assertThat(added.join()).isEqualTo(Outcome.LATE);
        assertThat(node.value("k")).isEqualTo(3);
    }

    @Test
    void operationsAndResetsWaitUntilThisStartHasJoinedWhereOperationsAreForgotten() {
        node.counters.keepOperations(Duration.ofSeconds(1));
        CompletableFuture<Outcome> operation = write(new Writes.Named("id", Deltas.of(Map.of("k", 1L))));
        CompletableFuture<Outcome> late = write(new Writes.ToReset("k", false), 500);
        CompletableFuture<Outcome> plain = write(null);
        writes.stamp(0);
        writes.flushed();
        writes.expire(600);

        assertThat(node.counters.counts("id")).isFalse();
        assertThat(late.join()).isEqualTo(Outcome.NOT_BEGUN);
        Ledger ledger = new Ledger();
        ledger.execute(new LedgerCommand.Join(node.counters.table().slot()));
        node.counters.folder().next(ledger.view());
        writes.stamp(0);
        node.flush();
        assertThat(node.counters.counts("id")).isTrue();
        writes.flushed();
        writes.expire(2_000);
        assertThat(operation.join()).isEqualTo(Outcome.LATE);
        assertThat(plain.join()).isEqualTo(Outcome.LATE);
    }

    @Test
    void anOperationThatIsAboutToBeForgottenIsRefusedAsItCounts() {
        node.counters.keepOperations(Duration.ofSeconds(1));
        Ledger ledger = new Ledger();
        ledger.execute(new LedgerCommand.Join(node.counters.table().slot()));
        node.counters.folder().next(ledger.view());
        assertThat(node.counters.add("id", Deltas.of(Map.of("k", 1L)))).isTrue();
        for (int i = 0; i < 30; i++) {
            node.pass(100);
        }
        for (int i = 0; i < 2; i++) {
            ledger.execute(Objects.requireNonNull(node.counters.folder().next(ledger.view())));
        }
        CompletableFuture<Outcome> again = write(new Writes.Named("id", Deltas.of(Map.of("k", 1L))));
        writes.stamp(0);

        assertThat(again).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(Outcome.FORGOTTEN);
        assertThat(node.value("k")).isEqualTo(1);
        node.counters.folder().fold(ledger.view());
        node.flush();
        assertThat(node.counters.operations()).isZero();
        assertThat(node.value("k")).isEqualTo(1);
    }
}
