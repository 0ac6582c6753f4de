package io.capstan.raft;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WaitingReadsTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(25));
    private static final AtomicLong READS = new AtomicLong();

    /** Bells that ring; who listens to one waits until it rings once more. */
    static final class Bells implements StateMachine<Bells.Ring, Bells.Listen> {
        record Ring(String bell) implements StateMachine.Data {}

        record Listen(String bell, long heard) implements StateMachine.Data {}

        record Rung(long times) implements StateMachine.Data {}

        private final Map<String, Long> rung = new TreeMap<>();
        private String last = "";

        @Override
        public Rung handleWrite(Ring command, LogEntry entry) {
            last = command.bell();
            return new Rung(rung.merge(last, 1L, Long::sum));
        }

        @Override
        public Rung handleRead(Listen query) {
            READS.incrementAndGet();
            return new Rung(times(query));
        }

        private long times(Listen query) {
            return rung.getOrDefault(query.bell(), 0L);
        }

        @Override
        public @Nullable Object waitsFor(Listen query) {
            return times(query) > query.heard() ? null : query.bell();
        }

        @Override
        public Collection<?> news() {
            return List.of(last);
        }
    }

    private final Cluster cluster = new Cluster(
            "capstan.raft.peer.waiting-reads-max = 3",
            (started, raft) -> {
                if (VOTERS.contains(started.name())) {
                    raft.startPeer("bells", Bells::new);
                }
            },
            "s1",
            "s2",
            "s3",
            "client");

    @BeforeEach
    void make() {
        get(cluster.raft("s1").setConfiguration("bells", VOTERS));
        READS.set(0);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private RaftGroup bells(String node) {
        return cluster.raft(node).group("bells");
    }

    private CompletionStage<Object> listen(String node, String bell, long heard, Within within) {
        return bells(node)
                .await(new Bells.Listen(bell, heard), Consistency.LINEARIZABLE, within)
                .thenApply(RaftGroup.Indexed::value);
    }

    private void ring(String bell) {
        get(bells("client").write(new Bells.Ring(bell), SOON));
    }

    @Test
    void aQueryThatWaitsIsAnsweredByNewsOfItsKeyAndByNoOther() {
        CompletionStage<Object> waits = listen("client", "a", 0, within(ofMinutes(2)));
        for (int i = 0; i < 50; i++) {
            ring("b");
        }
        assertThat(waits.toCompletableFuture()).isNotDone();
        assertThat(READS).hasValue(0);

        ring("a");

        assertThat(get(waits)).isEqualTo(new Bells.Rung(1));
        assertThat(get(listen("client", "a", 0, SOON)))
                .as("who has something to hear waits not at all")
                .isEqualTo(new Bells.Rung(1));
    }

    @Test
    void withoutNewsItIsAnsweredAsThingsStandBeforeItsTimeIsOver() {
        assertThat(get(listen("client", "a", 0, within(ofSeconds(4))))).isEqualTo(new Bells.Rung(0));
    }

    @Test
    void itWaitsOnWhenTheMemberThatWasAskedDies() {
        String leader = cluster.awaitLeader("bells");
        CompletionStage<Object> waits = listen("client", "a", 0, within(ofMinutes(2)));
        ring("b"); // Behind it on the same way: so the query is there.
        cluster.crash(leader);
        cluster.awaitLeader("bells");

        ring("a");

        assertThat(get(waits)).isEqualTo(new Bells.Rung(1));
    }

    @Test
    void itWaitsElsewhereWhenTheMemberThatWasAskedIsStopped() {
        String leader = cluster.awaitLeader("bells");
        CompletionStage<Object> waits = listen("client", "a", 0, within(ofMinutes(2)));
        ring("b"); // Behind it on the same way: so the query is there.
        get(cluster.raft(leader).stopPeer("bells"));

        ring("a");

        assertThat(get(waits)).isEqualTo(new Bells.Rung(1));
    }

    @Test
    void moreThanMayWaitAreRefusedAndThoseThatWaitHearTheirNews() {
        String leader = cluster.awaitLeader("bells");
        List<CompletionStage<Object>> waiting = List.of(
                listen(leader, "a", 0, within(ofMinutes(2))),
                listen(leader, "a", 0, within(ofMinutes(2))),
                listen(leader, "a", 0, within(ofMinutes(2))));
        await("three wait and a fourth is refused", () -> {
            CompletionStage<Object> fourth = listen(leader, "b", 0, within(ofMillis(100)));
            try {
                get(fourth);
                return false; // It waited, and its time was over.
            } catch (RaftFailure refused) {
                assertThat(refused.kind()).isEqualTo(RaftFailure.Kind.OVERLOADED);
                assertThat(refused).hasMessageContaining("capstan.raft.peer.waiting-reads-max");
                return true;
            }
        });

        ring("a");

        waiting.forEach(waits -> assertThat(get(waits)).isEqualTo(new Bells.Rung(1)));
    }
}
