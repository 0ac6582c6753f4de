package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.Deltas;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What callers are told when their deadline comes: whether anything was done. */
class WritesTest {
    private final MeetingReplica node = new MeetingReplica("a");
    private final Writes writes = new Writes(node.counters, 10, 10);

    private CompletableFuture<Outcome> write(Writes.@Nullable Change change) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        writes.add(new Writes.Write(change, 1, 1_000, outcome));
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
        writes.stamp();
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
}
