package io.capstan.raft;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Cluster.others;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.internal.store.Snapshots;
import io.capstan.raft.internal.wire.RaftFrame;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SnapshotsTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(20));

    /** Snapshots of members that hold it wait to be written. */
    private volatile CountDownLatch writing = new CountDownLatch(0);

    private final Cluster cluster = new Cluster(
            "capstan.raft { snapshot.after-entries = 20, core.trailing-entries = 10, core.snapshot-chunk-bytes-max = 100 }",
            (started, raft) -> raft.startPeer("stack", () -> new SlowlyWritten(started.name())),
            "s1",
            "s2",
            "s3");

    @AfterEach
    void close() {
        writing.countDown();
        cluster.close();
    }

    /** A stack whose snapshots on s3 are written when the test says so. */
    private final class SlowlyWritten implements StateMachine<Stack.Write, Stack.Read> {
        private final Stack stack = new Stack();
        private final boolean slow;

        SlowlyWritten(String node) {
            slow = node.equals("s3");
        }

        @Override
        public Object handleWrite(Stack.Write command, LogEntry entry) {
            return stack.handleWrite(command, entry);
        }

        @Override
        public Object handleRead(Stack.Read query) {
            return stack.handleRead(query);
        }

        @Override
        public Optional<View> snapshot() {
            CountDownLatch until = writing;
            return stack.snapshot().map(view -> out -> {
                try {
                    assertThat(!slow || until.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException never) {
                    throw new IllegalStateException(never);
                }
                view.writeTo(out);
            });
        }

        @Override
        public void restore(java.io.InputStream in) throws java.io.IOException {
            stack.restore(in);
        }
    }

    private void push(String node, int from, int to) {
        for (int i = from; i < to; i++) {
            get(cluster.raft(node).group("stack").write(new Stack.Push(i), SOON));
        }
    }

    private GroupStatus status(String node) {
        return cluster.raft(node).status("stack").orElseThrow();
    }

    private List<Integer> numbers(String node) {
        long last = status(cluster.awaitLeader("stack")).lastIndex();
        return ((Stack.Numbers)
                        get(cluster.raft(node).group("stack").read(new Stack.All(), Consistency.stale(last), SOON)))
                .numbers();
    }

    private void awaitSnapshot(String node, long index) {
        // A member that has just been started has no status yet.
        await(
                "a snapshot on " + node,
                () -> cluster.raft(node)
                        .status("stack")
                        .filter(status -> status.snapshotIndex() >= index)
                        .isPresent());
    }

    /** A follower that has crashed, and what the others have written since is in snapshots of theirs. */
    private String leftBehind() {
        get(cluster.raft("s1").setConfiguration("stack", VOTERS));
        String leader = cluster.awaitLeader("stack");
        String behind = others(VOTERS, leader).get(0);
        cluster.crash(behind);
        push(leader, 0, 100);
        others(VOTERS, behind).forEach(node -> awaitSnapshot(node, 60));
        return behind;
    }

    @Test
    void theLogForgetsWhatIsInASnapshotAndAMemberComesBackFromIt() {
        get(cluster.raft("s1").setConfiguration("stack", VOTERS));
        push("s1", 0, 100);
        VOTERS.forEach(node -> awaitSnapshot(node, 60));
        for (String node : VOTERS) {
            assertThat(status(node).firstIndex()).as(node).isBetween(45L, 103L);
        }
        VOTERS.forEach(cluster::crash);
        VOTERS.forEach(cluster::restart);

        push("s2", 100, 101);
        VOTERS.forEach(node -> assertThat(numbers(node)).as(node).hasSize(101).endsWith(99, 100));
    }

    @Test
    void aMemberTooFarBehindGetsASnapshotInPieces() {
        String behind = leftBehind();

        cluster.restart(behind);
        awaitSnapshot(behind, 60);
        assertThat(numbers(behind)).hasSize(100);

        cluster.crash(behind);
        cluster.restart(behind);
        push(behind, 100, 101);
        assertThat(numbers(behind)).hasSize(101);
    }

    /** Torture's: a snapshot that once found its window full was never heard of again. */
    @Test
    void aSnapshotGoesOnOnceThereIsRoomForItsPiecesAgain() {
        String behind = leftBehind();
        cluster.network().fill(RaftFrame.SNAPSHOTS);

        cluster.restart(behind);
        await("a piece that finds no room", () -> cluster.network().refused() > 0);
        cluster.network().fill(null);

        awaitSnapshot(behind, 60);
    }

    @Test
    void aSnapshotThatWaitedForAFollowerIsTakenThoughNobodyWritesAnyMore() {
        String behind = leftBehind();
        String leader = cluster.awaitLeader("stack");
        cluster.restart(behind);
        awaitSnapshot(behind, 60);

        push(leader, 100, 140);
        awaitSnapshot(leader, 120);
    }

    @Test
    void aSnapshotThatIsWrittenWhileANewerOneArrivesTakesNothingAway() {
        // ra de94f929
        get(cluster.raft("s1").setConfiguration("stack", VOTERS));
        cluster.awaitLeader("stack");
        writing = new CountDownLatch(1);
        push("s1", 0, 30);
        await("s3 has all", () -> status("s3").appliedIndex() >= 30);
        cluster.network().cut(List.of("s3"), List.of("s1", "s2"));
        push("s1", 30, 130);
        List.of("s1", "s2").forEach(node -> awaitSnapshot(node, 80));
        cluster.network().heal();
        awaitSnapshot("s3", 80);

        long received = status("s3").snapshotIndex();
        writing.countDown();
        push("s1", 130, 131);
        assertThat(numbers("s3")).hasSize(131);
        assertThat(status("s3").snapshotIndex()).isGreaterThanOrEqualTo(received);
        cluster.crash("s3");
        cluster.restart("s3");
        assertThat(numbers("s3")).hasSize(131);
    }

    @Test
    void aMemberWhoseSnapshotIsGoneRefusesToStart() {
        get(cluster.raft("s1").setConfiguration("stack", VOTERS));
        push("s1", 0, 50);
        awaitSnapshot("s2", 20);
        get(cluster.raft("s2").stopPeer("stack"));
        Snapshots files = cluster.store("s2").snapshots();
        files.list().forEach(files::delete);

        assertThatThrownBy(() -> cluster.raft("s2").startPeer("stack", Stack::new))
                .isInstanceOfSatisfying(RaftFailure.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(RaftFailure.Kind.DAMAGED);
                    assertThat(refused).hasMessageContaining("is gone");
                });
    }
}
