package io.capstan.bench.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.bench.QuickChildren;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(QuickChildren.class)
class GuardedFileRunTest {
    /** However short it is, each kind of fault comes once. */
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("guarded.seconds", 1));

    private static final Duration LULL_MAX = Duration.ofSeconds(1);
    private static final long SEED = Long.getLong("guarded.seed", 1);
    private static final int NODES = 3;

    @TempDir
    Path directory;

    private static GuardedFileRun.Found judge(String... journal) {
        return GuardedFileRun.judge(List.of(journal));
    }

    @Test
    void theJournalTellsWhetherOneWasThereBesideAnother() {
        assertThat(judge("begin 1", "end 1", "begin 2", "begin 4", "end 4").violations())
                .isEmpty();
        assertThat(judge("begin 1", "end 1", "begin 2", "begin 4", "end 4").unfinished())
                .isEqualTo(1);
        assertThat(judge("begin 1", "begin 2", "end 1").violations()).hasSize(1);
        assertThat(judge("begin 1", "begin 2", "refused 1 at end").violations()).hasSize(1);
        assertThat(judge("begin 2", "end 2", "begin 1").violations()).hasSize(1);
        assertThat(judge("begin 1", "end 1", "begin 1").violations())
                .as("a token serves once")
                .hasSize(1);
    }

    /** Not in every build. */
    @Test
    @EnabledIfSystemProperty(named = "guarded.seconds", matches = "\\d+")
    void oneAfterTheOtherHoldsTheFileWhileNodesAreKilledAndStopped() throws Exception {
        try (GuardedFileRun run = new GuardedFileRun(directory, SEED, NODES)) {
            GuardedFileRun.Found found = run.run(LENGTH, LULL_MAX);
            assertThat(found.violations())
                    .as("again: mvn -pl bench -am test -Dtest=GuardedFileRunTest -Dguarded.seed=" + SEED
                            + " -Dguarded.seconds=" + LENGTH.toSeconds())
                    .isEmpty();
            assertThat(found.held())
                    .as("before, and after each of three faults")
                    .isGreaterThan(3);
        }
    }
}
