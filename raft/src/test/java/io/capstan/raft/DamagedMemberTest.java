package io.capstan.raft;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Cluster.others;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import io.capstan.actors.internal.store.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk that has changed what was acknowledged: its member must neither lead, nor vote, nor acknowledge (FAST'18). */
@Timeout(120)
class DamagedMemberTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(20));
    private static final Space SPACE = new Space("raft");

    private final Cluster cluster =
            new Cluster("", (started, raft) -> raft.startPeer("stack", Stack::new), "s1", "s2", "s3");

    @AfterEach
    void close() {
        cluster.close();
    }

    private void push(String node, int from, int to) {
        for (int number = from; number < to; number++) {
            get(cluster.raft(node).group("stack").write(new Stack.Push(number), SOON));
        }
    }

    /** Changes a bit of every entry that the node has on its disk. */
    private void damage(String node) {
        List<Change> damaged = new ArrayList<>();
        Store store = cluster.store(node);
        store.scan(SPACE, new byte[] {1}, new byte[] {(byte) 0xff}, (key, record) -> {
            if (key.length == "stack".length() + 1 + 1 + Long.BYTES) {
                byte[] changed = record.clone();
                changed[changed.length - 1] ^= 1;
                damaged.add(new Change.Put(SPACE, key, changed));
            }
            return true;
        });
        assertThat(damaged).isNotEmpty();
        store.write(damaged, SILENT);
    }

    private static final Store.Completion SILENT = new Store.Completion() {
        @Override
        public void durable() {}

        @Override
        public void failed(StoreFailure failure) {}
    };

    @Test
    void aLeaderThatFindsItsLogDamagedFallsSilentAndStaysSo() {
        get(cluster.raft("s1").setConfiguration("stack", VOTERS));
        push("s1", 0, 10);
        String behind = others(VOTERS, cluster.awaitLeader("stack")).get(0);
        List<String> others = others(VOTERS, behind);
        cluster.crash(behind);
        push(others.get(0), 10, 19);
        // What they have written since a start they have in memory too.
        others.forEach(cluster::crash);
        others.forEach(cluster::restart);
        push(others.get(0), 19, 20);
        String leader = cluster.awaitLeader("stack");
        String third = others(others, leader).get(0);
        damage(leader);
        // Now it has to read what it is to send.
        cluster.restart(behind);

        await(
                "the damaged leader has ended",
                () -> cluster.raft(leader).status("stack").isEmpty());
        push(third, 20, 21);
        assertThat(((Stack.Numbers) get(cluster.raft(behind)
                                .group("stack")
                                .read(new Stack.All(), Consistency.LINEARIZABLE, SOON)))
                        .numbers())
                .isEqualTo(IntStream.range(0, 21).boxed().toList());
        assertThatThrownBy(() -> cluster.raft(leader).startPeer("stack", Stack::new))
                .isInstanceOfSatisfying(RaftFailure.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(RaftFailure.Kind.DAMAGED);
                    assertThat(refused).hasMessageContaining("checksum");
                });
    }
}
