package io.capstan.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.IntNode;
import io.capstan.bench.torture.node.MemberMain;
import io.capstan.bench.torture.node.NodeRequests;
import io.capstan.bench.torture.record.Recorder;
import io.capstan.bench.torture.workload.Answer;
import io.capstan.bench.torture.workload.Ask;
import io.capstan.bench.torture.workload.Workloads;
import io.capstan.testkit.Await;
import io.capstan.testkit.Fault;
import io.capstan.testkit.Faults;
import io.capstan.testkit.process.Instrument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What is done to nodes, as a run does it, is seen to have happened to them; and they are one cluster again after it. */
@Timeout(300)
class NodeFaultsTest {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path directory;

    @SuppressWarnings("NullAway.Init") // startThree() comes first.
    private static Nodes nodes;

    @BeforeAll
    static void startThree() throws Exception {
        nodes = new Nodes(Files.createDirectory(directory.resolve("plain")), false);
    }

    @AfterAll
    static void stopThree() throws Exception {
        nodes.close();
    }

    /** Three nodes with registers, and nobody who uses them but this test. */
    private static final class Nodes implements AutoCloseable {
        final Path files;
        final Recorder recorder;
        final TorturedCluster cluster;

        Nodes(Path files, boolean downing) throws Exception {
            this.files = files;
            recorder = new Recorder(files.resolve("history.jsonl"));
            Plan plan = new Plan(
                    "register",
                    3,
                    Duration.ofSeconds(1),
                    1,
                    Optional.of(Faults.parse("")),
                    1,
                    LONG,
                    files,
                    System.getProperty("java.class.path"),
                    downing,
                    Set.of());
            cluster = new TorturedCluster(plan, Workloads.of("register").orElseThrow(), recorder);
            cluster.start();
        }

        void play(String faults) {
            for (Fault fault : Faults.parse(faults).steps()) {
                cluster.play(fault);
            }
        }

        Answer ask(String node, String f, String key) {
            return Client.await(cluster.door(node), TorturedCluster.DRIVER, new Ask(f, key, null, SOON));
        }

        void write(String node, int count) {
            for (int i = 0; i < count; i++) {
                Ask write = new Ask("write", "k", IntNode.valueOf(i), SOON);
                assertThat(Client.await(cluster.door(node), TorturedCluster.DRIVER, write)
                                .ok())
                        .isTrue();
            }
        }

        String leader() {
            return cluster.status("a").path("leader").asText();
        }

        String members() {
            return ask("a", NodeRequests.MEMBERS, MemberMain.GROUP).value().asText();
        }

        void awaitOneCluster() {
            cluster.mend();
            Await.until("one cluster again", LONG, () -> {
                assertThat(cluster.amiss()).isEmpty();
                return true;
            });
        }

        @Override
        public void close() throws Exception {
            cluster.close();
            recorder.close();
        }
    }

    @Test
    void whatAnOperatorDoesToTheGroupIsDone() throws Exception {
        nodes.play("transfer b");
        Await.until("b leads", SOON, () -> nodes.leader().equals("b"));
        nodes.play("transfer c");
        Await.until("c leads", SOON, () -> nodes.leader().equals("c"));

        nodes.play("remove b");
        assertThat(nodes.members()).isEqualTo("a,c");
        nodes.write("b", 1);
        nodes.play("add b");
        Await.until("b is a member", SOON, () -> nodes.members().contains("b"));
        nodes.play("promote b");
        assertThat(nodes.members()).isEqualTo("a,b,c");

        nodes.play("remove a");
        assertThat(nodes.members()).isEqualTo("b,c");
        nodes.awaitOneCluster();
        assertThat(nodes.members()).isEqualTo("a,b,c");
    }

    @Test
    void whoWasCutOffForLongerThanLogsReachIsSentASnapshot() throws Exception {
        assumeTrue(Instrument.NAMESPACES.missing().isEmpty(), "needs network namespaces");
        long before = nodes.cluster.status("a").path("snapshots_received").asLong();
        nodes.play("cut a|b,c");
        nodes.write("b", 300);
        nodes.play("snapshot b,c; heal a|b,c");

        Await.until("a was sent one", LONG, () -> {
            assertThat(nodes.cluster.status("a").path("snapshots_received").asLong())
                    .isGreaterThan(before);
            return true;
        });
        nodes.awaitOneCluster();
        assertThat(nodes.ask("a", "read", "k").value().asInt()).isEqualTo(299);
    }

    @Test
    void aNodeThatCannotWriteItsMetaPageDoesNotStartUntilItCan() throws Exception {
        assumeTrue(Instrument.DISK_SHIM.missing().isEmpty(), "needs the disk shim");
        nodes.write("b", 20);
        nodes.play("kill c; disk c write-error to data.mdb; restart c");
        Await.until("c has ended", LONG, () -> !nodes.cluster.isRunning("c"));
        assertThat(Files.readString(nodes.files.resolve("nodes/c.log"))).containsIgnoringCase("input/output error");

        nodes.awaitOneCluster();
        assertThat(nodes.ask("c", "read", "k").value().asInt()).isEqualTo(19);
    }

    @Test
    void whoIsDeclaredDownEndsAndComesBackToOneCluster() throws Exception {
        assumeTrue(Instrument.NAMESPACES.missing().isEmpty(), "needs network namespaces");
        try (Nodes downing = new Nodes(Files.createDirectory(directory.resolve("downing")), true)) {
            downing.play("cut c|a,b");
            Await.until("c has ended, as it is told nothing by those who declared it down", LONG, () -> {
                return !downing.cluster.isRunning("c");
            });
            Await.until("a and b have forgotten it", LONG, () -> {
                assertThat(downing.ask("a", NodeRequests.CLUSTER, "").value().asText())
                        .contains("2 up, 0 others, 0 out of reach");
                return true;
            });
            downing.write("a", 1);
            downing.awaitOneCluster();
        }
    }
}
