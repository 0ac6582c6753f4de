package io.capstan.raft;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Cluster.others;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.kv.KeyValue;
import io.capstan.raft.kv.KeyWatch;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the talks ask of a Raft group, a test for each row (8 to 15), on the example machines. Row 13 is about tests: the
 * core's are in {@code SimulationTest}, the judge of histories in the testkit. The talk's six lines, the log on LMDB and the
 * lock of the cluster, on real nodes: {@link SeedsTest}.
 */
@Timeout(60)
class SeedsRaftTest {
    private static final List<String> PEERS = List.of("s1", "s2", "s3");
    private static final List<String> ALL = List.of("s1", "s2", "s3", "s4");
    private static final Within SOON = within(ofSeconds(20));
    // References must be resolvable on all nodes, so there is Artery, which carries nothing.
    private static final String CONFIGURATION = """
            pekko { actor.provider = cluster, cluster.jmx.enabled = off
              remote.artery.canonical { hostname = 127.0.0.1, port = 0 } }
            capstan.raft.membership { check-interval = 50ms, auto-join = on }
            """;

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = new Cluster(CONFIGURATION, (started, raft) -> {}, "s1", "s2", "s3", "s4");
    }

    @AfterEach
    void heal() {
        cluster.network().heal();
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    private static RaftGroup group(String name, Supplier<? extends StateMachine<?, ?>> machine) {
        PEERS.forEach(peer -> cluster.raft(peer).startPeer(name, machine));
        get(cluster.raft("s1").setConfiguration(name, PEERS));
        return cluster.raft("s4").group(name);
    }

    @Test
    void row8AStateMachineHasInitHandleWriteAndHandleRead() {
        RaftGroup echo = group("echo", Echo::new);
        assertThat(get(echo.write(new Echo.Say("hello"), SOON))).isEqualTo(new Echo.Said("hello", 1));
        assertThat(get(echo.write(new Echo.Say("again"), SOON))).isEqualTo(new Echo.Said("again", 2));
        assertThat(get(echo.read(new Echo.HowOften(), Consistency.LINEARIZABLE)))
                .isEqualTo(new Echo.Said("again", 2));
    }

    @Test
    void row9PeersAreStartedConfiguredWrittenReadAskedAndStopped() {
        RaftGroup lock = group("lock", DemoLock::new);
        assertThat(get(lock.write(new DemoLock.Lock("s1"), SOON))).isEqualTo(new DemoLock.Ok());
        assertThat(get(lock.write(new DemoLock.Lock("s2"), SOON))).isEqualTo(new DemoLock.Refused());
        String leader = cluster.awaitLeader("lock");
        assertThat(cluster.raft(leader).status("lock").orElseThrow().role()).isEqualTo(GroupStatus.Role.LEADER);

        get(cluster.raft(leader).stopPeer("lock"));
        assertThat(cluster.raft(leader).status("lock")).isEmpty();
        assertThat(get(lock.write(new DemoLock.Unlock("s1"), SOON)))
                .as("two of three go on")
                .isEqualTo(new DemoLock.Ok());
    }

    @Test
    void row10AnotherIsElectedWhenTheLeaderIsCutOffAndTheOldOneStepsDownAndFollowsAfterTheHeal() {
        RaftGroup lock = group("elect", DemoLock::new);
        String old = cluster.awaitLeader("elect");
        cluster.network().cut(List.of(old), ALL);
        assertThat(get(lock.write(new DemoLock.Lock("x"), SOON)))
                .as("the majority elected another")
                .isEqualTo(new DemoLock.Ok());
        RaftGroup alone = cluster.raft(old).group("elect");
        assertThatThrownBy(() -> get(alone.write(new DemoLock.Lock("y"), within(ofMillis(300)))))
                .isInstanceOf(RaftFailure.class);

        cluster.network().heal();
        await(
                "the old leader to follow",
                () -> cluster.raft(old).status("elect").orElseThrow().role() == GroupStatus.Role.FOLLOWER);
        assertThat(get(alone.write(new DemoLock.Lock("y"), SOON)))
                .as("a request on a follower finds the leader")
                .isEqualTo(new DemoLock.Refused());
    }

    @Test
    void row11WhatIsLoggedIsInOneOrderOnEveryReplica() {
        RaftGroup stack = group("stack", Stack::new);
        get(stack.write(new Stack.Push(7), SOON));
        RaftGroup.Indexed pushed = get(stack.writeIndexed(new Stack.Push(8), SOON));
        for (String peer : PEERS) {
            assertThat(get(cluster.raft(peer)
                            .group("stack")
                            .read(new Stack.All(), Consistency.stale(pushed.index()), SOON)))
                    .as(peer)
                    .isEqualTo(new Stack.Numbers(List.of(7, 8)));
        }
    }

    @Test
    void row12AMemberJoinsByItselfWhileTheGroupRunsGetsASnapshotAndTakesTheSeatOfAnother() {
        RaftGroup stack = group("grows", Stack::new);
        get(stack.write(new Stack.Push(1), SOON));
        String leader = cluster.awaitLeader("grows");
        assertThat(get(cluster.raft("s4").snapshot("grows", leader))).isPositive();
        cluster.raft("s4").startPeer("grows", Stack::new);
        await(
                "a fourth member",
                () -> get(cluster.raft("s1").describe("grows")).learners().contains("s4"));

        List<String> now = List.of("s4", leader, others(PEERS, leader).get(0));
        get(cluster.raft("s4").setConfiguration("grows", now));
        assertThat(get(cluster.raft("s1").describe("grows")).voters()).containsExactlyInAnyOrderElementsOf(now);
        assertThat(get(cluster.raft("s4").group("grows").read(new Stack.All(), Consistency.LINEARIZABLE)))
                .isEqualTo(new Stack.Numbers(List.of(1)));
    }

    @Test
    void row14AKeyValueStoreComparesAndSetsChangesSeveralKeysTogetherAndTellsWhoWatches() {
        PEERS.forEach(peer -> KeyValue.startPeer(cluster.raft(peer), "map"));
        get(cluster.raft("s1").setConfiguration("map", PEERS));
        KeyValue map = KeyValue.of(cluster.raft("s4"), "map");
        get(map.put("stock", "1", SOON));
        List<String> seen = new CopyOnWriteArrayList<>();
        try (KeyWatch watch = Shop.orders(map, seen::add)) {
            assertThat(get(Shop.order(map, "ann", SOON))).isTrue();
            assertThat(get(Shop.order(map, "ann", SOON))).as("the second time").isFalse();
            await("the watch", () -> seen.equals(List.of("orders/ann")));
        }
        assertThat(get(map.get("stock", Consistency.LINEARIZABLE, SOON))
                        .orElseThrow()
                        .text())
                .isEqualTo("0");
    }

    @Test
    void row14JobsAreDoneOnceInTheOrderOfTheirHoursAlsoWhenTheirLeaderIsGone() {
        List<Scheduler.Do> work = new CopyOnWriteArrayList<>();
        ActorRef<Scheduler.Do> worker = cluster.system("s4")
                .systemActorOf(
                        Behaviors.<Scheduler.Do>receiveMessage(job -> {
                            work.add(job);
                            return Behaviors.same();
                        }),
                        "worker",
                        Props.empty());
        RaftGroup jobs = group("jobs", Scheduler::new);
        get(jobs.write(new Scheduler.In(300, "late", worker), SOON));
        get(jobs.write(new Scheduler.In(200, "never", worker), SOON));
        get(jobs.write(new Scheduler.In(1, "early", worker), SOON));
        get(jobs.write(new Scheduler.Cancel("never"), SOON));
        get(cluster.raft("s4")
                .transferLeadership(
                        "jobs", others(PEERS, cluster.awaitLeader("jobs")).get(0)));

        await("both jobs", () -> work.size() >= 2);
        assertThat(work).extracting(Scheduler.Do::job).containsExactly("early", "late");
        assertThat(get(jobs.read(new Scheduler.Done(), Consistency.LINEARIZABLE)))
                .isEqualTo(new Scheduler.Jobs(List.of("early", "late")));
    }

    @Test
    void row15AReadByAQuorumRoundSeesEveryAnsweredWriteFromWhicheverPeer() {
        RaftGroup stack = group("rounds", Stack::new);
        for (int i = 1; i <= 3; i++) {
            get(stack.write(new Stack.Push(i), SOON));
            for (String peer : PEERS) {
                RaftGroup there = cluster.raft(peer).group("rounds");
                assertThat(((Stack.Numbers) get(there.read(new Stack.All(), Consistency.LINEARIZABLE, SOON))).numbers())
                        .as(peer)
                        .hasSize(i);
            }
        }
    }
}
