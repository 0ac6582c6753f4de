package io.capstan.raft;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Cluster.others;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Failure;
import io.capstan.raft.internal.wire.ClientFrame;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MembershipTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final List<String> NODES = List.of("s1", "s2", "s3", "s4", "s5");
    private static final Within SOON = within(ofSeconds(20));
    private static final String QUICK = "capstan.raft { snapshot.after-entries = 20, core.trailing-entries = 5"
            + ", membership.check-interval = 50ms, client.change-within = 8s";

    private Cluster cluster = new Cluster(QUICK + ", membership.auto-join = off }", (started, raft) -> {});

    private void begin(String more) {
        cluster.close();
        cluster = new Cluster(
                QUICK + more + " }",
                (started, raft) -> raft.startPeer("stack", Stack::new),
                NODES.toArray(String[]::new));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private Raft raft(String node) {
        return cluster.raft(node);
    }

    private GroupDescription described() {
        return get(raft("s1").describe("stack"));
    }

    private void push(String node, int number) {
        assertThat(get(raft(node).group("stack").write(new Stack.Push(number), SOON)))
                .isInstanceOf(Stack.Pushed.class);
    }

    private List<Integer> numbers(String node) {
        return ((Stack.Numbers) get(raft(node).group("stack").read(new Stack.All(), Consistency.LINEARIZABLE, SOON)))
                .numbers();
    }

    @Test
    void aGroupMovesToOtherNodesStepByStepAndLosesNothing() {
        begin(", membership.auto-join = off");
        get(raft("s1").setConfiguration("stack", VOTERS));
        for (int i = 0; i < 50; i++) {
            push("s2", i);
        }
        get(raft("s2").setConfiguration("stack", List.of("s3", "s4", "s5")));

        assertThat(described().voters()).containsExactly("s3", "s4", "s5");
        assertThat(described().learners()).isEmpty();
        push("s1", 50);
        get(raft("s1").stopPeer("stack"));
        get(raft("s2").stopPeer("stack"));
        assertThat(numbers("s1")).hasSize(51);
        get(raft("s4").setConfiguration("stack", List.of("s3", "s4", "s5")));
        assertThat(described().voters()).containsExactly("s3", "s4", "s5");
    }

    @Test
    void aMoveThatWasInterruptedGoesOnWhereItWasWhenAnotherNodeAsksForItAgain() {
        begin(", membership.auto-join = off, client.change-within = 800ms");
        get(raft("s1").setConfiguration("stack", VOTERS));
        push("s2", 1);
        cluster.network().cut(List.of("s5"), NODES);
        List<String> wanted = List.of("s3", "s4", "s5");
        assertThatThrownBy(() -> get(raft("s1").setConfiguration("stack", wanted)))
                .isInstanceOf(RaftFailure.class);
        assertThat(described().voters()).as("one step was taken").contains("s4", "s1", "s2");

        cluster.network().heal();
        Cluster.await("the end of the move", () -> {
            try {
                get(raft("s2").setConfiguration("stack", wanted));
            } catch (RaftFailure notYet) {
                return false;
            }
            return true;
        });
        assertThat(described().voters()).containsExactlyElementsOf(wanted);
        assertThat(described().learners()).isEmpty();
        assertThat(numbers("s1")).containsExactly(1);
    }

    @Test
    void learnersArePromotedMembersRemovedAndTheLeadershipHandedOverByTheirNames() {
        begin(", membership.auto-join = off");
        get(raft("s1").setConfiguration("stack", VOTERS));
        get(raft("s1").addLearner("stack", "s4"));
        assertThat(described().learners()).containsExactly("s4");
        get(raft("s1").promote("stack", "s4"));
        get(raft("s1").promote("stack", "s5"));
        assertThat(described().voters()).isEqualTo(NODES);

        String next = others(NODES, described().leader()).get(0);
        get(raft("s1").transferLeadership("stack", next));
        assertThat(described().leader()).isEqualTo(next);

        get(raft("s1").remove("stack", next));
        assertThat(described().voters()).isEqualTo(others(NODES, next));
        assertThatThrownBy(() -> get(raft("s1").transferLeadership("stack", next)))
                .isInstanceOfSatisfying(RaftFailure.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(RaftFailure.Kind.INVALID);
                    assertThat(refused).hasMessageContaining("promote it first");
                });
        push("s1", 1);
    }

    @Test
    void aRemovalThatWouldCostTheQuorumIsRefusedAndSaysSo() {
        begin(", membership.auto-join = off, client.change-within = 800ms");
        get(raft("s1").setConfiguration("stack", VOTERS));
        String leader = cluster.awaitLeader("stack");
        List<String> followers = others(VOTERS, leader);
        cluster.crash(followers.get(0));
        await(
                "the leader misses it",
                () -> get(raft(leader).describe("stack")).members().stream().anyMatch(member -> !member.caughtUp()));

        assertThatThrownBy(() -> get(raft(leader).remove("stack", followers.get(1))))
                .isInstanceOfSatisfying(RaftFailure.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(RaftFailure.Kind.NOT_NOW);
                    assertThat(refused.next()).isEqualTo(Failure.Next.RETRY);
                    assertThat(refused).hasMessageContaining("QUORUM_AT_RISK");
                });
        push(leader, 1);
    }

    @Test
    void aMemberStartedLaterJoinsByItselfAsALearnerAndGetsASnapshot() {
        begin("");
        List.of("s4", "s5").forEach(node -> get(raft(node).stopPeer("stack")));
        get(raft("s1").setConfiguration("stack", VOTERS));
        for (int i = 0; i < 60; i++) {
            push("s1", i);
        }
        raft("s4").startPeer("stack", Stack::new);
        await("s4 is a learner", () -> described().learners().contains("s4"));
        await(
                "s4 has all",
                () -> raft("s4")
                        .status("stack")
                        .filter(status -> status.appliedIndex() >= 61 && status.snapshotIndex() >= 20)
                        .isPresent());
        assertThat(described().voters()).as("the target is three").isEqualTo(VOTERS);
    }

    @Test
    void aMemberThatWasStoppedWhileItLookedForItsGroupDoesNotJoinIt() {
        begin("");
        List.of("s4", "s5").forEach(node -> get(raft(node).stopPeer("stack")));
        get(raft("s1").setConfiguration("stack", VOTERS));
        push("s1", 1);

        cluster.network().hold(ClientFrame.CHANNEL);
        raft("s4").startPeer("stack", Stack::new);
        await("s4 looks", () -> cluster.network().held() > 0);
        get(raft("s4").stopPeer("stack"));
        cluster.network().hold(null);

        // Whatever it would have asked for is asked before these are.
        for (int i = 2; i < 12; i++) {
            push("s4", i);
        }
        assertThat(described().learners()).isEmpty();
    }

    @Test
    void aVoterWhoseDiskWasWipedComesBackAsAnotherMemberAndTakesItsOldPlace() {
        begin("");
        List.of("s4", "s5").forEach(node -> get(raft(node).stopPeer("stack")));
        get(raft("s1").setConfiguration("stack", VOTERS));
        push("s1", 1);
        long before = incarnation("s3");
        cluster.crash("s3");
        cluster.wipe("s3");
        cluster.restart("s3");

        await("the new life of s3 votes and the old one is gone", () -> {
            GroupDescription now = described();
            return now.voters().equals(VOTERS) && now.learners().isEmpty() && incarnation("s3") != before;
        });
        push("s3", 2);
        assertThat(numbers("s3")).containsExactly(1, 2);
    }

    private long incarnation(String node) {
        return described().members().stream()
                .filter(member -> member.node().equals(node))
                .findFirst()
                .orElseThrow()
                .incarnation();
    }

    @Test
    void aVoterThatStaysAwayIsReplacedByALearnerThatHasCaughtUp() {
        begin(", membership.replace-after = 1s");
        get(raft("s5").stopPeer("stack"));
        get(raft("s1").setConfiguration("stack", VOTERS));
        push("s1", 1);
        await("s4 is a learner", () -> described().learners().contains("s4"));
        String away = others(VOTERS, cluster.awaitLeader("stack")).get(1);
        cluster.crash(away);
        String here = others(VOTERS, away).get(0);

        await("s4 votes in its place", () -> {
            GroupDescription now = get(raft(here).describe("stack"));
            return now.voters().contains("s4") && !now.voters().contains(away);
        });
        assertThat(get(raft(here).describe("stack")).voters()).hasSize(3);
        push(here, 2);

        // Back again, it is nobody's until somebody wants it, and then learns.
        cluster.restart(away);
        push(here, 3);
        assertThat(get(raft(here).describe("stack")).learners()).doesNotContain(away);
        get(raft(here).addLearner("stack", away));
        await(
                "it has learnt what it missed",
                () -> raft(away).status("stack").orElseThrow().appliedIndex()
                        >= raft(here).status("stack").orElseThrow().commitIndex());
        assertThat(numbers(away)).containsExactly(1, 2, 3);
    }

    @Test
    void aGroupThatIsOnOtherNodesIsNotMadeASecondTime() {
        begin(", membership.auto-join = off");
        get(raft("s1").setConfiguration("stack", VOTERS));
        push("s1", 1);
        get(raft("s4").setConfiguration("stack", List.of("s4", "s5", "s3")));

        assertThat(numbers("s5")).containsExactly(1);
    }

    @Test
    void aSnapshotIsTakenWhenAskedFor() {
        begin(", membership.auto-join = off");
        get(raft("s1").setConfiguration("stack", VOTERS));
        push("s1", 1);
        long index = get(raft("s2").snapshot("stack", "s1"));

        await(
                "the log of s1 stands on it",
                () -> raft("s1").status("stack").orElseThrow().snapshotIndex() >= index);
        assertThat(index).isGreaterThan(1);
    }
}
