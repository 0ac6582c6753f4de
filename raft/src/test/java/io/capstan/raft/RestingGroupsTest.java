package io.capstan.raft;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Cluster.others;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.internal.wire.RaftFrame;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@Timeout(120)
class RestingGroupsTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(20));
    private static final String EAGER = "capstan.raft.membership.check-interval = 40ms\n";

    private static Cluster cluster(String configuration, int groups) {
        return new Cluster(
                configuration,
                (started, raft) -> {
                    for (int i = 0; i < groups; i++) {
                        raft.startPeer("stack-" + i, Stack::new);
                    }
                },
                "s1",
                "s2",
                "s3");
    }

    private static void awaitRest(Cluster cluster, int groups) {
        for (int i = 0; i < groups; i++) {
            String group = "stack-" + i;
            VOTERS.forEach(voter -> await(
                    "rest of " + group + " on " + voter,
                    () -> cluster.raft(voter).status(group).orElseThrow().resting()));
        }
    }

    @Test
    void anIdleGroupFallsSilentServesAtOnceWhenAskedAndOutlivesItsLeader() {
        try (Cluster cluster = cluster(EAGER, 1)) {
            get(cluster.raft("s1").setConfiguration("stack-0", VOTERS));
            awaitRest(cluster, 1);
            GroupStatus before = cluster.raft("s1").status("stack-0").orElseThrow();

            get(cluster.raft("s2").group("stack-0").write(new Stack.Push(1), SOON));
            awaitRest(cluster, 1);
            assertThat(cluster.raft("s1").status("stack-0").orElseThrow().term())
                    .as("nobody was elected meanwhile")
                    .isEqualTo(before.term());

            String leader = before.leader().orElseThrow();
            cluster.crash(leader);
            String other = others(VOTERS, leader).get(0);
            get(cluster.raft(other).group("stack-0").write(new Stack.Push(2), SOON));
        }
    }

    @Test
    void theClockOfAGroupAtRestStandsStillAndGoesOnWhereRestIsOff() {
        for (boolean rests : List.of(true, false)) {
            try (Cluster cluster = cluster(EAGER + "capstan.raft.peer.rest = " + (rests ? "on" : "off"), 1)) {
                get(cluster.raft("s1").setConfiguration("stack-0", VOTERS));
                if (rests) {
                    awaitRest(cluster, 1);
                }
                for (String voter : VOTERS) {
                    // It is published anew with every step, so the same one says that none was made.
                    GroupStatus before = cluster.raft(voter).status("stack-0").orElseThrow();
                    pass(ofMillis(150));
                    GroupStatus after = cluster.raft(voter).status("stack-0").orElseThrow();
                    assertThat(List.of(System.identityHashCode(after)).contains(System.identityHashCode(before)))
                            .as("%s has done nothing", voter)
                            .isEqualTo(rests);
                    assertThat(after.resting()).isEqualTo(rests);
                }
            }
        }
    }

    private static void pass(Duration time) {
        long begun = System.nanoTime();
        await("the end of " + time, () -> System.nanoTime() - begun > time.toNanos());
    }

    @Test
    void aLeaderThatIsStoppedWhileItsNodeLivesIsMissedAlthoughAllRest() {
        try (Cluster cluster = cluster(EAGER, 1)) {
            get(cluster.raft("s1").setConfiguration("stack-0", VOTERS));
            awaitRest(cluster, 1);
            String leader = cluster.awaitLeader("stack-0");
            get(cluster.raft(leader).stopPeer("stack-0"));
            String other = others(VOTERS, leader).get(0);
            await(
                    "another leader",
                    () -> cluster.raft(other)
                            .leader("stack-0")
                            .filter(name -> !name.equals(leader))
                            .isPresent());
        }
    }

    @Test
    void itsFarewellWaitsForRoomOnTheLinkThoughItIsGoneItself() {
        try (Cluster cluster = cluster(EAGER, 1)) {
            get(cluster.raft("s1").setConfiguration("stack-0", VOTERS));
            awaitRest(cluster, 1);
            String leader = cluster.awaitLeader("stack-0");
            cluster.network().fill(RaftFrame.CHANNEL);
            get(cluster.raft(leader).stopPeer("stack-0"));
            cluster.network().fill(null);
            String other = others(VOTERS, leader).get(0);
            await(
                    "another leader",
                    () -> cluster.raft(other)
                            .leader("stack-0")
                            .filter(name -> !name.equals(leader))
                            .isPresent());
        }
    }

    /** Prints figures: {@code mvn -pl raft -am test -Dtest=RestingGroupsTest -Dmeasure=true}. */
    @Test
    @Timeout(400)
    @EnabledIfSystemProperty(named = "measure", matches = "true")
    void aThousandIdleGroupsCostNextToNothing() {
        measure(0, true);
        measure(1_000, true);
        measure(100, false);
        measure(300, false);
    }

    private static void measure(int groups, boolean rests) {
        try (Cluster cluster = cluster("capstan.raft.peer.rest = " + (rests ? "on" : "off"), groups)) {
            long begun = System.nanoTime();
            ArrayDeque<CompletionStage<Void>> making = new ArrayDeque<>();
            for (int i = 0; i < groups; i++) {
                making.add(cluster.raft("s1").setConfiguration("stack-" + i, VOTERS));
                if (making.size() == 20) {
                    get(making.remove());
                }
            }
            making.forEach(Cluster::get);
            double made = (System.nanoTime() - begun) / 1e9;
            if (rests) {
                awaitRest(cluster, groups);
            }
            measure(cluster, groups + " groups, rest " + (rests ? "on" : "off"), made);
        }
    }

    private static void measure(Cluster cluster, String what, double made) {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long terms = terms(cluster);
        long frames = cluster.network().frames();
        long cpu = cpuNanos();
        long begun = System.nanoTime();
        await("ten seconds", () -> {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            return System.nanoTime() - begun > ofSeconds(10).toNanos();
        });
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                "%s, all three members in this process: made in %.1f s; %.0f frames/s, %.1f ms of CPU a second, %d KiB of"
                        + " heap, %d threads, %d terms more%n",
                what,
                made,
                (cluster.network().frames() - frames) / seconds,
                (cpuNanos() - cpu) / 1e6 / seconds,
                heap >> 10,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                terms(cluster) - terms);
    }

    private static long terms(Cluster cluster) {
        return cluster.raft("s1").status().stream().mapToLong(GroupStatus::term).sum();
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
