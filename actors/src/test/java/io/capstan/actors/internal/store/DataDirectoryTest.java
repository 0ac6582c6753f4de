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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
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
                + "01" // format 1
                + "06" + "73686f702d31" // shop-1
                + "68c019a8"; // CRC32C
        assertThat(HexFormat.of().formatHex(new Stamp("shop-1").toBytes())).isEqualTo(golden);

        Path file = Files.write(temp.resolve("stamp"), HexFormat.of().parseHex(golden));
        assertThat(Stamp.read(file, temp)).isEqualTo(new Stamp("shop-1"));
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
        newer[8] = 2;
        Files.write(temp.resolve("stamp"), newer);

        refused(temp, "a", StoreFailure.Kind.NEWER_FORMAT, "has format 2", "knows up to 1");
        assertThat(Files.readAllBytes(temp.resolve("stamp"))).isEqualTo(newer);
    }

    @Test
    void everyDamagedByteOfTheStampIsNoticed() throws IOException {
        DataDirectory.open(temp, "a").close();
        byte[] sound = Files.readAllBytes(temp.resolve("stamp"));
        for (int i = 0; i < sound.length; i++) {
            byte[] damaged = sound.clone();
            damaged[i] ^= 1;
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
            assertThat(child("hold").readLine()).contains("in use by another process");
        }
    }

    @Test
    void directoriesAreTheOwnersAloneAndSoAreFiles() throws IOException {
        Path directory = temp.resolve("x/y");
        NodeStore.open(directory, "a", settings("")).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        for (String file : List.of("lock", "stamp", "lmdb/data.mdb", "lmdb/lock.mdb")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesKillMinusNineAndTheLockDiesWithItsProcess() throws Exception {
        long acknowledged = -1;
        try (Child child = child("write")) {
            while (acknowledged < 500) {
                acknowledged = Long.parseLong(child.readLine());
            }
            // Through the handle, which leaves what it has written so far readable.
            child.process.toHandle().destroyForcibly();
            child.process.waitFor();
            for (String line = child.output.readLine(); line != null; line = child.output.readLine()) {
                acknowledged = Math.max(acknowledged, Long.parseLong(line));
            }
        }
        try (NodeStore store = NodeStore.open(temp, "a", settings(""))) {
            for (long i = 0; i <= acknowledged; i++) {
                assertThat(store.get(new Space("test"), key(i)))
                        .as("write " + i)
                        .isNotNull();
            }
        }
    }

    private static byte[] key(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
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

    private Child child(String what) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChildProcess.class.getName(),
                        what,
                        temp.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Child(
                process, new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
    }

    /** Another process: tries to open the directory, or writes to it until it is killed. */
    static final class ChildProcess {
        private ChildProcess() {}

        public static void main(String[] arguments) {
            Path directory = Path.of(arguments[1]);
            if (arguments[0].equals("hold")) {
                try {
                    DataDirectory.open(directory, "a");
                    System.out.println("opened");
                } catch (StoreFailure refused) {
                    System.out.println(refused.getMessage());
                }
                return;
            }
            NodeStore store = NodeStore.open(directory, "a", settings(""));
            for (long i = 0; ; i++) {
                Told told = new Told();
                store.write(List.of(new Change.Put(new Space("test"), key(i), bytes("v"))), told);
                told.await();
                System.out.println(i);
                System.out.flush();
            }
        }
    }
}
