package io.capstan.raft;

import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Cluster.others;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.Node;
import io.capstan.raft.lock.HeldLock;
import io.capstan.raft.lock.LockSession;
import io.capstan.raft.lock.LockStatus;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.Ttl;
import io.capstan.testkit.TestCluster;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The talks' sessions on real nodes: links over TCP, logs on LMDB. */
class SeedsTest {
    private static final List<String> PEERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(20));

    @RegisterExtension
    static final TestCluster cluster =
            TestCluster.of(Node::forTest, "s1", "s2", "s3").with("capstan.raft.voters = [s1, s2, s3]");

    private static Node node(String name) {
        return Node.get(cluster.system(name));
    }

    private static Raft raft(String name) {
        return Raft.get(node(name));
    }

    private static Object write(String node, String group, Object command) {
        return get(raft(node).group(group).write(command, SOON));
    }

    @Test
    void theSixLinesOfTheTalk() {
        PEERS.forEach(peer -> raft(peer).startPeer("lock", DemoLock::new));
        get(raft("s1").setConfiguration("lock", PEERS));

        assertThat(write("s1", "lock", new DemoLock.Lock("s1"))).isEqualTo(new DemoLock.Ok());
        assertThat(write("s2", "lock", new DemoLock.Lock("s2"))).isEqualTo(new DemoLock.Refused());
        assertThat(write("s2", "lock", new DemoLock.Unlock("s2"))).isEqualTo(new DemoLock.Refused());
        assertThat(write("s1", "lock", new DemoLock.Unlock("s1"))).isEqualTo(new DemoLock.Ok());
        assertThat(write("s2", "lock", new DemoLock.Lock("s2"))).isEqualTo(new DemoLock.Ok());
        assertThat(raft("s3").leader("lock")).isPresent();
        PEERS.forEach(peer -> get(raft(peer).stopPeer("lock")));
    }

    @Test
    void aCommittedStateOutlivesACrashOfItsLeaderAndComesBackFromDisk() {
        PEERS.forEach(peer -> raft(peer).startPeer("stack", Stack::new));
        get(raft("s2").setConfiguration("stack", PEERS));
        write("s1", "stack", new Stack.Push(1));
        String leader = raft("s1").leader("stack").orElseThrow();
        String other = others(PEERS, leader).get(0);

        cluster.crash(leader);
        write(other, "stack", new Stack.Push(2));
        cluster.restart(leader);
        raft(leader).startPeer("stack", Stack::new);

        assertThat(get(raft(leader).group("stack").read(new Stack.All(), Consistency.LINEARIZABLE, SOON)))
                .isEqualTo(new Stack.Numbers(List.of(1, 2)));
        PEERS.forEach(peer -> get(raft(peer).stopPeer("stack")));
    }

    @Test
    void theLockOfTheClusterIsGrantedToOneAndTheOverviewTellsWhom() {
        PEERS.forEach(peer -> Locks.get(node(peer)));
        LockSession one = Locks.get(node("s1")).session(Ttl.of(ofSeconds(10)), cause -> {});
        LockSession two = Locks.get(node("s2")).session(Ttl.of(ofSeconds(10)), cause -> {});
        HeldLock held = get(one.acquire("invoices", SOON));

        assertThat(get(Locks.get(node("s3")).overview(Consistency.LINEARIZABLE)))
                .extracting(
                        LockStatus::name,
                        lock -> lock.holders().get(0).node(),
                        lock -> lock.holders().get(0).token())
                .containsExactly(org.assertj.core.groups.Tuple.tuple("invoices", "s1", held.token()));
        get(held.release());
        assertThat(get(two.acquire("invoices", SOON)).token()).isGreaterThan(held.token());
    }
}
