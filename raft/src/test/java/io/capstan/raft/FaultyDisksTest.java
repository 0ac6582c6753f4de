package io.capstan.raft;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Cluster.others;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients of a group see while disks are full, or fail. */
@Timeout(120)
class FaultyDisksTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(25));

    private final Cluster cluster = new Cluster(
            "",
            (started, raft) -> {
                if (VOTERS.contains(started.name())) {
                    raft.startPeer("stack", Stack::new);
                }
            },
            "s1",
            "s2",
            "s3",
            "client");

    @BeforeEach
    void make() {
        get(cluster.raft("s1").setConfiguration("stack", VOTERS));
        push(1);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private CompletionStage<Object> pushed(int number, Within within) {
        return cluster.raft("client").group("stack").write(new Stack.Push(number), within);
    }

    private void push(int number) {
        get(pushed(number, SOON));
    }

    private List<Integer> numbers() {
        return ((Stack.Numbers) get(
                        cluster.raft("client").group("stack").read(new Stack.All(), Consistency.LINEARIZABLE, SOON)))
                .numbers();
    }

    @Test
    void fullDisksAreSaidToWhoeverWritesAndAllGoesOnByItselfOnceThereIsRoom() {
        VOTERS.forEach(voter -> cluster.store(voter).full(true));
        CompletionStage<Object> patient = pushed(2, SOON);

        List<Integer> refused = new ArrayList<>();
        await("a refusal that names the disk", () -> {
            int number = 100 + refused.size();
            try {
                get(pushed(number, within(ofMillis(200))));
                throw new AssertionError("written on full disks");
            } catch (RaftFailure why) {
                boolean names =
                        String.valueOf(why.getMessage()).contains("the disk of this node, which leads, is full");
                // One that the leader had logged when its disk was found full may be executed yet, and says so.
                refused.add(why.next() == Failure.Next.RETRY ? number : 0);
                return names && why.next() == Failure.Next.RETRY;
            }
        });
        VOTERS.forEach(voter -> cluster.store(voter).full(false));

        get(patient);
        push(4);
        assertThat(numbers())
                .startsWith(1)
                .contains(2)
                .endsWith(4)
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(refused);
    }

    @Test
    void aLeaderWhoseDiskIsFullStepsAsideAndWhoeverWritesWaitsForAnother() {
        String leader = cluster.awaitLeader("stack");
        cluster.store(leader).full(true);
        for (int number = 2; number < 20; number++) {
            push(number);
        }
        await("another leader", () -> !cluster.awaitLeader("stack").equals(leader));
        push(20);
        cluster.store(leader).full(false);
        assertThat(numbers()).hasSize(20).doesNotHaveDuplicates();
        await(
                "the one that had no room to catch up",
                () -> cluster.raft(leader).status("stack").orElseThrow().applyLag() == 0
                        && cluster.raft(leader).status("stack").orElseThrow().lastIndex()
                                >= cluster.raft(cluster.awaitLeader("stack"))
                                        .status("stack")
                                        .orElseThrow()
                                        .commitIndex());
    }

    @Test
    void aFailedFlushEndsTheMembersOfItsNodeAndTheOthersGoOn() {
        String leader = cluster.awaitLeader("stack");
        cluster.store(leader).fail();

        await(
                "the end of its member",
                () -> cluster.raft(leader).status("stack").isEmpty());
        push(2);
        assertThat(others(VOTERS, leader)).contains(cluster.awaitLeader("stack"));
        assertThat(get(cluster.raft(leader).group("stack").read(new Stack.All(), Consistency.LINEARIZABLE, SOON)))
                .as("asked from the node without a disk")
                .isEqualTo(new Stack.Numbers(List.of(1, 2)));
    }
}
