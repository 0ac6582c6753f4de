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
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
            if (file == null) {
                return false;
            }
            SnapshotContent.read(file, SessionRecords::read, (head, in) -> in.readAllBytes());
            return true;
        } catch (Malformed | StoreFailure | EOFException refused) {
            return false;
        }
    }

    /** The file's own checksums are right: what is in it may be a bug's, another version's, or an enemy's. */
    @Test
    void whateverStandsInAFileItIsReadOrRefused() throws IOException {
        Snapshots files = SnapshotFiles.open(folder, 0);
        Fuzzer.Found found = new Fuzzer("a snapshot's content", List.of(content())).run(bytes -> {
            files.delete("x");
            try (Snapshots.Draft draft = files.create("x")) {
                draft.write(bytes, 0, bytes.length);
                draft.seal();
            }
            return reads(files, "x");
        });
        assertThat(found.refused()).isPositive();

        byte[] file = Files.readAllBytes(folder.resolve("x.snapshot"));
        try (Snapshots.Draft draft = files.create("sound")) {
            draft.write(content(), 0, content().length);
            draft.seal();
            file = Files.readAllBytes(folder.resolve("sound.snapshot"));
        }
        Path raw = folder.resolve("raw.snapshot");
        found = new Fuzzer("a snapshot's file", List.of(file)).run(bytes -> {
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
