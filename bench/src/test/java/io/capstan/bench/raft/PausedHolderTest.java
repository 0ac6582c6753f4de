package io.capstan.bench.raft;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.bench.Child;
import io.capstan.raft.lock.FenceGuard;
import io.capstan.raft.lock.FencingToken;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(180)
class PausedHolderTest {
    private static final String TTL_MILLIS = "2000";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    private final Map<String, Child> nodes = new TreeMap<>();

    @BeforeEach
    void start() throws Exception {
        String first = String.valueOf(Child.freePort());
        for (String name : List.of("a", "b", "c")) {
            String port = name.equals("a") ? first : String.valueOf(Child.freePort());
            Path files = directory.resolve(name);
            nodes.put(
                    name,
                    Child.start(files, List.of("-Xmx256m"), LockProcess.class, name, files.toString(), port, first));
        }
        for (Child node : nodes.values()) {
            node.answer("started");
        }
    }

    @AfterEach
    void stop() {
        nodes.values().forEach(Child::close);
    }

    @Test
    void aHolderThatWasPausedPastItsTimeToLiveBelievesNoMoreIsRefusedHearsOfItAndItsTokenIsTooOld() throws Exception {
        Child paused = requireNonNull(nodes.get("c"));
        Child other = requireNonNull(nodes.get("b"));
        FenceGuard guarded = new FenceGuard();
        paused.say("hold x " + TTL_MILLIS);
        FencingToken before = FencingToken.parse(paused.answer("held"));
        assertThat(guarded.admit(before)).isTrue();

        paused.pause(true);
        // What it will do first when it wakes up, before any clock of its own could have told it anything.
        paused.say("go-on");
        other.say("hold x " + TTL_MILLIS);
        FencingToken after = FencingToken.parse(other.answer("held"));
        assertThat(after).isGreaterThan(before);
        assertThat(guarded.admit(after)).isTrue();
        paused.pause(false);

        Set<String> said = new TreeSet<>();
        for (int i = 0; i < 3; i++) {
            said.add(paused.next("lost", "believes", "next"));
        }
        assertThat(said)
                .contains("believes false", "next SESSION_LOST")
                .containsAnyOf("lost UNCONFIRMED", "lost EXPIRED");
        assertThat(guarded.admit(before)).isFalse();
    }
}
