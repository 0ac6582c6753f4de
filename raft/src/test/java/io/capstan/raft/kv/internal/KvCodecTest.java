package io.capstan.raft.kv.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.Fuzzer;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.raft.kv.KeyEntry;
import io.capstan.raft.kv.core.KvCommand;
import io.capstan.raft.kv.core.KvCommand.Condition;
import io.capstan.raft.kv.core.KvCommand.Operation;
import io.capstan.raft.kv.core.KvQuery;
import io.capstan.raft.kv.core.KvReply;
import io.capstan.raft.kv.core.KvTable;
import io.capstan.testkit.FrozenWire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class KvCodecTest {
    private static final KeyEntry ENTRY = new KeyEntry("x", new byte[] {5}, 4, 3);
    private static final String ENTRY_HEX = "0178" + "00000001" + "05" + i64(4) + i64(3);
    private static final KvCommand COMMAND = new KvCommand(
            List.of(new Condition.VersionIs("x", 3), new Condition.ValueIs("x", new byte[] {5})),
            List.of(new Operation.Put("x", new byte[] {6}), new Operation.Delete("y")),
            List.of(new Operation.Get("x")));
    private static final String COMMAND_HEX = "0101"
            + ("00000002" + "01" + "0178" + i64(3) + "02" + "0178" + "00000001" + "05")
            + ("00000002" + "01" + "0178" + "00000001" + "06" + "02" + "0179")
            + ("00000001" + "03" + "0178");

    private static final String SNAPSHOT_HEX =
            "01" + i64(4) + i64(1) + HexFormat.of().toHexDigits(ENTRY_HEX.length() / 2) + ENTRY_HEX;

    private final KvCodec codec = new KvCodec();

    private static String i64(long value) {
        return HexFormat.of().toHexDigits(value);
    }

    private static Map<Object, String> golden() {
        Map<Object, String> golden = new LinkedHashMap<>();
        golden.put(new KvQuery.Get("x"), "0120" + "0178");
        golden.put(new KvQuery.Range("x", "", 9), "0121" + "00000001" + "78" + "00000000" + "00000009");
        golden.put(new KvQuery.Changes("x", 4), "0122" + "0178" + i64(4));
        golden.put(
                new KvReply.Done(true, 4, List.of(Optional.of(ENTRY), Optional.empty())),
                "0140" + "01" + i64(4) + "00000002" + "01" + ENTRY_HEX + "00");
        golden.put(new KvReply.Refused("no"), "0141" + "026e6f");
        golden.put(new KvReply.Entries(List.of(ENTRY), true), "0142" + "00000001" + ENTRY_HEX + "01");
        golden.put(
                new KvReply.Changed(List.of(new KvReply.Change("x", 4, Optional.of(ENTRY))), true, false),
                "0143" + "00000001" + "0178" + i64(4) + "01" + ENTRY_HEX + "01" + "00");
        return golden;
    }

    @Test
    void releasesAndThisCodeUnderstandEachOther() throws IOException {
        List<String> frames = new ArrayList<>(golden().values());
        frames.add(COMMAND_HEX);
        FrozenWire.check("key-value", frames, codec::decode);
        FrozenWire.check(
                "key-value-snapshot", List.of(SNAPSHOT_HEX), bytes -> KvSnapshot.read(new ByteArrayInputStream(bytes)));
    }

    @Test
    void everyMessageHasItsBytesForEver() {
        golden().forEach((value, hex) -> {
            assertThat(HexFormat.of().formatHex(codec.encode(value)))
                    .as(value.toString())
                    .isEqualTo(hex);
            assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
        });
        assertThat(HexFormat.of().formatHex(codec.encode(COMMAND))).isEqualTo(COMMAND_HEX);
        assertThat(codec.encode(codec.decode(codec.encode(COMMAND)))).isEqualTo(codec.encode(COMMAND));
        assertThat(KvReply.class.getPermittedSubclasses()).hasSize(4);
        assertThat(KvQuery.class.getPermittedSubclasses()).hasSize(3);
    }

    @Test
    void mutatedBytesAreReadOrRefused() throws IOException {
        ByteArrayOutputStream map = new ByteArrayOutputStream();
        new KvSnapshot(new KvTable.Builder().add(ENTRY).build(4).image()).writeTo(map);
        List<byte[]> sound = List.of(
                map.toByteArray(),
                codec.encode(COMMAND),
                codec.encode(new KvReply.Changed(List.of(new KvReply.Change("x", 4, Optional.of(ENTRY))), true, false)),
                codec.encode(new KvReply.Entries(List.of(ENTRY), true)));
        assertThat(new Fuzzer("key-value", sound)
                        .run(bytes -> {
                            boolean table = reads(() -> KvSnapshot.read(new ByteArrayInputStream(bytes)));
                            return reads(() -> codec.decode(bytes)) || table;
                        })
                        .refused())
                .isPositive();
    }

    private static boolean reads(Callable<?> decoding) throws Exception {
        try {
            decoding.call();
            return true;
        } catch (Malformed | EOFException refused) {
            return false;
        }
    }

    @Test
    void aSnapshotHasTheseBytesForEverAndGivesTheTableBack() throws IOException {
        KvTable table = new KvTable.Builder().add(ENTRY).build(4);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new KvSnapshot(table.image()).writeTo(out);
        byte[] bytes = out.toByteArray();

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(SNAPSHOT_HEX);
        KvTable read = KvSnapshot.read(new ByteArrayInputStream(bytes));
        assertThat(read.answer(new KvQuery.Get("x"))).isEqualTo(new KvReply.Entries(List.of(ENTRY), false));
        bytes[0] = 2;
        assertThatThrownBy(() -> KvSnapshot.read(new ByteArrayInputStream(bytes)))
                .hasMessage("a map of version 2; this Capstan knows version 1");
    }

    @Test
    void thePlaceBehindTheLongestKeyCanBeAskedFor() {
        KvQuery.Range range = new KvQuery.Range("k".repeat(255) + "\0", "l", 9);
        KvCodec codec = new KvCodec();
        assertThat(codec.decode(codec.encode(range))).isEqualTo(range);
    }
}
