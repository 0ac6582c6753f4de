package io.capstan.raft;

import static io.capstan.raft.Cluster.get;
import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.internal.store.NodeStore;
import io.capstan.actors.internal.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left when a group cannot go on by itself, on the store of production. */
@Timeout(60)
class GroupDirectoryTest {
    private static final List<String> VOTERS = List.of("s1", "s2", "s3");
    private static final Within SOON = within(ofSeconds(20));
    private static final Config CONFIG = ConfigFactory.load(ConfigFactory.parseString("""
            capstan.raft.core { election-timeout-min = 240ms, election-timeout-max = 480ms }
            pekko { loglevel = WARNING, actor.provider = local, coordinated-shutdown.exit-jvm = off }
            capstan.actors.store { write-ahead-bytes = 256KiB, reserve-bytes = 16KiB }
            capstan.raft { membership.check-interval = 50ms, snapshot.after-entries = 5, core.trailing-entries = 2 }
            """));

    private record Running(ActorSystem<?> system, NodeStore store, Raft raft) {}

    @TempDir
    Path temp;

    private final MemoryNetwork network = new MemoryNetwork();
    private final Map<String, Running> nodes = new HashMap<>();

    @BeforeEach
    void makeTheGroup() {
        VOTERS.forEach(this::start);
        get(raft("s1").setConfiguration("stack", VOTERS));
    }

    @AfterEach
    void close() {
        List.copyOf(nodes.keySet()).forEach(this::stop);
        network.close();
    }

    private Path directory(String name) {
        return temp.resolve(name);
    }

    private void start(String name) {
        ActorSystem<?> system = ActorSystem.create(Behaviors.empty(), name, CONFIG);
        NodeStore store = NodeStore.open(directory(name), name, StoreSettings.fromConfig(CONFIG));
        Raft raft = new Raft(system, network.start(name), store);
        nodes.put(name, new Running(system, store, raft));
        raft.startPeer("stack", Stack::new);
    }

    private void stop(String name) {
        Running running = requireNonNull(nodes.remove(name), name);
        running.raft().close();
        network.stop(name);
        running.system().terminate();
        get(running.system().getWhenTerminated());
        running.store().close();
    }

    private Raft raft(String name) {
        return requireNonNull(nodes.get(name), name).raft();
    }

    private void push(String node, int from, int to) {
        for (int i = from; i <= to; i++) {
            get(raft(node).group("stack").write(new Stack.Push(i), SOON));
        }
    }

    private List<Integer> numbers(String node) {
        return ((Stack.Numbers) get(raft(node).group("stack").read(new Stack.All(), Consistency.LINEARIZABLE, SOON)))
                .numbers();
    }

    private long epoch(String node) {
        return get(raft(node).describe("stack")).epoch();
    }

    @Test
    void aGroupGoesOnFromOneSurvivorWithAHigherEpochAndGrowsAgain() {
        push("s3", 1, 9);
        long before = epoch("s1");
        VOTERS.forEach(this::stop);

        assertThatThrownBy(() -> GroupDirectory.recover(directory("s3"), "stack", Set.of("s1"), CONFIG))
                .hasMessageContaining("2 of the 3 voters of group stack are not lost: they are a majority");
        assertThatThrownBy(() -> GroupDirectory.recover(directory("s3"), "stack", Set.of("s3", "s1"), CONFIG))
                .hasMessageContaining("lost nodes are other voters");
        GroupDirectory.Outcome outcome = GroupDirectory.recover(directory("s3"), "stack", Set.of("s1", "s2"), CONFIG);
        assertThat(outcome.epoch()).isGreaterThan(before);
        assertSound("s3");

        start("s3");
        push("s3", 10, 12);
        assertThat(numbers("s3")).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        assertThat(epoch("s3")).isEqualTo(outcome.epoch());

        // Another survivor forgets, and joins the group as it is now.
        GroupDirectory.forget(directory("s2"), "stack", CONFIG);
        start("s2");
        Cluster.await(
                "two members", () -> get(raft("s3").describe("stack")).members().size() == 2);
        assertThat(numbers("s2")).hasSize(12);
    }

    @Test
    void aRunningNodesDirectoryIsLeftAlone() {
        assertThatThrownBy(() -> GroupDirectory.recover(directory("s1"), "stack", Set.of("s2", "s3"), CONFIG))
                .hasMessageContaining("in use");
    }

    @Test
    void aBackupIsRestoredIntoAnEmptyDirectoryTwiceAndItsEpochRisesTwice() throws IOException {
        push("s2", 1, 9);
        long before = epoch("s2");
        VOTERS.forEach(this::stop);
        Path file = temp.resolve("stack.backup");
        GroupDirectory.backup(directory("s2"), "stack", file, CONFIG);
        assertThatThrownBy(() -> GroupDirectory.backup(directory("s2"), "stack", file, CONFIG))
                .hasMessageContaining("is there already");
        assertThatThrownBy(() -> GroupDirectory.restore(directory("s2"), null, file, CONFIG))
                .hasMessageContaining("has a member of group stack already");

        GroupDirectory.Outcome once = GroupDirectory.restore(directory("new"), "s4", file, CONFIG);
        assertThat(once.epoch()).isGreaterThan(before);
        GroupDirectory.Outcome twice = GroupDirectory.restore(temp.resolve("s5"), "s5", file, CONFIG);
        assertThat(twice.epoch()).as("in the same second").isGreaterThan(once.epoch());
        assertSound("s5");
        start("s5");
        assertThat(numbers("s5")).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void aRunningGroupIsSavedWhileItGoesOnAndRestoredElsewhere() {
        push("s2", 1, 9);
        Path file = temp.resolve("live.backup");
        GroupDirectory.Outcome saved = get(raft("s3").backup("stack", file));
        assertThat(saved.lastIndex()).isGreaterThanOrEqualTo(9);
        push("s2", 10, 12);
        assertThat(numbers("s1")).hasSize(12);
        assertThatThrownBy(() -> get(raft("s3").backup("stack", file))).hasMessageContaining("is there already");

        GroupDirectory.Outcome restored = GroupDirectory.restore(directory("s4"), "s4", file, CONFIG);
        assertThat(restored.epoch()).isGreaterThan(saved.epoch());
        VOTERS.forEach(this::stop);
        assertSound("s4");
        start("s4");
        assertThat(numbers("s4")).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    private void assertSound(String name) {
        assertThat(DirectoryReport.verify(directory(name), CONFIG).members())
                .hasSize(1)
                .allMatch(DirectoryReport.Member::sound);
    }

    @Test
    void nobodyGoesOnFromADamagedSnapshotNorSavesIt() throws IOException {
        push("s3", 1, 9);
        VOTERS.forEach(this::stop);
        List<Path> snapshots;
        try (Stream<Path> files = Files.list(directory("s3").resolve("snapshots"))) {
            snapshots = files.toList();
        }
        assertThat(snapshots).isNotEmpty();
        for (Path snapshot : snapshots) { // An older one may be there still.
            byte[] bytes = Files.readAllBytes(snapshot);
            bytes[bytes.length / 2] ^= 1;
            Files.write(snapshot, bytes);
        }

        Path file = temp.resolve("stack.backup");
        assertThatThrownBy(() -> GroupDirectory.backup(directory("s3"), "stack", file, CONFIG))
                .hasMessageContaining("the snapshot of group stack is damaged");
        assertThat(file).doesNotExist();
        assertThatThrownBy(() -> GroupDirectory.recover(directory("s3"), "stack", Set.of("s1", "s2"), CONFIG))
                .hasMessageContaining("the snapshot of group stack is damaged");
    }

    @Test
    void aMemberIsForgottenWithAllThatIsLeftOfItAndOnce() {
        push("s2", 1, 9);
        VOTERS.forEach(this::stop);

        GroupDirectory.forget(directory("s2"), "stack", CONFIG);

        assertThat(directory("s2").resolve("snapshots")).isEmptyDirectory();
        assertThatThrownBy(() -> GroupDirectory.forget(directory("s2"), "stack", CONFIG))
                .hasMessageContaining("node s2 has no member of group stack");
    }

    @Test
    void aFileThatIsDamagedOrNewerOrNoneIsRefusedInOneLineAndNothingIsMade() throws IOException {
        push("s2", 1, 3);
        VOTERS.forEach(this::stop);
        Path file = temp.resolve("stack.backup");
        GroupDirectory.backup(directory("s2"), "stack", file, CONFIG);
        byte[] sound = Files.readAllBytes(file);

        for (int at = 9; at < sound.length; at += 7) {
            byte[] flipped = sound.clone();
            flipped[at] ^= 4;
            refuses(flipped, "is damaged at record");
        }
        refuses(java.util.Arrays.copyOf(sound, sound.length - 1), "is damaged at record");
        byte[] newer = sound.clone();
        newer[8] = 2;
        refuses(newer, "is a backup of version 2; this Capstan knows version 1");
        refuses(new byte[] {1, 2, 3}, "is no backup of a Raft group");
        refuses(java.util.Arrays.copyOf(sound, 8), "is a backup of version -1");
        assertThatThrownBy(() -> GroupDirectory.restore(directory("new"), "s4", temp.resolve("typo"), CONFIG))
                .hasMessageContaining("typo is not there");
        assertThat(directory("new")).doesNotExist();
    }

    private void refuses(byte[] bytes, String why) throws IOException {
        Path file = temp.resolve("bad.backup");
        Files.write(file, bytes);
        assertThatThrownBy(() -> GroupDirectory.restore(directory("new"), "s4", file, CONFIG))
                .isInstanceOf(RaftFailure.class)
                .hasMessageContaining(why)
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("\n"));
    }
}
