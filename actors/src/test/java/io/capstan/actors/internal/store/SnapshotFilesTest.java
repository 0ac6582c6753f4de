package io.capstan.actors.internal.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFilesTest {
    private static final int BLOCK = SnapshotFormat.BLOCK_BYTES;

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private Snapshots snapshots;

    @BeforeEach
    void open() throws IOException {
        snapshots = new SnapshotFiles(Folder.in(folder), 0, () -> 7);
    }

    private static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private void seal(String name, byte[] content) {
        try (Snapshots.Draft draft = snapshots.create(name)) {
            draft.write(content, 0, content.length);
            draft.seal();
        }
    }

    private byte[] all(String name) throws IOException {
        try (Snapshots.Snapshot snapshot = requireNonNull(snapshots.open(name))) {
            return snapshot.stream().readAllBytes();
        }
    }

    private static void fails(StoreFailure.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    @Test
    void whatWasSealedIsReadBackWhateverItsLength() throws IOException {
        for (int length : new int[] {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 77}) {
            seal("s-" + length, content(length));
            open();
            assertThat(all("s-" + length)).isEqualTo(content(length));
        }
    }

    @Test
    void aPieceIsReadAtAnyPosition() {
        byte[] content = content(2 * BLOCK + 100);
        seal("s", content);
        try (Snapshots.Snapshot snapshot = requireNonNull(snapshots.open("s"))) {
            byte[] piece = new byte[300];
            for (int position : new int[] {0, BLOCK - 150, 5, 2 * BLOCK - 201, content.length - 300}) {
                assertThat(snapshot.read(position, piece, 0, 300)).isEqualTo(300);
                assertThat(piece).isEqualTo(java.util.Arrays.copyOfRange(content, position, position + 300));
            }
            assertThat(snapshot.read(content.length - 10, piece, 0, 300)).isEqualTo(10);
            assertThat(snapshot.read(content.length, piece, 0, 300)).isZero();
        }
    }

    @Test
    void aDraftIsNotThereBeforeItIsSealedAndACrashedOneIsGone() throws IOException {
        Snapshots.Draft draft = snapshots.create("s");
        draft.write(1);
        assertThat(draft.bytes()).isEqualTo(1);
        assertThat(snapshots.open("s")).isNull();
        assertThat(snapshots.list()).isEmpty();
        assertThatThrownBy(() -> snapshots.create("s")).isInstanceOf(IllegalArgumentException.class);

        SnapshotFiles.open(folder, 0);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aClosedDraftLeavesNothing() {
        snapshots.create("s").close();
        assertThat(folder).isEmptyDirectory();
        seal("s", content(10));
    }

    @Test
    void aSnapshotNeverChanges() {
        seal("s", content(10));
        assertThatThrownBy(() -> snapshots.create("s")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDeletedOneCanStillBeReadByWhoHasItOpen() throws IOException {
        seal("s", content(BLOCK * 2));
        try (Snapshots.Snapshot snapshot = requireNonNull(snapshots.open("s"))) {
            snapshots.delete("s");
            snapshots.delete("s");
            assertThat(snapshots.list()).isEmpty();
            assertThat(snapshot.stream().readAllBytes()).isEqualTo(content(BLOCK * 2));
        }
    }

    @Test
    void namesThatDifferInCaseAloneDifferOnEveryFileSystem() {
        seal("Aa.b-C_1", content(1));
        seal("aA.b-c_1", content(2));
        assertThat(snapshots.list()).containsExactly("Aa.b-C_1", "aA.b-c_1");
        assertThat(folder.toFile().list())
                .extracting(name -> name.toLowerCase(java.util.Locale.ROOT))
                .doesNotHaveDuplicates();
        for (String wrong : new String[] {"", "a/b", "a b", "ä", "x".repeat(121)}) {
            assertThatThrownBy(() -> snapshots.create(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void everyChangedBitAndEveryLostByteIsNoticed() throws IOException {
        seal("s", content(60));
        Path file = folder.resolve("s.snapshot");
        byte[] sound = Files.readAllBytes(file);
        for (int i = 0; i < sound.length * 8; i++) {
            byte[] damaged = sound.clone();
            damaged[i / 8] ^= (byte) (1 << i % 8);
            Files.write(file, damaged);
            assertThatThrownBy(() -> all("s")).as("bit " + i).isInstanceOf(StoreFailure.class);
        }
        for (int length = 0; length < sound.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(sound, length));
            fails(StoreFailure.Kind.DAMAGED, () -> all("s"));
        }
    }

    @Test
    void blocksThatChangedPlacesAndAnotherFilesBlockAreNoticed() throws IOException {
        seal("s", content(2 * BLOCK));
        Path file = folder.resolve("s.snapshot");
        byte[] swapped = Files.readAllBytes(file);
        byte[] first = java.util.Arrays.copyOfRange(swapped, 21, 21 + BLOCK + 4);
        System.arraycopy(swapped, 21 + BLOCK + 4, swapped, 21, BLOCK + 4);
        System.arraycopy(first, 0, swapped, 21 + BLOCK + 4, BLOCK + 4);
        Files.write(file, swapped);
        fails(StoreFailure.Kind.DAMAGED, () -> all("s"));

        snapshots = new SnapshotFiles(Folder.in(folder), 0, () -> 8);
        seal("other", content(2 * BLOCK));
        byte[] mixed = Files.readAllBytes(folder.resolve("other.snapshot"));
        System.arraycopy(first, 0, mixed, 21, BLOCK + 4);
        Files.write(folder.resolve("other.snapshot"), mixed);
        fails(StoreFailure.Kind.DAMAGED, () -> all("other"));
    }

    @Test
    void aNewerFormatIsRefused() throws IOException {
        seal("s", content(10));
        byte[] newer = Files.readAllBytes(folder.resolve("s.snapshot"));
        newer[8] = 2;
        Files.write(folder.resolve("s.snapshot"), newer);
        fails(StoreFailure.Kind.NEWER_FORMAT, () -> all("s"));
    }

    @Test
    void aSnapshotThatWouldFillTheDiskIsRefusedAndLeavesNothing() throws IOException {
        snapshots = new SnapshotFiles(Folder.in(folder), Long.MAX_VALUE, () -> 7);
        fails(StoreFailure.Kind.DISK_FULL, () -> seal("s", content(10)));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theFileIsWrittenAsAgreed() throws IOException {
        seal("s", new byte[] {1, 2, 3});
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(folder.resolve("s.snapshot"))))
                .isEqualTo(
                        "434150534e41500a" // CAPSNAP\n
                                + "01" // version
                                + "0000000000000007" // identity
                                + "9d75cef5" // checksum
                                + "010203" // content
                                + "b29212a9" // of identity, block 0, content
                                + "0000000000000003" // length
                                + "64e953c1");
    }
}
