package io.capstan.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.bench.QuickChildren;
import io.capstan.demo.cli.Capstan;
import io.capstan.testkit.Await;
import io.capstan.testkit.process.ChildProcess;
import io.capstan.testkit.process.SharedClasses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(180)
@ExtendWith(QuickChildren.class)
class InterruptedRunTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void whoIsToldToEndInTheMiddleOfAFaultLeavesNothingBehind() throws Exception {
        try (ChildProcess driver = ChildProcess.start(
                directory.resolve("driver"),
                List.of(
                        "-Xmx200m",
                        "-XX:TieredStopAtLevel=1",
                        "-D" + SharedClasses.FILE + "=" + System.getProperty(SharedClasses.FILE, "")),
                Capstan.class,
                "torture",
                "--workload",
                "register",
                "--faults",
                "pause a 60s; wait 60s",
                "--out",
                directory.resolve("out").toString())) {
            String line = driver.line();
            while (line != null && !line.contains(" given ")) {
                line = driver.line();
            }
            ProcessHandle handle = ProcessHandle.of(driver.pid()).orElseThrow();
            List<ProcessHandle> descendants = handle.descendants().toList();
            assertThat(descendants).as("nodes run").hasSizeGreaterThanOrEqualTo(3);

            // As Ctrl-C does.
            handle.destroy();

            Await.until("it ends", LONG, () -> !handle.isAlive());
            Await.until("all ends with it", LONG, () -> descendants.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(directory.toString());
            assertThat(namespaces("capstan-" + driver.pid() + "-")).isEmpty();
        }
    }

    private static List<String> namespaces(String begin) throws Exception {
        Path all = Path.of("/run/netns");
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        try (Stream<Path> each = Files.list(all)) {
            return each.map(path -> path.getFileName() + "")
                    .filter(name -> name.startsWith(begin))
                    .toList();
        }
    }
}
