package io.capstan.raft;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.internal.wire.ClientFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ExactlyOnceTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(25));
    private static final int WRITES = 60;

    private final Cluster cluster = new Cluster(
            "capstan.raft { client.attempt-timeout = 60ms, snapshot.after-entries = 25, core.trailing-entries = 5 }",
            (started, raft) -> {
                if (VOTERS.contains(started.name())) {
                    raft.startPeer("stack", Stack::new);
                }
            },
            "s1",
            "s2",
            "s3",
            "client");

    @AfterEach
    void close() {
        cluster.close();
    }

    private List<CompletionStage<Object>> write(int from, Within within) {
        RaftGroup stack = cluster.raft("client").group("stack");
        return IntStream.range(from, from + WRITES)
                .mapToObj(number -> stack.write(new Stack.Push(number), within))
                .toList();
    }

    private List<Integer> numbers() {
        return ((Stack.Numbers) get(
                        cluster.raft("client").group("stack").read(new Stack.All(), Consistency.LINEARIZABLE, SOON)))
                .numbers();
    }

    @Test
    void everyWriteIsExecutedOnceThoughHalfOfAllRequestsAndAnswersAreLostAndTheLeaderCrashes() {
        get(cluster.raft("s1").setConfiguration("stack", VOTERS));
        String leader = cluster.awaitLeader("stack");
        cluster.network().lose(ClientFrame.CHANNEL);
        List<CompletionStage<Object>> writes = new ArrayList<>(write(0, SOON));
        await(
                "some are executed",
                () -> writes.stream()
                        .anyMatch(write -> write.toCompletableFuture().isDone()));
        cluster.crash(leader);
        writes.addAll(write(WRITES, SOON));
        await(
                "half of them",
                () -> writes.stream()
                                .filter(write -> write.toCompletableFuture().isDone())
                                .count()
                        >= WRITES);
        cluster.restart(leader);
        writes.forEach(Cluster::get);
        cluster.network().lose(null);

        assertThat(numbers())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 2 * WRITES).boxed().toList());
    }

    @Test
    void whatMayBeExecutedTwiceIsAndSoTheOtherTestIsWorthSomething() {
        get(cluster.raft("s1").setConfiguration("stack", VOTERS));
        cluster.awaitLeader("stack");
        cluster.network().lose(ClientFrame.CHANNEL);
        write(0, SOON.repeatable()).forEach(Cluster::get);
        cluster.network().lose(null);

        assertThat(numbers()).hasSizeGreaterThan(WRITES);
    }
}
