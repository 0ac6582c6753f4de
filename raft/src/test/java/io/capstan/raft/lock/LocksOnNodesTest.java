package io.capstan.raft.lock;

import static io.capstan.raft.Cluster.await;
import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.actors.internal.store.StoreSettings;
import io.capstan.raft.Cluster;
import io.capstan.raft.GroupDirectory;
import io.capstan.raft.Raft;
import io.capstan.raft.internal.log.ClockAhead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Locks on real nodes: their fencing tokens when their group is made again, and what becomes of them when a node stops. */
@Timeout(120)
class LocksOnNodesTest {
    private static final Ttl TTL = Ttl.of(ofSeconds(2));
    private static final Config CONFIG = ConfigFactory.load();

    /** Nobody waits for rounds of Pekko's membership, nor stays who could be told of a leave. */
    private static final Config QUICK = ConfigFactory.parseString("""
            capstan.raft.core { election-timeout-min = 240ms, election-timeout-max = 480ms }
            pekko {
              cluster {
                gossip-interval = 100ms, leader-actions-interval = 100ms, periodic-tasks-initial-delay = 50ms
                allow-weakly-up-members = 500ms
              }
              remote.artery.advanced.shutdown-flush-timeout = 100ms
              coordinated-shutdown.phases {
                cluster-leave.timeout = 100ms, cluster-exiting.timeout = 100ms, cluster-exiting-done.timeout = 100ms
              }
            }
            """);

    @TempDir
    private Path temp;

    private final Map<String, Node> nodes = new LinkedHashMap<>();

    @AfterEach
    void close() {
        stop(nodes.keySet());
    }

    private Path directory(String name) {
        return temp.resolve(name);
    }

    /** With these voters; the first forms the cluster, the others join whoever runs. */
    private void start(String name, String... voters) {
        Start start = nodes.values().stream()
                .findFirst()
                .map(node -> Start.joining(node.address()))
                .orElse(Files.exists(directory(name)) ? Start.returning() : Start.bootstrap());
        Config config = ConfigFactory.parseMap(Map.of(
                        "capstan.actors.directory",
                        directory(name).toString(),
                        "capstan.actors.link.hostname",
                        "127.0.0.1",
                        "capstan.actors.link.port",
                        0,
                        "capstan.raft.voters",
                        List.of(voters)))
                .withFallback(QUICK);
        nodes.put(name, Node.start(name, start, config));
    }

    private void stop(String name) {
        get(Objects.requireNonNull(nodes.remove(name), name).stop());
    }

    /** All at once. */
    private void stop(Collection<String> names) {
        List<CompletionStage<Void>> ends =
                List.copyOf(names).stream().map(name -> node(name).stop()).toList();
        List.copyOf(names).forEach(nodes::remove);
        ends.forEach(Cluster::get);
    }

    private Node node(String name) {
        return Objects.requireNonNull(nodes.get(name), name);
    }

    private FencingToken grant(String name) {
        LockSession session = Locks.get(node(name)).session(TTL, cause -> {});
        HeldLock held = get(session.acquire("ledger", within(ofSeconds(25))));
        get(held.release());
        session.close();
        return held.token();
    }

    /** Then the clock was set back by a day. */
    private void wasMadeWithAClockAhead(String name) {
        ClockAhead.makes(
                directory(name),
                Locks.GROUP,
                System.currentTimeMillis() + Duration.ofDays(1).toMillis(),
                StoreSettings.fromConfig(CONFIG));
    }

    private void forget(String name) {
        GroupDirectory.forget(directory(name), Locks.GROUP, CONFIG);
    }

    private void wipe(String name) throws IOException {
        try (Stream<Path> all = Files.walk(directory(name))) {
            all.sorted(Comparator.reverseOrder()).forEach(each -> {
                try {
                    Files.delete(each);
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
        }
    }

    @Test
    void whatANodeHeldIsFreeAtOnceWhenItStops() {
        start("s1", "s1");
        start("client", "s1");
        Ttl hour = Ttl.of(Duration.ofHours(1));
        LockSession session = Locks.get(node("client")).session(hour, cause -> {});
        HeldLock held = get(session.acquire("ledger", within(ofSeconds(25))));

        stop("client");

        assertThat(grant("s1")).isGreaterThan(held.token());
    }

    @Test
    void aBackupThatIsRestoredTwiceIssuesHigherTokensEachTime() {
        start("s1", "s1");
        FencingToken before = grant("s1");
        stop("s1");
        Path file = temp.resolve("locks.backup");
        GroupDirectory.backup(directory("s1"), Locks.GROUP, file, CONFIG);

        FencingToken once = restoredOn("s1", file);
        FencingToken twice = restoredOn("s1", file);

        assertThat(List.of(before, once, twice)).isSorted().doesNotHaveDuplicates();
    }

    private FencingToken restoredOn(String name, Path file) {
        forget(name);
        GroupDirectory.restore(directory(name), null, file, CONFIG);
        start(name, name);
        FencingToken granted = grant(name);
        stop(name);
        return granted;
    }

    @Test
    void aClockThatWasSetBackMakesNoTokenFallWhereTheDirectoryRemembers() {
        start("s1", "s1");
        grant("s1");
        stop("s1");
        wasMadeWithAClockAhead("s1");
        start("s1", "s1");
        FencingToken ahead = grant("s1");
        assertThat(ahead.epoch()).isGreaterThan(System.currentTimeMillis());
        stop("s1");
        Path file = temp.resolve("locks.backup");
        GroupDirectory.backup(directory("s1"), Locks.GROUP, file, CONFIG);

        FencingToken restored = restoredOn("s1", file);
        FencingToken again = restoredOn("s1", file);
        forget("s1");
        start("s1", "s1");
        FencingToken remade = grant("s1");

        assertThat(List.of(ahead, restored, again, remade)).isSorted().doesNotHaveDuplicates();
        assertThat(remade.index()).as("a log that began anew").isLessThan(ahead.index() + 5);
    }

    @Test
    void aGroupOfThreeThatWasForgottenIsMadeAboveWhatAnyOfItsVotersHasSeen() throws IOException {
        String[] voters = {"s1", "s2", "s3"};
        for (String voter : voters) {
            start(voter, voters);
        }
        grant("s2");
        stop(List.of(voters));
        Set.of(voters).forEach(this::wasMadeWithAClockAhead);
        forget("s2");
        forget("s3");
        start("s2", voters);
        start("s3", voters);
        // The one that makes it knows nothing.
        wipe("s1");
        start("s1", voters);

        assertThat(grant("s1").epoch()).isGreaterThan(System.currentTimeMillis());
    }

    @Test
    void twoOfThreeVotersThatWereWipedAndStartedAgainElectNobody() throws IOException {
        String[] voters = {"s1", "s2", "s3"};
        for (String voter : voters) {
            start(voter, voters);
        }
        FencingToken before = grant("s2");
        // Both at once: one after the other, the first would be back as a learner before the second is gone.
        stop(List.of("s1", "s2"));
        for (String wiped : List.of("s1", "s2")) {
            wipe(wiped);
            start(wiped, voters);
        }

        LockSession session = Locks.get(node("s1")).session(TTL, cause -> {});
        assertThatThrownBy(() -> get(session.acquire("ledger", within(ofSeconds(6)))))
                .isInstanceOfSatisfying(
                        LockFailure.class,
                        refused -> assertThat(refused.kind()).isEqualTo(LockFailure.Kind.NO_MAJORITY));
        for (String voter : voters) {
            assertThat(Raft.get(node(voter)).leader(Locks.GROUP)).as(voter).isEmpty();
        }

        // An operator's word, and only that, brings it back.
        stop(List.of(voters));
        GroupDirectory.recover(directory("s3"), Locks.GROUP, Set.of("s1", "s2"), CONFIG);
        for (String voter : List.of("s3", "s2", "s1")) {
            start(voter, voters);
        }
        await(
                "three voters",
                () -> get(Raft.get(node("s3")).describe(Locks.GROUP)).voters().size() == 3);
        assertThat(grant("s1")).isGreaterThan(before);
    }
}
