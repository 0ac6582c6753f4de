package io.capstan.raft;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Cluster.others;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Failure;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RaftTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(20));

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

    @AfterEach
    void close() {
        cluster.close();
    }

    private RaftGroup stack(String node) {
        return cluster.raft(node).group("stack");
    }

    private void makeGroup() {
        get(cluster.raft("s1").setConfiguration("stack", VOTERS));
    }

    private List<Integer> numbers(String node, Consistency consistency) {
        return ((Stack.Numbers) get(stack(node).read(new Stack.All(), consistency, SOON))).numbers();
    }

    private void push(String node, int number) {
        assertThat(get(stack(node).write(new Stack.Push(number), SOON))).isInstanceOf(Stack.Pushed.class);
    }

    @Test
    void aWriteOnAnyNodeIsReadOnEveryNode() {
        makeGroup();
        push("s2", 1);
        push("client", 2);

        for (String node : List.of("s1", "s2", "s3", "client")) {
            assertThat(numbers(node, Consistency.LINEARIZABLE)).as(node).containsExactly(1, 2);
            assertThat(numbers(node, Consistency.LEASE)).as(node).containsExactly(1, 2);
        }
        assertThat(get(stack("s3").write(new Stack.Pop(), SOON))).isEqualTo(new Stack.Popped(2));
        assertThat(numbers("s1", Consistency.stale(4))).containsExactly(1);
    }

    @Test
    void statusAndLeaderTellTheSameEverywhere() {
        makeGroup();
        String leader = cluster.awaitLeader("stack");

        assertThat(cluster.raft(leader).status("stack").orElseThrow().role()).isEqualTo(GroupStatus.Role.LEADER);
        assertThat(cluster.raft(leader).status("stack").orElseThrow().voters()).isEqualTo(VOTERS);
        assertThat(cluster.raft("client").status("stack")).isEmpty();
    }

    @Test
    void serviceGoesOnWhenTheLeaderCrashes() {
        makeGroup();
        push("s1", 1);
        String leader = cluster.awaitLeader("stack");
        cluster.crash(leader);

        push("client", 2);

        assertThat(numbers(others(VOTERS, leader).get(0), Consistency.LINEARIZABLE))
                .containsExactly(1, 2);
        cluster.restart(leader);
        assertThat(numbers(leader, Consistency.LINEARIZABLE)).containsExactly(1, 2);
    }

    @Test
    void aMinorityRefusesAndSaysHowManyVotersItReaches() {
        makeGroup();
        push("s1", 1);
        String lonely = others(VOTERS, cluster.awaitLeader("stack")).get(0);
        cluster.network().cut(List.of(lonely), List.of("s1", "s2", "s3", "client"));

        assertThatThrownBy(() -> get(stack(lonely).write(new Stack.Push(2), within(ofMillis(700)))))
                .isInstanceOfSatisfying(RaftFailure.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(RaftFailure.Kind.NO_LEADER);
                    assertThat(refused.next()).isEqualTo(Failure.Next.RETRY);
                    assertThat(refused).hasMessageContaining("1 of its 3 voters reached");
                });
        push("client", 3);
        assertThat(numbers(lonely, Consistency.stale(0))).containsExactly(1);
        cluster.network().heal();
        assertThat(numbers(lonely, Consistency.LINEARIZABLE)).containsExactly(1, 3);
    }

    @Test
    void aLeaderCutOffAnswersNoReadAndItsUncommittedWriteHasAnUnknownOutcome() {
        makeGroup();
        push("s1", 1);
        String leader = cluster.awaitLeader("stack");
        cluster.network().cut(List.of(leader), List.of("s1", "s2", "s3", "client"));

        CompletionStage<Object> write = stack(leader).write(new Stack.Push(2), within(ofMillis(700)));
        CompletionStage<Object> read =
                stack(leader).read(new Stack.All(), Consistency.LINEARIZABLE, within(ofMillis(700)));

        assertThatThrownBy(() -> get(write))
                .isInstanceOfSatisfying(
                        RaftFailure.class, f -> assertThat(f.next()).isEqualTo(Failure.Next.OUTCOME_UNKNOWN));
        assertThatThrownBy(() -> get(read))
                .isInstanceOfSatisfying(
                        RaftFailure.class, f -> assertThat(f.next()).isEqualTo(Failure.Next.RETRY));
    }

    @Test
    void whatWasAnsweredSurvivesTheCrashOfEverybody() {
        makeGroup();
        for (int i = 0; i < 20; i++) {
            push("client", i);
        }
        VOTERS.forEach(cluster::crash);
        VOTERS.forEach(cluster::restart);

        assertThat(numbers("client", Consistency.LINEARIZABLE)).hasSize(20);
    }

    @Test
    void aWriteIsNotAnsweredBeforeAMajorityHasFlushedItAndACrashBeforeLosesIt() {
        makeGroup();
        push("client", 1);
        VOTERS.forEach(voter -> cluster.store(voter).hold(true));
        CompletionStage<Object> write = stack("client").write(new Stack.Push(2), within(ofMillis(700)));

        assertThatThrownBy(() -> get(write))
                .isInstanceOfSatisfying(
                        RaftFailure.class, f -> assertThat(f.kind()).isEqualTo(RaftFailure.Kind.UNKNOWN_OUTCOME))
                .hasMessageContaining("has not answered");
        VOTERS.forEach(cluster::crash);
        VOTERS.forEach(cluster::restart);
        assertThat(numbers("client", Consistency.LINEARIZABLE)).containsExactly(1);
    }

    @Test
    void anExceptionInUserCodeIsAnErrorReplyCountedOnEveryMemberAndTheGroupGoesOn() {
        makeGroup();
        assertThatThrownBy(() -> get(stack("s1").write(new Stack.Explode(), SOON)))
                .isInstanceOfSatisfying(RaftFailure.class, thrown -> {
                    assertThat(thrown.kind()).isEqualTo(RaftFailure.Kind.MACHINE_FAILED);
                    assertThat(thrown).hasMessageContaining("on purpose");
                });
        push("s1", 1);
        assertThat(numbers("s2", Consistency.LINEARIZABLE)).containsExactly(1);
        VOTERS.forEach(voter -> Cluster.await(
                "the count on " + voter,
                () -> status(voter).applyLag() == 0 && status(voter).counts().exceptions() == 1));
        assertThat(VOTERS.stream().mapToLong(voter -> status(voter).counts().elections()))
                .as("somebody was elected")
                .anyMatch(stood -> stood > 0);
    }

    private GroupStatus status(String node) {
        return cluster.raft(node).status("stack").orElseThrow();
    }

    /** The founder's second try used to end unheard. */
    @Test
    void aGroupIsMadeOnceItsLastVoterCanBeReached() {
        cluster.network().cut(List.of("s3"), List.of("s1", "s2", "client"));
        CompletionStage<Void> made = cluster.raft("client").setConfiguration("stack", VOTERS);
        // It waits longer than the founder's first probe: when it has given up, so has that.
        assertThatThrownBy(() -> get(stack("client").write(new Stack.Push(1), within(ofMillis(1_500)))))
                .isInstanceOf(RaftFailure.class);

        cluster.network().heal();

        get(made);
        push("client", 1);
    }

    @Test
    void aStoppedMemberCanBeStartedAgain() {
        makeGroup();
        push("s1", 1);
        get(cluster.raft("s2").stopPeer("stack"));
        assertThat(cluster.raft("s2").status("stack")).isEmpty();
        push("s2", 2);

        cluster.raft("s2").startPeer("stack", Stack::new);
        Cluster.await(
                "s2 has caught up", () -> numbers("s2", Consistency.stale(0)).equals(List.of(1, 2)));
    }

    /** Its node kept its port and its directory for as long. */
    @Test
    void aStateMachineThatHangsKeepsNoNodeFromStopping() {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        cluster.raft("client").startPeer("hangs", () -> new Hanging(hangs, goOn));
        get(cluster.raft("client").setConfiguration("hangs", List.of("client")));
        cluster.raft("client").group("hangs").write(new Stack.Pop(), SOON);
        await("the hanging", () -> hangs.getCount() == 0);

        get(CompletableFuture.runAsync(cluster.raft("client")::close));
        goOn.countDown();
    }

    @Test
    void stateMachinesThatHangHoldUpNoOther() {
        int hanging = 5;
        CountDownLatch hang = new CountDownLatch(hanging);
        CountDownLatch goOn = new CountDownLatch(1);
        for (int i = 0; i < hanging; i++) {
            cluster.raft("client").startPeer("hangs-" + i, () -> new Hanging(hang, goOn));
            get(cluster.raft("client").setConfiguration("hangs-" + i, List.of("client")));
            cluster.raft("client").group("hangs-" + i).write(new Stack.Pop(), SOON);
        }
        await("the hanging of all", () -> hang.getCount() == 0);

        cluster.raft("client").startPeer("quick", Stack::new);
        get(cluster.raft("client").setConfiguration("quick", List.of("client")));
        assertThat(get(cluster.raft("client").group("quick").write(new Stack.Push(1), SOON)))
                .isNotNull();
        goOn.countDown();
    }

    private record Hanging(CountDownLatch hangs, CountDownLatch goOn) implements StateMachine<Object, Object> {
        @Override
        public Object handleWrite(Object command, LogEntry entry) {
            hangs.countDown();
            try {
                goOn.await();
            } catch (InterruptedException never) {
                throw new IllegalStateException(never);
            }
            return command;
        }

        @Override
        public Object handleRead(Object query) {
            return query;
        }
    }

    @Test
    void aNameThatNoGroupCanHaveIsRefusedAndHarmsNobody() {
        makeGroup();
        String tooLong = "g".repeat(300);
        assertThatThrownBy(() -> cluster.raft("s1").group(tooLong)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> get(cluster.raft("s1").describe(tooLong)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> get(cluster.raft("s1").addLearner("stack", tooLong)))
                .isInstanceOf(IllegalArgumentException.class);

        push("s1", 1);

        assertThat(numbers("s1", Consistency.LINEARIZABLE)).containsExactly(1);
    }

    @Test
    void aGroupThatNobodyHasIsToldApart() {
        assertThatThrownBy(() -> get(cluster.raft("s1").group("none").write(new Stack.Pop(), within(ofMillis(300)))))
                .isInstanceOfSatisfying(
                        RaftFailure.class, f -> assertThat(f.kind()).isEqualTo(RaftFailure.Kind.NO_MEMBER));
    }
}
