package io.capstan.actors.internal.store;

import static io.capstan.actors.internal.store.NodeStoreTest.bytes;
import static io.capstan.actors.internal.store.NodeStoreTest.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path temp;

    private static void refused(Path directory, String node, StoreFailure.Kind kind, String... words) {
        assertThatThrownBy(() -> DataDirectory.open(directory, node).close())
                .isInstanceOfSatisfying(StoreFailure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(kind);
                    assertThat(failure.getMessage()).contains(words).doesNotContain("\n");
                });
    }

    @Test
    void theStampIsWrittenAsAgreed() throws IOException {
        String golden = "4341505354414e0a" // CAPSTAN\n
                + "02" // format 2
                + "06" + "73686f702d31" // shop-1
                + "b3849ec1"; // CRC32C
        assertThat(HexFormat.of().formatHex(new Stamp(2, "shop-1").toBytes())).isEqualTo(golden);

        Path file = Files.write(temp.resolve("stamp"), HexFormat.of().parseHex(golden));
        assertThat(Stamp.read(file, temp)).isEqualTo(new Stamp(2, "shop-1"));
    }

    @Test
    void aDirectoryOfTheFirstFormatIsBroughtUpToDate() throws IOException {
        String first = "4341505354414e0a" + "01" + "06" + "73686f702d31" + "68c019a8";
        Files.write(temp.resolve("stamp"), HexFormat.of().parseHex(first));
        Files.createDirectory(temp.resolve("lmdb"));
        try (Environment lmdb = LmdbEnvironment.open(temp.resolve("lmdb"), settings(""))) {
            lmdb.commit(List.of(new Change.Put(new Space("test"), bytes("k"), bytes("v"))));
        } catch (Environment.OutOfSpace never) {
            throw new AssertionError(never);
        }
        for (int start = 0; start < 2; start++) {
            try (NodeStore store = NodeStore.open(temp, "shop-1", settings(""))) {
                assertThat(store.get(new Space("test"), bytes("k"))).isEqualTo(bytes("v"));
            }
            assertThat(Stamp.read(temp.resolve("stamp"), temp).version()).isEqualTo(2);
        }
    }

    @Test
    void anotherNodesDirectoryIsRefused() {
        DataDirectory.open(temp.resolve("d"), "a").close();

        refused(temp.resolve("d"), "b", StoreFailure.Kind.UNUSABLE_DIRECTORY, "belongs to node a, not to b");
        DataDirectory.open(temp.resolve("d"), "a").close();
    }

    @Test
    void aNewerFormatIsRefusedAndLeftAlone() throws IOException {
        DataDirectory.open(temp, "a").close();
        byte[] newer = Files.readAllBytes(temp.resolve("stamp"));
        newer[8] = 3;
        Files.write(temp.resolve("stamp"), newer);

        refused(temp, "a", StoreFailure.Kind.NEWER_FORMAT, "has format 3", "knows up to 2");
        assertThat(Files.readAllBytes(temp.resolve("stamp"))).isEqualTo(newer);
    }

    @Test
    void everyDamagedByteOfTheStampIsNoticed() throws IOException {
        DataDirectory.open(temp, "a").close();
        byte[] sound = Files.readAllBytes(temp.resolve("stamp"));
        for (int i = 0; i < sound.length; i++) {
            byte[] damaged = sound.clone();
            // The version's lowest bit would make it a newer format.
            damaged[i] ^= 2;
            Files.write(temp.resolve("stamp"), damaged);
            refused(temp, "a", StoreFailure.Kind.UNUSABLE_DIRECTORY, "stamp", "damaged");
            Files.write(temp.resolve("stamp"), java.util.Arrays.copyOf(sound, i));
            refused(temp, "a", StoreFailure.Kind.UNUSABLE_DIRECTORY, "stamp", "damaged");
        }
    }

    @Test
    void dataWithoutAStampIsRefused() throws IOException {
        DataDirectory.open(temp, "a").close();
        Files.delete(temp.resolve("stamp"));

        refused(temp, "a", StoreFailure.Kind.UNUSABLE_DIRECTORY, "no stamp");
    }

    @Test
    void aFileInTheWayIsRefused() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));

        refused(file, "a", StoreFailure.Kind.UNUSABLE_DIRECTORY, "is a file", "capstan.actors.directory");
        refused(file.resolve("below"), "a", StoreFailure.Kind.UNUSABLE_DIRECTORY, "cannot be used");
    }

    @Test
    void aSecondOpeningInTheSameProcessIsRefusedAndTheFirstKeepsItsLock() throws Exception {
        try (DataDirectory held = DataDirectory.open(temp, "a")) {
            refused(temp, "a", StoreFailure.Kind.UNUSABLE_DIRECTORY, "by another node of this process");

            assertThat(held.lmdb()).isDirectory();
            assertThat(child().readLine()).contains("in use by another process");
        }
    }

    @Test
    void directoriesAreTheOwnersAloneAndSoAreFiles() throws IOException {
        Path directory = temp.resolve("x/y");
        // As careless as can be: whatever is made without a word about its mode is everybody's.
        try (Child careless = child("umask 000; exec", directory, "keep")) {
            assertThat(careless.readLine()).isEqualTo("kept");
        }
        assertThat(mode(temp.resolve("x"))).isEqualTo("rwxr-xr-x");
        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all)
                    .hasSizeGreaterThan(8)
                    .allSatisfy(each -> assertThat(mode(each))
                            .as(each.toString())
                            .isEqualTo(Files.isDirectory(each) ? "rwx------" : "rw-------"));
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private record Child(Process process, BufferedReader output) implements AutoCloseable {
        String readLine() throws IOException {
            String line = output.readLine();
            if (line == null) {
                throw new IOException("the child process ended early");
            }
            return line;
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private Child child() throws IOException {
        return child("exec", temp, "open");
    }

    /** @param how a shell's words before the command */
    private static Child child(String how, Path directory, String what) throws IOException {
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        how + " \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChildProcess.class.getName(),
                        directory.toString(),
                        what)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Child(
                process, new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
    }

    /** Another process: tries to open the directory, or to keep something in it. */
    static final class ChildProcess {
        private ChildProcess() {}

        public static void main(String[] arguments) {
            Path directory = Path.of(arguments[0]);
            try {
                if (arguments[1].equals("keep")) {
                    keep(directory);
                    return;
                }
                DataDirectory.open(directory, "a");
                System.out.println("opened");
            } catch (StoreFailure refused) {
                System.out.println(refused.getMessage());
            }
        }

        private static void keep(Path directory) {
            try (NodeStore store = NodeStore.open(directory, "a", settings(""))) {
                try (Snapshots.Draft draft = store.snapshots().create("one")) {
                    draft.write(1);
                    draft.seal();
                }
                System.out.println("kept");
            }
        }
    }
}
