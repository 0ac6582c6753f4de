package io.capstan.demo.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Failure;
import io.capstan.actors.Start;
import io.capstan.crdt.Ack;
import io.capstan.crdt.Counters;
import io.capstan.demo.Fuzz;
import io.capstan.demo.process.NodeClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole node, with all its services, on a directory in which somebody has been: what each file must hold is held to more
 * strictly by the tests of its format.
 */
@DisplayName("A node's directory, whatever became of its files,")
class DirectoryFuzzTest {
    @TempDir
    Path folder;

    private final Fuzz fuzz = new Fuzz("directory");

    @Test
    void isServedFromOrRefusedInOneLine() throws Exception {
        Path sound = folder.resolve("sound");
        makeOneThatHasSomething(sound);
        List<Path> files;
        try (Stream<Path> all = Files.walk(sound)) {
            files = all.filter(Files::isRegularFile).map(sound::relativize).toList();
        }
        assertThat(files).hasSizeGreaterThan(4);
        long[] refused = {0};
        fuzz.run(() -> {
            Path damaged = folder.resolve("damaged");
            delete(damaged);
            copy(sound, damaged);
            StringBuilder what = new StringBuilder();
            for (int some = 1 + fuzz.random().nextInt(2); some > 0; some--) {
                Path file = files.get(fuzz.random().nextInt(files.size()));
                what.append(file)
                        .append(": ")
                        .append(damage(damaged, file, files))
                        .append(", ");
            }
            refused[0] += isServed(damaged, what.toString()) ? 0 : 1;
        });
        System.out.printf("directory: %,d refused%n", refused[0]);
    }

    private static DemoNode start(Path directory) {
        return DemoNode.start(new DemoNode.Settings(
                "a",
                "127.0.0.1",
                0,
                0,
                directory,
                Start.bootstrap(),
                List.of("a"),
                "local",
                false,
                ConfigFactory.parseString("capstan.actors.store.write-ahead-bytes = 2 MiB")));
    }

    private static void makeOneThatHasSomething(Path directory) throws Exception {
        DemoNode node = start(directory);
        try {
            NodeClient door = new NodeClient("a", node.ready().http());
            for (int i = 0; i < 20; i++) {
                door.post("/kv/key-" + i, "v".repeat(100 * i)).required();
            }
            door.post("/raft/kv/snapshot?member=a").required();
            door.post("/kv/after", "the snapshot").required();
            Counters.durable(node.node())
                    .counter("paid")
                    .add(5, Ack.disk())
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        } finally {
            node.stop();
        }
    }

    /** Whether it started, and then serves and stops in order; whoever is refused is told why. */
    private static boolean isServed(Path directory, String what) {
        DemoNode node;
        try {
            node = start(directory);
        } catch (Failure refused) {
            assertThat(refused.getMessage()).as(what).isNotBlank().doesNotContainPattern("\\p{Cc}");
            return false;
        } catch (RuntimeException | Error bug) {
            throw new AssertionError(what, bug);
        }
        try {
            NodeClient door = new NodeClient("a", node.ready().http());
            assertThat(door.get("/status").required().path("node").asText())
                    .as(what)
                    .isEqualTo("a");
            assertThat(door.get("/kv").status()).as(what).isNotEqualTo(500);
            assertThat(door.get("/raft").status()).as(what).isNotEqualTo(500);
        } finally {
            node.stop();
        }
        return true;
    }

    private String damage(Path directory, Path name, List<Path> files) throws IOException {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            return "gone already";
        }
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        // Where something is, mostly.
        int at = bytes.length == 0 ? 0 : fuzz.random().nextInt(Math.min(bytes.length, end + 600));
        switch (fuzz.random().nextInt(7)) {
            case 0 -> {
                Files.delete(file);
                return "deleted";
            }
            case 1 -> {
                Files.write(file, Arrays.copyOf(bytes, at));
                return "cut at " + at;
            }
            case 2 -> {
                Files.copy(
                        folder.resolve("sound").resolve(files.get(fuzz.random().nextInt(files.size()))),
                        file,
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                return "another file";
            }
            case 3 -> {
                Arrays.fill(bytes, at, Math.min(bytes.length, at + 4_096), (byte) 0);
                Files.write(file, bytes);
                return "zeros at " + at;
            }
            case 4 -> {
                Files.delete(file);
                Files.createDirectory(file);
                return "a directory";
            }
            default -> {
                for (int i = at;
                        i < Math.min(bytes.length, at + 1 + fuzz.random().nextInt(8));
                        i++) {
                    bytes[i] = (byte) fuzz.random().nextInt();
                }
                Files.write(file, bytes);
                return "other bytes at " + at;
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }
}
