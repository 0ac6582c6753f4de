package io.capstan.raft.internal.log;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.internal.store.NodeStore;
import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.actors.internal.store.StoreSettings;
import io.capstan.raft.DirectoryReport;
import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.HardState;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.snapshot.SnapshotContent;
import io.capstan.raft.internal.snapshot.Snapshotting;
import io.capstan.raft.internal.wire.GroupId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator learns of a stopped node's directory, and does to it. */
class LogCheckTest {
    private static final Config CONFIG = ConfigFactory.parseString(
                    "capstan.actors.store { write-ahead-bytes = 128KiB, reserve-bytes = 16KiB }")
            .withFallback(ConfigFactory.load());
    private static final Store.Completion SILENT = new Store.Completion() {
        @Override
        public void durable() {}

        @Override
        public void failed(StoreFailure failure) {}
    };

    @TempDir
    Path temp;

    private NodeStore store() {
        return NodeStore.open(temp.resolve("node"), "n-1", StoreSettings.fromConfig(CONFIG));
    }

    private static void fill(Store store, String group) {
        DurableLog log = DurableLog.open(store, group, 42);
        log.join(new GroupId(5, 6));
        for (int index = 1; index <= 9; index++) {
            Entry entry = new Entry(index, 2, 1, Entry.Kind.COMMAND, new byte[] {1});
            HardState state = new HardState(3, new MemberId("n-2", 9));
            log.write(new Effect.Persist(index, state, null, 0, List.of(entry)), SILENT);
        }
    }

    @Test
    void whoWaitsForItsWriteWaitsForRoomToo() {
        byte[] value = new byte[30_000];
        try (NodeStore store = store()) {
            for (int i = 0; i < 60; i++) {
                LogCheck.await(store, List.of(new Store.Change.Put(LogKeys.SPACE, new byte[] {9, (byte) i}, value)));
            }
            assertThat(store.get(LogKeys.SPACE, new byte[] {9, 59})).isEqualTo(value);
        }
    }

    private DirectoryReport verify() {
        return DirectoryReport.verify(temp.resolve("node"), CONFIG);
    }

    @Test
    void aSoundDirectoryIsReportedAndLeftAsItIs() throws IOException {
        try (NodeStore store = store()) {
            fill(store, "locks");
            fill(store, "a");
        }
        Map<String, Integer> before = files();

        DirectoryReport report = verify();

        assertThat(report.sound()).isTrue();
        assertThat(report.node()).isEqualTo("n-1");
        assertThat(report.format()).isEqualTo(2);
        assertThat(report.frames()).isPositive();
        assertThat(report.members())
                .containsExactly(
                        new DirectoryReport.Member(
                                "a", new GroupId(5, 6).toString(), 42, 3, "n-2", 0, 1, 9, "", false, ""),
                        new DirectoryReport.Member(
                                "locks", new GroupId(5, 6).toString(), 42, 3, "n-2", 0, 1, 9, "", false, ""));
        assertThat(files()).isEqualTo(before);
    }

    private Map<String, Integer> files() throws IOException {
        Map<String, Integer> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(temp)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                // LMDB notes its readers there.
                if (!file.endsWith("lock.mdb")) {
                    hashes.put(file.toString(), java.util.Arrays.hashCode(Files.readAllBytes(file)));
                }
            }
        }
        return hashes;
    }

    @Test
    void aDamagedRecordIsReportedAndRepairMarksItsMemberOnly() {
        try (NodeStore store = store()) {
            fill(store, "a");
            fill(store, "b");
            byte[] key = new LogKeys("b").entry(5);
            byte[] record = requireNonNull(store.get(LogKeys.SPACE, key));
            record[12] ^= 1;
            store.write(List.of(new Change.Put(LogKeys.SPACE, key, record)), SILENT);
        }
        DirectoryReport found = verify();
        assertThat(found.sound()).isFalse();
        assertThat(found.members().get(0).sound()).isTrue();
        assertThat(found.members().get(1).damage()).contains("checksum");
        assertThat(found.members().get(1).marked()).isFalse();
        assertThat(found.members().get(1).lastIndex()).isEqualTo(4);

        for (int twice = 0; twice < 2; twice++) {
            DirectoryReport marked = DirectoryReport.repair(temp.resolve("node"), CONFIG);
            assertThat(marked.members().get(0).sound()).isTrue();
            assertThat(marked.members().get(1).marked()).isTrue();
            assertThat(marked.members().get(1).damage()).contains("checksum");
        }
        try (NodeStore store = store()) {
            assertThat(requireNonNull(DurableLog.open(store, "b", 1).damage()).soundTo())
                    .isEqualTo(4);
            assertThat(store.get(LogKeys.SPACE, new LogKeys("b").entry(9)))
                    .as("what is behind the damage is kept")
                    .isNotNull();
        }
    }

    @Test
    void whatAnotherVersionWroteIsSaidToBeSoAndCanBeForgotten() {
        try (NodeStore store = store()) {
            fill(store, "a");
            byte[] ofAnother = {9, 9, 9, 9, 9, 9};
            store.write(List.of(new Change.Put(LogKeys.SPACE, new LogKeys("a").entry(5), ofAnother)), SILENT);
        }
        assertThat(verify().members().get(0).damage()).contains("another version", "of version 9");

        GroupRescue.forget(temp.resolve("node"), "a", StoreSettings.fromConfig(CONFIG));

        assertThat(verify().members()).isEmpty();
        try (NodeStore store = store()) {
            assertThat(DurableLog.open(store, "a", 1).formerEpoch()).isEqualTo(5);
        }
    }

    @Test
    void aDatabaseWhosePagesAreDamagedIsRefusedInOneLine() throws IOException {
        try (NodeStore store = store()) {
            fill(store, "a");
        }
        store().close(); // What the write-ahead files hold is moved.
        Path file = temp.resolve("node/lmdb/data.mdb");
        byte[] bytes = Files.readAllBytes(file);
        for (int page = 2 * 4096; page < bytes.length; page += 4096) {
            bytes[page + 12] ^= 0x40; // Where its nodes end.
        }
        Files.write(file, bytes);
        assertThatThrownBy(this::verify)
                .isInstanceOf(StoreFailure.class)
                .hasMessageMatching(
                        "the database in .*lmdb is damaged \\(page [0-9]+: .+\\): restore .+ or use an empty one");
        assertThatThrownBy(this::store).hasMessageContaining("is damaged (page ");
    }

    @Test
    void lostWritesSilenceEveryMemberOfTheNode() throws IOException {
        try (NodeStore store = store()) {
            fill(store, "a");
        }
        Path file = temp.resolve("node/write-ahead/write-ahead-0");
        byte[] bytes = Files.readAllBytes(file);
        bytes[600] ^= 1;
        Files.write(file, bytes);
        // How many frames there are is the disk's affair: whatever arrived during a flush shares one.
        assertThat(verify().writeAheadDamage()).containsPattern("frame 1 is (missing or )?damaged");
        assertThat(verify().losses()).isEqualTo(1);

        try (NodeStore store = store()) {
            DurableLog log = DurableLog.open(store, "a", 7);
            // Its very first write was among the lost: it is as if it had never been here.
            assertThat(log.incarnation()).isEqualTo(7);
            assertThat(store.losses()).isEqualTo(1);
            LogCheck.await(store, List.of());
            fill(store, "b");
        }
        bytes = Files.readAllBytes(file);
        bytes[2 * 512 + 100] ^= 1;
        Files.write(file, bytes);
        try (NodeStore store = store()) {
            DurableLog log = DurableLog.open(store, "a", 8);
            assertThat(requireNonNull(log.damage()).what()).contains("acknowledged writes");
        }
        assertThat(verify().losses()).isEqualTo(2);
    }

    /** A member "a" that stands on a snapshot of entry 5. */
    private Path snapshot() throws IOException {
        try (NodeStore store = store()) {
            fill(store, "a");
            CompletableFuture<Long> taken = new CompletableFuture<>();
            new Snapshotting(store.snapshots(), "a", Runnable::run)
                    .take(
                            new SnapshotContent.Head(new GroupId(5, 6), 5, 2, 1, 0),
                            List.of(),
                            out -> out.write(new byte[100_000]),
                            new Snapshotting.Taken() {
                                @Override
                                public void taken(long bytes) {
                                    taken.complete(bytes);
                                }

                                @Override
                                public void failed(Throwable failure) {
                                    taken.completeExceptionally(failure);
                                }
                            });
            taken.join();
            SnapshotMeta meta = new SnapshotMeta(5, 2, 1, 0, Configuration.BLANK);
            DurableLog.open(store, "a", 1).write(new Effect.Compact(meta, 3), SILENT);
        }
        try (Stream<Path> files = Files.list(temp.resolve("node/snapshots"))) {
            return files.findFirst().orElseThrow();
        }
    }

    @Test
    void theSnapshotThatALogStandsOnIsReadToItsEnd() throws IOException {
        Path file = snapshot();
        Path draft = Files.createFile(file.resolveSibling("b.draft"));
        assertThat(verify().sound()).isTrue();
        assertThat(draft).as("nothing is changed").exists();

        byte[] bytes = Files.readAllBytes(file);
        bytes[70_000] ^= 1;
        Files.write(file, bytes);
        DirectoryReport.Member damaged = verify().members().get(0);
        assertThat(damaged.snapshotDamage()).contains("block 1 has a wrong checksum");
        assertThat(damaged.damage()).isEmpty();
        assertThat(verify().sound()).isFalse();

        Files.delete(file);
        assertThat(verify().members().get(0).snapshotDamage()).isEqualTo("the snapshot of entry 5 is gone");
    }

    @Test
    void aLostDatabaseBesideWriteAheadFilesInUseIsReportedAndRefused() throws IOException {
        try (NodeStore store = store()) {
            fill(store, "a");
        }
        // Files of another length are made anew, and say all the same that there was a store before them.
        Config larger = ConfigFactory.parseString("capstan.actors.store.write-ahead-bytes = 256KiB")
                .withFallback(CONFIG);
        StoreSettings settings = StoreSettings.fromConfig(larger);
        NodeStore.open(temp.resolve("node"), "n-1", settings).close();
        Files.delete(temp.resolve("node/lmdb/data.mdb"));

        DirectoryReport report = verify();

        assertThat(report.sound()).isFalse();
        assertThat(report.writeAheadDamage()).contains("LMDB's file knows of none");
        assertThatThrownBy(() -> NodeStore.open(temp.resolve("node"), "n-1", settings))
                .isInstanceOfSatisfying(
                        StoreFailure.class, f -> assertThat(f.kind()).isEqualTo(StoreFailure.Kind.DAMAGED));
    }

    @Test
    void aDirectoryInUseAndNoDirectoryAtAllAreRefused() {
        try (NodeStore store = store()) {
            assertThatThrownBy(this::verify).isInstanceOf(StoreFailure.class).hasMessageContaining("in use");
            assertThat(store.losses()).isZero();
        }
        assertThatThrownBy(() -> DirectoryReport.verify(temp, CONFIG))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("no node's data directory");
    }
}
