package io.capstan.raft.internal.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.internal.store.SnapshotFiles;
import io.capstan.actors.internal.store.Snapshots;
import io.capstan.raft.Effects;
import io.capstan.raft.internal.effect.EffectRecords;
import io.capstan.raft.internal.effect.Outstanding;
import io.capstan.raft.internal.session.SessionRecords;
import io.capstan.raft.internal.session.SessionTable.Image;
import io.capstan.raft.internal.session.SessionTable.Reply;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.Malformed;
import io.capstan.testkit.FrozenWire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotContentTest {
    private static final SnapshotContent.Head HEAD = new SnapshotContent.Head(new GroupId(5, 6), 4, 2, 9, 3);
    private static final String GOLDEN = "01" + i64(5) + i64(6) + i64(4) + i64(2) + i64(9) + "00000003" + "00000002"
            + "cafe" + "00000000" + "ffffffff" + "7374617465";

    @TempDir
    Path folder;

    private static String i64(long value) {
        return HexFormat.of().toHexDigits(value);
    }

    private static byte[] written() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<byte[]> records = List.of(new byte[] {(byte) 0xca, (byte) 0xfe}, new byte[0]);
        SnapshotContent.write(out, HEAD, records, to -> {
            try (to) {
                to.write("state".getBytes(US_ASCII));
            }
        });
        return out.toByteArray();
    }

    private Snapshots.Snapshot file(byte[] bytes) {
        Snapshots files = SnapshotFiles.open(folder, 0);
        try (Snapshots.Draft draft = files.create("x" + files.list().size())) {
            draft.write(bytes, 0, bytes.length);
            draft.seal();
        }
        return requireNonNull(files.open("x" + (files.list().size() - 1)));
    }

    private List<String> read(byte[] bytes, int limit) throws IOException {
        List<String> read = new ArrayList<>();
        SnapshotContent.read(file(bytes), record -> read.add(HexFormat.of().formatHex(record)), (head, in) -> {
            assertThat(head).isEqualTo(HEAD);
            read.add(new String(in.readNBytes(limit), US_ASCII));
        });
        return read;
    }

    /** With a record of every kind: what pieces of snapshots are put together to. */
    @Test
    void releasesAndThisCodeUnderstandEachOther() throws IOException {
        Image session = new Image(
                1,
                2,
                3,
                4,
                5,
                List.of(6L, 7L, 8L),
                List.of(new Reply(9, new byte[] {10}, null), new Reply(11, null, null), new Reply(12, null, "no")));
        Effects.Id id = new Effects.Id("g", 1, 2, 3);
        List<byte[]> records = List.of(
                SessionRecords.write(session),
                EffectRecords.write(new Outstanding.Send(id, "p", new byte[] {5})),
                EffectRecords.write(new Outstanding.Timer(id, "t", 9, new byte[] {5})),
                EffectRecords.write(new Outstanding.Monitor(id, "p", new byte[] {5}, new byte[] {6})));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotContent.write(out, HEAD, records, to -> to.write("state".getBytes(US_ASCII)));
        FrozenWire.check(
                "raft-snapshot",
                List.of(HexFormat.of().formatHex(out.toByteArray())),
                bytes -> SnapshotContent.read(
                        file(bytes),
                        SnapshotContentTest::isRead,
                        (head, in) -> assertThat(in.readAllBytes()).isNotEmpty()));
    }

    private static void isRead(byte[] record) {
        if (EffectRecords.isOne(record)) {
            EffectRecords.read("g", record);
        } else {
            SessionRecords.read(record);
        }
    }

    @Test
    void itsBytesAreTheseForEverAndASumGuardsThem() throws IOException {
        assertThat(HexFormat.of().formatHex(written())).isEqualTo(GOLDEN + "4301582d");
        assertThat(read(written(), 100)).containsExactly("cafe", "", "state");
    }

    @Test
    void aMachineThatReadsLessThanItWroteIsCheckedAllTheSame() throws IOException {
        assertThat(read(written(), 2)).containsExactly("cafe", "", "st");
        byte[] damaged = written();
        damaged[damaged.length - 5] ^= 1;
        assertThatThrownBy(() -> read(damaged, 2)).isInstanceOf(Malformed.class).hasMessageContaining("checksum");
    }

    @Test
    void everyFlippedByteIsNoticed() throws IOException {
        for (int i = 0; i < written().length; i++) {
            byte[] damaged = written();
            damaged[i] ^= 0x40;
            assertThatThrownBy(() -> SnapshotContent.read(file(damaged), record -> {}, (head, in) -> {}))
                    .as("byte " + i)
                    .isInstanceOfAny(Malformed.class, IOException.class);
        }
    }

    @Test
    void aNameTellsGroupIndexTermAndOriginAndIsNobodyElses() {
        SnapshotName name = new SnapshotName("a.b", 255, 3, true);
        assertThat(name.text()).isEqualTo("a.b.00000000000000ff-0000000000000003.r");
        assertThat(SnapshotName.of("a.b", name.text())).isEqualTo(name);
        assertThat(SnapshotName.of("a", name.text())).isNull();
        assertThat(SnapshotName.of("a.b", "a.b.00000000000000ff-0000000000000003.x"))
                .isNull();
        assertThat(new SnapshotName("g".repeat(64), Long.MAX_VALUE, Long.MAX_VALUE, false)
                        .text()
                        .length())
                .isLessThanOrEqualTo(Snapshots.NAME_LENGTH_MAX);
    }
}
