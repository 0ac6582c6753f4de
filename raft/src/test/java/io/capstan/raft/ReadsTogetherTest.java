package io.capstan.raft;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.internal.wire.RaftFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads that share a round, and are handed to the state machine together. */
@Timeout(120)
class ReadsTogetherTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(25));

    private final CountDownLatch gate = new CountDownLatch(1);

    /** Answers with what it is asked, sooner or later. */
    final class Echo implements StateMachine<Echo.Ask, Echo.Ask> {
        record Ask(String how) implements StateMachine.Data {}

        @Override
        public Ask handleWrite(Ask command, LogEntry entry) {
            return command;
        }

        @Override
        public Ask handleRead(Ask query) {
            switch (query.how()) {
                case "in a while" -> {
                    long begun = System.nanoTime();
                    while (System.nanoTime() - begun < 1_000_000) {
                        Thread.onSpinWait();
                    }
                }
                case "when the gate is open" -> {
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                case "never" -> throw new IllegalStateException("no answer");
                default -> {}
            }
            return query;
        }
    }

    private final Cluster cluster = new Cluster(
            "",
            (started, raft) -> {
                if (VOTERS.contains(started.name())) {
                    raft.startPeer("echo", Echo::new);
                }
            },
            "s1",
            "s2",
            "s3",
            "client");

    @BeforeEach
    void make() {
        get(cluster.raft("s1").setConfiguration("echo", VOTERS));
    }

    @AfterEach
    void close() {
        gate.countDown();
        cluster.close();
    }

    private CompletionStage<Object> ask(String node, String how) {
        return cluster.raft(node).group("echo").read(new Echo.Ask(how), Consistency.LINEARIZABLE, SOON);
    }

    /** All of them wait for the round after the first one's. */
    private List<CompletionStage<Object>> askTogether(String node, String... how) {
        cluster.network().hold(RaftFrame.CHANNEL);
        List<CompletionStage<Object>> asked = new ArrayList<>();
        asked.add(ask(node, "at once"));
        for (String each : how) {
            asked.add(ask(node, each));
        }
        cluster.network().hold(null);
        return asked.subList(1, asked.size());
    }

    @Test
    void anAnswerDoesNotWaitForOneThatTakesLongerAndWasAskedForLater() {
        String leader = cluster.awaitLeader("echo");
        for (String node : List.of(leader, "client")) {
            List<CompletionStage<Object>> asked = askTogether(node, "in a while", "in a while");
            asked.forEach(Cluster::get);
        }

        List<CompletionStage<Object>> asked = askTogether(leader, "in a while", "when the gate is open", "at once");
        assertThat(get(asked.get(0))).isEqualTo(new Echo.Ask("in a while"));
        assertThat(asked.get(1).toCompletableFuture()).isNotDone();
        gate.countDown();
        assertThat(get(asked.get(1))).isEqualTo(new Echo.Ask("when the gate is open"));
        assertThat(get(asked.get(2))).isEqualTo(new Echo.Ask("at once"));
    }

    @Test
    void oneThatFailsFailsAlone() {
        String leader = cluster.awaitLeader("echo");
        for (String node : List.of(leader, "client")) {
            List<CompletionStage<Object>> asked = askTogether(node, "at once", "never", "at once");
            assertThat(get(asked.get(0))).isEqualTo(new Echo.Ask("at once"));
            assertThat(get(asked.get(2))).isEqualTo(new Echo.Ask("at once"));
            assertThatThrownBy(() -> get(asked.get(1)))
                    .isInstanceOf(RaftFailure.class)
                    .hasMessageContaining("no answer");
        }
    }

    @Test
    void ofThoseThatWaitForARoundWhenTheirLeaderIsCutOffEachIsAnsweredByTheNext() {
        String leader = cluster.awaitLeader("echo");
        cluster.network().cut(List.of(leader), List.of("s1", "s2", "s3", "client"));
        List<CompletionStage<Object>> asked = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            asked.add(ask(leader, "at once"));
        }
        await(
                "another leads",
                () -> Cluster.others(VOTERS, leader).stream()
                        .anyMatch(voter ->
                                cluster.raft(voter).status("echo").orElseThrow().role() == GroupStatus.Role.LEADER));
        assertThat(asked)
                .allSatisfy(each -> assertThat(each.toCompletableFuture()).isNotDone());
        cluster.network().heal();
        asked.forEach(each -> assertThat(get(each)).isEqualTo(new Echo.Ask("at once")));
        assertThat(get(ask(leader, "at once"))).isEqualTo(new Echo.Ask("at once"));
    }
}
