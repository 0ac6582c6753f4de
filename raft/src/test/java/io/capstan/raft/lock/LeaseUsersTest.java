package io.capstan.raft.lock;

import static io.capstan.raft.Cluster.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.Node;
import io.capstan.raft.Consistency;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pekko's own users of a lease, on real nodes. */
@Timeout(120)
class LeaseUsersTest {
    private static final List<String> NODES = List.of("s1", "s2", "s3");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestCluster cluster =
            TestCluster.of(Node::forTest, "s1", "s2", "s3").with("""
                    capstan.raft.voters = [s1, s2, s3]
                    capstan.raft.lock.lease { heartbeat-timeout = 4s, heartbeat-interval = 1s }
                    pekko.cluster.singleton.use-lease = "capstan.raft.lock.lease"
                    pekko.cluster.singleton.lease-retry-interval = 200ms
                    pekko.cluster.downing-provider-class = "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider"
                    pekko.cluster.split-brain-resolver {
                      active-strategy = lease-majority
                      stable-after = 1s
                      lease-majority {
                        lease-implementation = "capstan.raft.lock.lease"
                        acquire-lease-delay-for-minority = 1s
                        release-after = 5s
                      }
                    }
                    """);

    private final Set<String> running = ConcurrentHashMap.newKeySet();

    private Behavior<String> theOne(String node) {
        return Behaviors.setup(context -> {
            assertThat(running).as("two at once").isEmpty();
            running.add(node);
            return Behaviors.receive(String.class)
                    .onMessageEquals("stop", Behaviors::stopped)
                    .onSignal(PostStop.class, stopped -> {
                        running.remove(node);
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private static List<LockStatus> leases(String node) {
        return get(Locks.get(Node.get(cluster.system(node))).overview(Consistency.LINEARIZABLE)).stream()
                .filter(lock -> lock.name().startsWith("lease/") && lock.name().contains("the-one"))
                .toList();
    }

    @Test
    void aSingletonRunsWhereItsLeaseIsHeldAndMovesWithIt() {
        NODES.forEach(node -> ClusterSingleton.get(cluster.system(node))
                .init(SingletonActor.of(theOne(node), "the-one").withStopMessage("stop")));
        cluster.await("the singleton", LIMIT, () -> running.size() == 1);
        String first = running.iterator().next();
        List<LockStatus> held = leases("s1");
        assertThat(held).singleElement().satisfies(lease -> {
            assertThat(lease.holders()).extracting(LockStatus.Holder::node).containsExactly(first);
        });
        cluster.stop(first);
        String other = NODES.get(0).equals(first) ? "s2" : "s1";
        cluster.await("it elsewhere", LIMIT, () -> running.size() == 1 && !running.contains(first));
        assertThat(leases(other).get(0).holders().get(0).token())
                .isGreaterThan(held.get(0).holders().get(0).token());
    }

    @Test
    void theSideWithTheLeaseSurvivesASplitAndTheOtherGoes() {
        cluster.cut("s1").from("s2", "s3");
        cluster.await(
                "the majority alone",
                LIMIT,
                () -> up("s2").equals(Set.of("s2", "s3")) && up("s3").equals(Set.of("s2", "s3")));
        cluster.await(
                "the other's end",
                LIMIT,
                () -> Cluster.get(cluster.system("s1")).isTerminated());
    }

    private static Set<String> up(String node) {
        return StreamSupport.stream(
                        Cluster.get(cluster.system(node)).state().getMembers().spliterator(), false)
                .filter(member -> member.status() == MemberStatus.up())
                .map(LeaseUsersTest::name)
                .collect(Collectors.toSet());
    }

    private static String name(Member member) {
        return NODES.stream()
                .filter(cluster::isRunning)
                .filter(node ->
                        Cluster.get(cluster.system(node)).selfMember().address().equals(member.address()))
                .findFirst()
                .orElse("?");
    }
}
