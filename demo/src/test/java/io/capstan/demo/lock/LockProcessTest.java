package io.capstan.demo.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.demo.cli.Capstan;
import io.capstan.demo.node.DemoNode;
import io.capstan.demo.node.Lone;
import io.capstan.demo.process.NodeClient;
import io.capstan.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("capstan lock, as a process of its own,")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
@SuppressWarnings("NullAway.Init") // Each test begins with start().
class LockProcessTest {
    /** What nobody waits for. */
    private static final Duration LONG = Duration.ofMinutes(3);

    /** What is waited for; a machine that is busy must not let it pass by itself. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    private DemoNode node;
    private Process process;

    private void start(Duration ttl) throws IOException {
        node = Lone.start(directory);
        // In a group of its own, as timeout(1) has it.
        String script = "timeout 1000 sleep 1000 & echo $! > child.new; mv child.new child; wait";
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dcapstan.log=" + directory.resolve("lock.log"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Capstan.class.getName(),
                        "lock",
                        "job",
                        "--ttl",
                        ttl.toSeconds() + "s",
                        "--node",
                        node.ready().http(),
                        "--",
                        "sh",
                        "-c",
                        script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("lock.out").toFile())
                .start();
        Await.until("the command runs", LONG, () -> Files.exists(directory.resolve("child")));
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
        node.stop();
    }

    private boolean isChildAlive() throws IOException {
        long pid = Long.parseLong(Files.readString(directory.resolve("child")).trim());
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private String holder() {
        return new NodeClient("a", node.ready().http()).get("/locks/job").text("holder");
    }

    private void assertAllOver() {
        Await.until("all its processes are gone", () -> !isChildAlive());
        Await.until("the lock is free", () -> holder().isEmpty());
    }

    @Test
    @DisplayName(
            "takes all its processes along when it is killed with -9, and its lock is free, long before its time to live")
    void killed() throws Exception {
        start(LONG);
        assertThat(holder()).isEqualTo("a");
        assertThat(isChildAlive()).isTrue();

        process.destroyForcibly().waitFor();

        assertAllOver();
    }

    @Test
    @DisplayName("ends its command and releases the lock when it is asked to end")
    void terminated() throws Exception {
        start(LONG);
        process.destroy();

        assertThat(process.waitFor()).isEqualTo(143);
        assertAllOver();
    }

    @Test
    @DisplayName("ends its command when its node goes away")
    void alone() throws Exception {
        start(SHORT);
        node.stop();

        assertThat(process.waitFor()).isEqualTo(121);
        assertThat(Files.readString(directory.resolve("lock.out")))
                .contains("is lost")
                .contains("the command was ended");
        Await.until("all its processes are gone", () -> !isChildAlive());
    }

    @Test
    @DisplayName("says that the lock was lost when its command ended while it was paused and could not watch")
    void paused() throws Exception {
        start(SHORT);
        signal("STOP");
        node.stop();
        long pid = Long.parseLong(Files.readString(directory.resolve("child")).trim());
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        long stopped = System.nanoTime();
        Await.until(
                "its time to live is over",
                Duration.ofSeconds(30),
                () -> System.nanoTime() - stopped > SHORT.toNanos());
        signal("CONT");

        assertThat(process.waitFor()).isEqualTo(121);
        assertThat(Files.readString(directory.resolve("lock.out"))).contains("the command had ended by itself");
    }

    @Test
    @DisplayName(
            "loses its lock when it is stopped for longer than its time to live, and ends its command as it goes on")
    void stopped() throws Exception {
        start(SHORT);
        signal("STOP");
        Await.until("the lock is free", LONG, () -> holder().isEmpty());
        assertThat(isChildAlive()).as("its command, which nobody could end").isTrue();
        signal("CONT");

        assertThat(process.waitFor()).isEqualTo(121);
        assertThat(Files.readString(directory.resolve("lock.out")))
                .containsAnyOf("is lost", "this process was paused")
                .contains("the command was ended");
        Await.until("all its processes are gone", () -> !isChildAlive());
    }

    private void signal(String signal) throws Exception {
        new ProcessBuilder("kill", "-s", signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }
}
