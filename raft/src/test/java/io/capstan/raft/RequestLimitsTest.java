package io.capstan.raft;

import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Cluster.others;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Failure;
import java.io.IOError;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be done is refused to whoever asked, with the next move, and harms nobody else. */
@Timeout(120)
class RequestLimitsTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(20));

    private static final AtomicInteger MADE = new AtomicInteger();

    private static Cluster cluster;

    /** Each test has groups of its own. */
    private final int number = MADE.incrementAndGet();

    private final String echo = "echo-" + number;
    private final String broken = "broken-" + number;

    @BeforeAll
    static void start() {
        cluster = new Cluster("""
                capstan.raft {
                  membership.auto-join = off
                  client { requests-max = 50, change-within = 3s }
                  peer.requests-max = 30
                }""", (started, raft) -> {}, "s1", "s2", "s3", "client");
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    @BeforeEach
    void startPeers() {
        for (String voter : VOTERS) {
            cluster.raft(voter).startPeer(echo, Echo::new);
            cluster.raft(voter).startPeer(broken, Broken::new);
        }
    }

    @AfterEach
    void stopPeers() {
        for (String voter : VOTERS) {
            get(cluster.raft(voter).stopPeer(echo));
            get(cluster.raft(voter).stopPeer(broken));
        }
    }

    /** A machine whose author thinks that some things cannot happen. */
    static final class Broken implements StateMachine<Broken.Do, Broken.Do> {
        enum Do implements Data {
            ASSERT,
            RECURSE,
            FAIL,
            NOTHING
        }

        private static Do done(Do it) {
            return switch (it) {
                case ASSERT -> throw new AssertionError("cannot happen");
                case RECURSE -> deeper(it);
                case FAIL -> throw new IOError(new IOException("on purpose"));
                case NOTHING -> it;
            };
        }

        @SuppressWarnings("InfiniteRecursion") // as asked
        private static Do deeper(Do it) {
            return deeper(it);
        }

        @Override
        public Object handleWrite(Do command, LogEntry entry) {
            return done(command);
        }

        @Override
        public Object handleRead(Do query) {
            return done(query);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Broken.Do.class,
            names = {"ASSERT", "RECURSE", "FAIL"})
    void anErrorOfUserCodeEndsNoMember(Broken.Do it) {
        get(cluster.raft("s1").setConfiguration(broken, VOTERS));
        RaftGroup group = cluster.raft("client").group(broken);

        assertThatThrownBy(() -> get(group.read(it, Consistency.LINEARIZABLE, within(ofSeconds(5)))))
                .isInstanceOfSatisfying(
                        RaftFailure.class, f -> assertThat(f.kind()).isEqualTo(RaftFailure.Kind.MACHINE_FAILED));
        assertThatThrownBy(() -> get(group.write(it, within(ofSeconds(5)))))
                .isInstanceOfSatisfying(
                        RaftFailure.class, f -> assertThat(f.kind()).isEqualTo(RaftFailure.Kind.MACHINE_FAILED));
        assertThat(get(group.write(Broken.Do.NOTHING, SOON))).isEqualTo(Broken.Do.NOTHING);
        VOTERS.forEach(voter -> Cluster.await(
                "the count on " + voter,
                () -> cluster.raft(voter)
                        .status(broken)
                        .map(status -> status.applyLag() == 0 && status.counts().exceptions() == 1)
                        .orElse(false)));
    }

    private RaftGroup echo(String node) {
        return cluster.raft(node).group(echo);
    }

    /** One without a member, a follower's, and the leader's. */
    private List<String> kindsOfNodes() {
        get(cluster.raft("s1").setConfiguration(echo, VOTERS));
        String leader = cluster.awaitLeader(echo);
        return List.of("client", others(VOTERS, leader).get(0), leader);
    }

    private void goesOn(String node) {
        assertThat(get(echo(node).write(new Echo.Say("here"), SOON))).isInstanceOf(Echo.Said.class);
    }

    private static void assertInvalid(RaftFailure refused) {
        assertThat(refused.kind()).as("%s", refused).isEqualTo(RaftFailure.Kind.INVALID);
        assertThat(refused.next()).isEqualTo(Failure.Next.DO_NOT_RETRY);
    }

    /** One that no frame of a link has room for used to end the one actor that asks for all: its node asked no more. */
    @ParameterizedTest
    @ValueSource(ints = {57_400, 65_400, 70_000, 3_000_000})
    void aCommandThatIsTooLongIsRefusedWhereverItComesFromAndHarmsNobody(int length) {
        for (String node : kindsOfNodes()) {
            for (Within within : List.of(SOON, SOON.repeatable())) {
                assertThatThrownBy(() -> get(echo(node).write(new Echo.Say("x".repeat(length)), within)))
                        .as("from %s", node)
                        .isInstanceOfSatisfying(RaftFailure.class, RequestLimitsTest::assertInvalid)
                        .hasMessageContaining("capstan.raft.core.entry-bytes-max");
            }
            goesOn(node);
        }
    }

    record Question(String text) implements StateMachine.Data {}

    @ParameterizedTest
    @ValueSource(ints = {65_500, 3_000_000})
    void aQueryThatIsTooLongIsRefusedWhereverItComesFromAndHarmsNobody(int length) {
        for (String node : kindsOfNodes()) {
            for (Consistency consistency : List.of(Consistency.LINEARIZABLE, Consistency.LEASE, Consistency.stale(0))) {
                assertThatThrownBy(() -> get(echo(node).read(new Question("x".repeat(length)), consistency, SOON)))
                        .as("from %s", node)
                        .isInstanceOfSatisfying(RaftFailure.class, RequestLimitsTest::assertInvalid);
            }
            assertThatThrownBy(() ->
                            get(echo(node).await(new Question("x".repeat(length)), Consistency.LINEARIZABLE, SOON)))
                    .isInstanceOfSatisfying(RaftFailure.class, RequestLimitsTest::assertInvalid);
            goesOn(node);
        }
    }

    @Test
    void whatNobodyCanWriteAsBytesIsRefused() {
        kindsOfNodes();
        assertThatThrownBy(() -> get(echo("client").write(new Object(), SOON)))
                .isInstanceOfSatisfying(RaftFailure.class, RequestLimitsTest::assertInvalid);
        assertThatThrownBy(() -> get(echo("client").read(new Object(), Consistency.LINEARIZABLE, SOON)))
                .isInstanceOfSatisfying(RaftFailure.class, RequestLimitsTest::assertInvalid);
        goesOn("client");
    }

    @Test
    void aDeadlineThatNobodyLivesToSeeIsRefused() {
        assertThatThrownBy(() -> within(Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class);
        kindsOfNodes();
        assertThat(get(echo("client").write(new Echo.Say("here"), within(Duration.ofDays(36_500)))))
                .isInstanceOf(Echo.Said.class);
    }

    @Test
    void aReadOfAnIndexThatNobodyHasSaysSo() {
        Map<String, CompletionStage<Object>> reads = new TreeMap<>();
        for (String node : kindsOfNodes()) {
            reads.put(
                    node, echo(node).read(new Echo.HowOften(), Consistency.stale(1_000_000), within(ofMillis(2_500))));
        }
        reads.forEach((node, read) -> assertThatThrownBy(() -> get(read))
                .as("from %s", node)
                .isInstanceOfSatisfying(
                        RaftFailure.class, f -> assertThat(f.next()).isEqualTo(Failure.Next.RETRY))
                .hasMessageContaining("entry 1000000 was not applied in time"));
    }

    /** Its own member was asked again and again. */
    @Test
    void aNodeWhoseOwnMemberIsInNoGroupReadsStaleFromOthers() {
        kindsOfNodes();
        goesOn("s1");
        cluster.raft("client").startPeer(echo, Echo::new); // It would join, but for auto-join.

        assertThat(get(echo("client").read(new Echo.HowOften(), Consistency.stale(0), within(ofSeconds(5)))))
                .isInstanceOf(Echo.Said.class);
        get(cluster.raft("client").stopPeer(echo));
    }

    @Test
    void whatIsTooMuchIsRefusedAtTheClientAndAtTheMemberByTheNameOfItsKeyAndTheRestIsDone() {
        kindsOfNodes();
        goesOn("client");
        VOTERS.forEach(voter -> cluster.store(voter).hold(true));
        List<CompletableFuture<Object>> writes = IntStream.range(0, 200)
                .mapToObj(i -> echo("client")
                        .write(new Echo.Say("" + i), SOON.repeatable())
                        .toCompletableFuture())
                .toList();

        Cluster.await(
                "all refusals",
                () -> writes.stream()
                                .filter(CompletableFuture::isCompletedExceptionally)
                                .count()
                        == 170);
        VOTERS.forEach(voter -> cluster.store(voter).hold(false));

        Map<String, Integer> outcomes = new TreeMap<>();
        for (CompletableFuture<Object> write : writes) {
            String outcome = "done";
            try {
                get(write);
            } catch (RaftFailure refused) {
                assertThat(refused.kind()).isEqualTo(RaftFailure.Kind.OVERLOADED);
                assertThat(refused.next()).isEqualTo(Failure.Next.RETRY);
                outcome = String.valueOf(refused.getMessage()).replaceAll(".*capstan.raft.([a-z.-]+).*", "$1");
            }
            outcomes.merge(outcome, 1, Integer::sum);
        }
        assertThat(outcomes)
                .containsOnlyKeys("client.requests-max", "done", "peer.requests-max")
                .containsEntry("done", 30);
        goesOn("client");
    }

    /** It was said that the group had no leader. */
    @Test
    void aNodeThatIsNotThereIsNamed() {
        kindsOfNodes();
        for (CompletionStage<Void> change : List.of(
                cluster.raft("s1").setConfiguration(echo, List.of("s1", "s2", "nobody")),
                cluster.raft("s1").addLearner(echo, "nobody"))) {
            assertThatThrownBy(() -> get(change))
                    .isInstanceOfSatisfying(
                            RaftFailure.class, f -> assertThat(f.kind()).isEqualTo(RaftFailure.Kind.NO_MEMBER))
                    .hasMessageContaining("nobody");
        }
    }
}
