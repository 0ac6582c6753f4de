package io.capstan.bench.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.bench.QuickChildren;
import io.capstan.raft.lock.FenceGuard;
import io.capstan.raft.lock.FencingToken;
import io.capstan.testkit.process.ChildProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(180)
@ExtendWith(QuickChildren.class)
class PausedHolderTest {
    private static final String TTL_MILLIS = "2000";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    @Test
    void aHolderThatWasPausedPastItsTimeToLiveBelievesNoMoreIsRefusedHearsOfItAndItsTokenIsTooOld() throws Exception {
        try (Members members = new Members(
                directory,
                (place, first, all) -> LockProcess.command(
                        List.of("-Xmx256m"), place, all.get(0).port()))) {
            members.startAll();
            pausedPastItsTimeToLive(members.child("c"), members.child("b"));
        }
    }

    private static void pausedPastItsTimeToLive(ChildProcess paused, ChildProcess other) throws Exception {
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
