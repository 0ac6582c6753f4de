package io.capstan.bench.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.bench.QuickChildren;
import io.capstan.testkit.history.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code -Dlock.kills.seconds=300} disturbs for so long; {@code -Dlock.kills.seed=S} draws the same faults again. */
@ExtendWith(QuickChildren.class)
class LockKillRunTest {
    /** Starting again is most of what takes long, and the load takes the processor from it. */
    private static final Duration PAUSE = Duration.ofMillis(Long.getLong("lock.kills.pause", 20));

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    @Test
    @Timeout(value = 45, unit = TimeUnit.MINUTES)
    void whatClientsOfLocksAreToldIsWhatOneFencedLockCouldHaveToldThemWhoeverIsKilledPausedOrCutOff() throws Exception {
        long seed = Long.getLong("lock.kills.seed", System.nanoTime());
        Duration length = Duration.ofSeconds(Long.getLong("lock.kills.seconds", 5));
        try (LockKillRun run = new LockKillRun(directory, seed)) {
            LockKillRun.Found found = run.run(length, seed, PAUSE);

            System.out.println(found);
            assertThat(found.verdict()).as("-Dlock.kills.seed=" + seed).isInstanceOf(Verdict.Linearizable.class);
            assertThat(found.grants()).isPositive();
        }
    }
}
