package io.capstan.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A peer")
class ContestantTest {
    @TempDir
    Path jars;

    /** Maven copies the jars of others first: of a build that failed they are all there is, and no process would start. */
    @Test
    void isBuiltOnceItsSeatIsThereAndNotByTheJarsOfOthers() throws IOException {
        JavaLaunch peer = new JavaLaunch("jraft", jars, "Seat", null);
        assertThat(peer.isBuilt()).isFalse();
        Files.createFile(jars.resolve("jraft-core-1.4.1.jar"));
        Files.createFile(jars.resolve("capstan-bench_2.13-1.jar"));
        assertThat(peer.isBuilt()).isFalse();

        Files.createFile(jars.resolve("capstan-bench-jraft-1.jar"));

        assertThat(peer.isBuilt()).isTrue();
    }

    @Test
    void saysWhatHasToBeInstalledForIt() throws IOException {
        JavaLaunch.Program absent = new JavaLaunch.Program("no-such-program", "some-package");
        JavaLaunch peer = new JavaLaunch("etcd", jars, "Seat", absent);
        assertThat(peer.missing()).contains("no-such-program", "apt-get install some-package");
        JavaLaunch there = new JavaLaunch("etcd", jars, "Seat", new JavaLaunch.Program("sh", "dash"));
        assertThat(there.missing()).contains("no jars");
        assertThat(new RaLaunch(null).missing()).contains("no ra", "apt-get install rabbitmq-server");
    }
}
