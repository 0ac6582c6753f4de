package io.capstan.raft.internal.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.internal.store.SnapshotFiles;
import io.capstan.actors.internal.store.Snapshots;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.raft.Fuzzer;
import io.capstan.raft.core.Configuration;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Input;
import io.capstan.raft.core.SnapshotMeta;
import io.capstan.raft.internal.session.SessionRecords;
import io.capstan.raft.internal.session.SessionTable;
import io.capstan.raft.internal.wire.GroupId;
import io.capstan.raft.internal.wire.Malformed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in a snapshot's file, and whatever a leader sends for one. */
class SnapshotFuzzTest {
    private static final SnapshotContent.Head HEAD = new SnapshotContent.Head(new GroupId(5, 6), 4, 2, 9, 3);
    private static final SnapshotMeta META = new SnapshotMeta(4, 2, 9, 1, Configuration.BLANK);

    @TempDir
    Path folder;

    private static byte[] content() throws IOException {
        byte[] session = SessionRecords.write(new SessionTable.Image(
                1, 7, 1_000, 9, 3, List.of(3L), List.of(new SessionTable.Reply(2, new byte[] {1}, null))));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotContent.write(out, HEAD, List.of(session, session), to -> to.write(new byte[300]));
        return out.toByteArray();
    }

    private static boolean reads(Snapshots files, String name) throws IOException {
        try (Snapshots.Snapshot file = files.open(name)) {
            return file != null && reads(file);
        } catch (StoreFailure refused) {
            return false;
        }
    }

    private static boolean reads(Snapshots.Snapshot file) throws IOException {
        try {
            SnapshotContent.read(file, SessionRecords::read, (head, in) -> in.readAllBytes());
            return true;
        } catch (Malformed | EOFException refused) {
            return false;
        }
    }

    /** A file whose own checksums are right: what is in it may be a bug's, another version's, or an enemy's. */
    private record Sealed(byte[] content) implements Snapshots.Snapshot {
        @Override
        public long bytes() {
            return content.length;
        }

        @Override
        public int read(long position, byte[] into, int offset, int length) {
            int read = (int) Math.min(length, content.length - position);
            System.arraycopy(content, (int) position, into, offset, read);
            return read;
        }

        @Override
        public InputStream stream() {
            return new ByteArrayInputStream(content);
        }

        @Override
        public void close() {}
    }

    /** With a right checksum at its end: damage is noticed there, and nothing else would be asked. */
    private static byte[] resealed(byte[] content) {
        if (content.length >= SnapshotContent.CHECKSUM_BYTES) {
            CRC32C crc = new CRC32C();
            crc.update(content, 0, content.length - SnapshotContent.CHECKSUM_BYTES);
            ByteBuffer.wrap(content).putInt(content.length - SnapshotContent.CHECKSUM_BYTES, (int) crc.getValue());
        }
        return content;
    }

    @Test
    void whateverTheContentIsItIsReadOrRefused() throws IOException {
        Fuzzer.Found found = new Fuzzer("a snapshot's content", List.of(content())).run(bytes -> {
            boolean damaged = reads(new Sealed(bytes));
            return reads(new Sealed(resealed(bytes))) || damaged;
        });
        assertThat(found.refused()).isPositive();
    }

    @Test
    void aGroupThatCannotBeIsRefusedAsWhatItIs() throws IOException {
        byte[] content = content();
        Arrays.fill(content, 1, 9, (byte) 0);
        assertThat(reads(new Sealed(resealed(content)))).isFalse();
    }

    @Test
    void whateverStandsInAFileItIsReadOrRefused() throws IOException {
        Snapshots files = SnapshotFiles.open(folder, 0);
        byte[] file;
        try (Snapshots.Draft draft = files.create("sound")) {
            draft.write(content(), 0, content().length);
            draft.seal();
            file = Files.readAllBytes(folder.resolve("sound.snapshot"));
        }
        Path raw = folder.resolve("raw.snapshot");
        Fuzzer.Found found = new Fuzzer("a snapshot's file", List.of(file)).run(bytes -> {
            Files.write(raw, bytes);
            return reads(files, "raw");
        });
        assertThat(found.refused()).isPositive();
    }

    @Test
    void whateverALeaderSendsEveryPieceIsAnsweredAndNothingUnsoundIsKept() throws IOException {
        Snapshots files = SnapshotFiles.open(folder, 0);
        Shelf shelf = new Shelf(files, "g");
        Receiving receiving = new Receiving(shelf);
        byte[] sound = content();
        Fuzzer.Found found = new Fuzzer("pieces of a snapshot", List.of(sound)).run(bytes -> {
            boolean last = false;
            for (int at = 0; !last; at += 64) {
                byte[] piece = Arrays.copyOfRange(bytes, Math.min(at, bytes.length), Math.min(bytes.length, at + 64));
                last = at + 64 >= bytes.length;
                // Every other round begins in the middle, or has a gap.
                long offset = bytes.length % 5 == 4 ? at + bytes[0] : at;
                Input.ChunkStored stored = receiving.store(new Effect.StoreChunk(META, offset, piece, last));
                assertThat(stored.snapshot()).isEqualTo(META);
            }
            SnapshotName name = shelf.received(META.index(), META.term());
            boolean kept = shelf.has(name);
            if (kept) {
                files.delete(name.text());
            }
            return kept;
        });
        assertThat(found.refused()).isPositive();
    }
}
