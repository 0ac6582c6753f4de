package io.capstan.raft.internal.log;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.internal.store.NodeStore;
import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.actors.internal.store.StoreSettings;
import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Entry;
import io.capstan.raft.core.HardState;
import io.capstan.raft.core.MemberId;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.Malformed;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableLogTest {
    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private NodeStore store;

    @SuppressWarnings("NullAway.Init")
    private DurableLog log;

    @BeforeEach
    void open() {
        store = NodeStore.open(directory.resolve("s1"), "s1", StoreSettings.fromConfig(ConfigFactory.load()));
        log = DurableLog.open(store, "g", 42);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() {
        close();
        open();
    }

    private static Entry entry(long index, long term) {
        return new Entry(index, term, index * 10, Entry.Kind.COMMAND, new byte[] {(byte) index});
    }

    private static List<Entry> entries(long from, long to, long term) {
        List<Entry> entries = new ArrayList<>();
        for (long index = from; index <= to; index++) {
            entries.add(entry(index, term));
        }
        return entries;
    }

    private void persist(@Nullable HardState state, long truncateFrom, List<Entry> entries) {
        Effect.Persist persist = new Effect.Persist(1, state, null, truncateFrom, entries);
        log.write(persist, new Store.Completion() {
            @Override
            public void durable() {}

            @Override
            public void failed(StoreFailure failure) {}
        });
        await();
        log.durable(persist);
    }

    private void await() {
        CompletableFuture<Void> flushed = new CompletableFuture<>();
        store.write(List.of(), new Store.Completion() {
            @Override
            public void durable() {
                flushed.complete(null);
            }

            @Override
            public void failed(StoreFailure failure) {
                flushed.completeExceptionally(failure);
            }
        });
        flushed.join();
    }

    @Test
    void whatWasPersistedIsThereAfterARestart() {
        HardState state = new HardState(3, new MemberId("s2", 9));
        log.join(new GroupId(5, 6));
        persist(state, 0, entries(1, 300, 2));
        persist(null, 200, entries(200, 260, 3));

        reopen();

        assertThat(log.incarnation()).isEqualTo(42);
        assertThat(log.group()).isEqualTo(new GroupId(5, 6));
        assertThat(log.hardState()).isEqualTo(state);
        assertThat(log.firstIndex()).isEqualTo(1);
        assertThat(log.lastIndex()).isEqualTo(260);
        assertThat(log.term(199)).isEqualTo(2);
        assertThat(log.term(200)).isEqualTo(3);
        assertThat(log.entries(198, 201, 1_000_000))
                .containsExactly(entry(198, 2), entry(199, 2), entry(200, 3), entry(201, 3));
        assertThat(log.entries(198, 201, 1)).as("at least one").containsExactly(entry(198, 2));
    }

    @Test
    void aLogKeepsTheIncarnationItWasMadeWith() {
        await();
        log = DurableLog.open(store, "g", 43);
        assertThat(log.incarnation()).isEqualTo(42);
        assertThat(DurableLog.open(store, "other", 44).incarnation()).isEqualTo(44);
    }

    @Test
    void groupsWhoseNamesBeginAlikeDoNotMix() {
        persist(new HardState(1, null), 0, entries(1, 5, 1));
        DurableLog longer = DurableLog.open(store, "gg", 1);

        assertThat(longer.lastIndex()).isZero();
        assertThat(longer.hardState()).isEqualTo(HardState.BLANK);
    }

    @Test
    void aLogThatIsCutWithinARecordKeepsWhatIsBeforeTheCut() {
        persist(new HardState(1, null), 0, entries(1, 200, 1));
        for (long cut : new long[] {193, 192, 150, 129, 128, 127, 66, 65, 64, 2, 1}) {
            persist(null, cut, List.of());
            reopen();
            assertThat(log.damage()).isNull();
            assertThat(log.lastIndex()).isEqualTo(cut - 1);
            assertThat(log.entries(1, cut - 1, 1_000_000)).isEqualTo(entries(1, cut - 1, 1));
        }
    }

    @Test
    void aCompactedLogBeginsBehindWhatItsSnapshotReplaced() {
        persist(new HardState(1, null), 0, entries(1, 10_000, 1));
        AtomicInteger told = new AtomicInteger();
        log.write(
                new Effect.Compact(new SnapshotMeta(9_500, 1, 95_000, 1, Configuration.BLANK), 9_000),
                new Store.Completion() {
                    @Override
                    public void durable() {
                        told.incrementAndGet();
                    }

                    @Override
                    public void failed(StoreFailure failure) {}
                });
        await();
        assertThat(told).as("of three removals and what comes before them").hasValue(1);
        for (int restart = 0; restart < 2; restart++) {
            assertThat(log.firstIndex()).as("records go as a whole").isEqualTo(8_960);
            assertThat(log.lastIndex()).isEqualTo(10_000);
            assertThat(log.term(8_960)).isEqualTo(1);
            assertThat(log.entries(9_001, 9_002, 1_000)).containsExactly(entry(9_001, 1), entry(9_002, 1));
            assertThat(log.snapshot().index()).isEqualTo(9_500);
            reopen();
        }
    }

    /** Opens the log again as if its damage had not been found yet. */
    private DurableLog judgedAnew() {
        store.write(List.of(new Change.Delete(LogKeys.SPACE, new LogKeys("g").damage())), SILENT);
        return DurableLog.open(store, "g", 1);
    }

    private LogDamage damageFound() {
        return requireNonNull(judgedAnew().damage());
    }

    @Test
    void everyChangedBitOfARecordIsNoticedAndRemembered() {
        log.join(new GroupId(5, 6));
        persist(new HardState(3, new MemberId("s2", 9)), 0, entries(1, 3, 2));
        log.write(new Effect.Compact(new SnapshotMeta(1, 2, 10, 1, Configuration.BLANK), 0), SILENT);
        LogKeys keys = new LogKeys("g");
        for (byte[] key : List.of(keys.entry(1), keys.member(), keys.hardState(), keys.snapshot(), keys.losses())) {
            byte[] sound = requireNonNull(store.get(LogKeys.SPACE, key));
            for (int bit = 0; bit < sound.length * 8; bit++) {
                byte[] damaged = sound.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                put(key, damaged);
                assertThat(damageFound().what()).contains("checksum");
            }
            put(key, sound);
            assertThat(requireNonNull(DurableLog.open(store, "g", 1).damage()).what())
                    .as("a disk that answers rightly again is not believed")
                    .contains("checksum");
        }
        assertThat(judgedAnew().damage()).isNull();
    }

    @Test
    void aDamagedLogShowsWhatIsSoundAndKeepsTheRest() {
        persist(new HardState(3, null), 0, entries(1, 4, 2));
        persist(null, 0, entries(5, 8, 2));
        persist(null, 0, entries(9, 9, 2));
        byte[] key = new LogKeys("g").entry(5);
        byte[] record = requireNonNull(store.get(LogKeys.SPACE, key)).clone();
        record[20] ^= 1;
        put(key, record);

        DurableLog damaged = DurableLog.open(store, "g", 1);

        assertThat(requireNonNull(damaged.damage()).soundTo()).isEqualTo(4);
        assertThat(damaged.lastIndex()).isEqualTo(4);
        assertThat(damaged.hardState().term()).isEqualTo(3);
        assertThat(store.get(LogKeys.SPACE, new LogKeys("g").entry(9))).isNotNull();
    }

    @Test
    void damageThatIsFoundWhileReadingIsRemembered() {
        persist(new HardState(3, null), 0, entries(1, 4, 2));
        persist(null, 0, entries(5, 8, 2));
        persist(null, 0, entries(9, 9, 2));
        byte[] key = new LogKeys("g").entry(5);
        byte[] sound = requireNonNull(store.get(LogKeys.SPACE, key));
        byte[] record = sound.clone();
        record[20] ^= 1;
        put(key, record);

        assertThatThrownBy(() -> log.entries(3, 8, 1_000_000)).isInstanceOf(LogDamaged.class);
        assertThat(requireNonNull(log.damage()).soundTo()).isEqualTo(4);

        assertThatThrownBy(() -> log.entries(7, 8, 1_000_000)).isInstanceOf(LogDamaged.class);
        assertThat(requireNonNull(log.damage()).soundTo())
                .as("no more than is known")
                .isLessThan(5);

        put(key, sound);
        store.write(List.of(new Change.Delete(LogKeys.SPACE, new LogKeys("g").entry(9))), SILENT);
        assertThatThrownBy(() -> log.entries(7, 9, 1_000_000)).hasMessageContaining("lacks entry 9");
    }

    @Test
    void anEntryWithoutItsTermMeansThatTheVoteIsLost() {
        persist(new HardState(3, null), 0, entries(1, 3, 2));
        store.write(List.of(new Change.Delete(LogKeys.SPACE, new LogKeys("g").hardState())), SILENT);
        assertThat(damageFound().what()).contains("term and vote were lost");
    }

    @Test
    void aWriteLargerThanAllFilesTogetherGoesOnWhereItWasRefused() {
        List<Entry> large = new ArrayList<>();
        for (int index = 1; index <= 60; index++) {
            large.add(new Entry(index, 1, 1, Entry.Kind.COMMAND, new byte[(int) (store.writeBytesMax() / 16)]));
        }
        Effect.Persist persist = new Effect.Persist(1, new HardState(1, null), null, 0, large);
        int refusals = 0;
        for (boolean accepted = false; !accepted; ) {
            try {
                log.write(persist, SILENT);
                accepted = true;
            } catch (StoreFailure refused) {
                assertThat(refused.kind()).isEqualTo(StoreFailure.Kind.OVERLOADED);
                refusals++;
                await();
            }
        }
        assertThat(refusals).isPositive();
        reopen();
        assertThat(log.lastIndex()).isEqualTo(60);
        assertThat(log.damage()).isNull();
    }

    @Test
    void aRecordInAnothersPlaceAndAMissingEntryAreNoticed() {
        for (long index = 1; index <= 3; index++) {
            persist(new HardState(3, null), 0, entries(index, index, 2));
        }
        byte[] third = requireNonNull(store.get(LogKeys.SPACE, new LogKeys("g").entry(3)));
        put(new LogKeys("g").entry(2), third);
        assertThat(damageFound().what()).contains("checksum");

        store.write(List.of(new Change.Delete(LogKeys.SPACE, new LogKeys("g").entry(2))), SILENT);
        assertThat(damageFound().what()).contains("lacks entry 2");
    }

    @Test
    void aSoundRecordWithAValueOfANewerCapstanRefusesTheMembersStart() {
        LogKeys keys = new LogKeys("g");
        Entry newer = new Entry(1, 1, 9, Entry.Kind.CONFIGURATION, new byte[] {9, 0});
        put(keys.entry(1), LogRecords.entries(keys.entry(1), List.of(newer)));
        assertThatThrownBy(() -> DurableLog.open(store, "g", 1))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("a configuration of version 9");

        put(keys.entry(1), sealed(keys.entry(1), "02" + "07" + "0000000000000001" + "0000000000000009" + "00000000"));
        assertThatThrownBy(() -> DurableLog.open(store, "g", 1))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("unknown kind of entry: 7");

        String zeros = "0000000000000000".repeat(4);
        put(keys.snapshot(), sealed(keys.snapshot(), "01" + zeros + "00000002" + "0900"));
        assertThatThrownBy(() -> DurableLog.open(store, "g", 1))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("a configuration of version 9");
    }

    private static byte[] sealed(byte[] key, String hex) {
        byte[] body = HexFormat.of().parseHex(hex);
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(body);
        return ByteBuffer.allocate(body.length + 4)
                .put(body)
                .putInt((int) crc.getValue())
                .array();
    }

    private void put(byte[] key, byte[] value) {
        store.write(List.of(new Change.Put(LogKeys.SPACE, key, value)), SILENT);
    }

    private static final Store.Completion SILENT = new Store.Completion() {
        @Override
        public void durable() {}

        @Override
        public void failed(StoreFailure failure) {}
    };

    @Test
    void keysAndRecordsAreWrittenAsAgreed() {
        LogKeys keys = new LogKeys("g");
        assertThat(hex(keys.member())).isEqualTo("016701");
        assertThat(hex(keys.hardState())).isEqualTo("016702");
        assertThat(hex(keys.snapshot())).isEqualTo("016703");
        assertThat(hex(keys.damage())).isEqualTo("016705");
        assertThat(hex(keys.losses())).isEqualTo("016706");
        assertThat(hex(LogRecords.damage(keys.damage(), new LogDamage("x", 4))))
                .startsWith("01" + "0000000000000004" + "0178");
        assertThat(hex(LogRecords.losses(keys.losses(), 3))).startsWith("01" + "0000000000000003");
        assertThat(hex(keys.entry(258))).isEqualTo("016704" + "0000000000000102");

        String term = "0000000000000001";
        assertThat(hex(LogRecords.entries(keys.entry(5), entries(5, 6, 1))))
                .startsWith(
                        "02" + "01" + term + "0000000000000032" + "00000001" + "05" + "01" + term + "000000000000003c")
                .hasSize(2 * (1 + 2 * (1 + 8 + 8 + 4 + 1) + 4));
        assertThat(hex(LogRecords.hardState(keys.hardState(), new HardState(3, new MemberId("s2", 9)))))
                .startsWith("01" + "0000000000000003" + "01" + "0000000000000009" + "027332");
        assertThat(hex(LogRecords.member(keys.member(), new LogRecords.MemberRecord(42, new GroupId(5, 6)))))
                .startsWith("01" + "000000000000002a" + "01" + "0000000000000005" + "0000000000000006");
        assertThat(LogRecords.snapshot(
                        keys.snapshot(),
                        LogRecords.snapshot(keys.snapshot(), new SnapshotMeta(4, 1, 9, 1, Configuration.BLANK))))
                .isEqualTo(new SnapshotMeta(4, 1, 9, 1, Configuration.BLANK));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
