package io.capstan.bench.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.bench.QuickChildren;
import io.capstan.testkit.history.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code -Dkills=200} kills so often; {@code -Dkills.seed=S} draws the same moments again, as far as processes do. */
@ExtendWith(QuickChildren.class)
class KillRunTest {
    /** Starting again is most of what takes long, and the load takes the processor from it. */
    private static final Duration PAUSE = Duration.ofMillis(Long.getLong("kills.pause", 20));

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    /** Not in every build: {@code capstan torture}'s short run kills a leader there. */
    @Test
    @EnabledIfSystemProperty(named = "kills", matches = "\\d+")
    @Timeout(value = 45, unit = TimeUnit.MINUTES)
    void noAcknowledgedWriteIsLostAndNoneIsAppliedTwiceWhicheverProcessIsKilledAndWhenever() throws Exception {
        long seed = Long.getLong("kills.seed", System.nanoTime());
        try (KillRun run = new KillRun(directory, seed)) {
            KillRun.Found found = run.run(Integer.getInteger("kills", 1), Duration.ofDays(1), seed, PAUSE);

            found.lines().forEach(System.out::println);
            System.out.println(found.verdict());
            assertThat(found.verdict()).as("-Dkills.seed=" + seed).isInstanceOf(Verdict.Linearizable.class);
            assertThat(found.replicasAgree()).as("-Dkills.seed=" + seed).isTrue();
            assertThat(found.acknowledged()).isPositive();
            assertThat(found.checked()).isPositive();
        }
    }
}
