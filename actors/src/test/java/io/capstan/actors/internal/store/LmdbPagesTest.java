package io.capstan.actors.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever the disk does to LMDB's file, a node starts on it or says in one line why not; never does it end its process.
 * {@code -Dfuzz.seconds=600} goes on for ten minutes, {@code -Dfuzz.seed=S} begins with that seed.
 */
class LmdbPagesTest {
    private static final String REFUSED = "is damaged (";
    /** A slow machine tries few in one run, and damage that matters nowhere is taken. */
    private static final int RUNS_MAX = 20;

    private static final int LINES_MIN = 5;

    @TempDir
    Path temp;

    @Test
    void whatIsSoundIsTakenForSound() throws Exception {
        Path sound = temp.resolve("sound");
        DamagedProcess.fill(sound);
        assertThat(LmdbPages.judge(sound.resolve("lmdb/data.mdb"))).isNull();
        assertThat(LmdbPages.judge(temp.resolve("none"))).isNull();
    }

    @Test
    @Timeout(value = 1_000, unit = TimeUnit.SECONDS)
    void aDamagedDatabaseIsRefusedInOneLineAndEndsNoProcess() throws Exception {
        Path sound = temp.resolve("sound");
        DamagedProcess.fill(sound);
        long seed = Long.getLong("fuzz.seed", System.nanoTime() % 1_000_000_000);
        List<String> said = new ArrayList<>();
        for (int runs = 0; runs < RUNS_MAX && !isEnough(said); runs++) {
            said.remove("done");
            said.addAll(DamagedProcess.run(
                    sound, temp.resolve("work"), seed + said.size(), Long.getLong("fuzz.seconds", 3), true));
        }
        System.out.printf(
                "databases: %,d damaged, %,d refused%n",
                said.size() / 2,
                said.stream().filter(line -> line.contains("refused")).count());
        assertThat(said).as("-Dfuzz.seed=" + seed).endsWith("done").hasSizeGreaterThan(LINES_MIN);
        assertThat(said)
                .as("-Dfuzz.seed=" + seed)
                .allMatch(line -> line.matches("done|seed [0-9]+ (begins|taken|refused: .+)"))
                .anyMatch(line -> line.contains(REFUSED));
    }

    private static boolean isEnough(List<String> said) {
        return said.size() > LINES_MIN && said.stream().anyMatch(line -> line.contains(REFUSED));
    }

    /** Why there is {@link LmdbPages}: what LMDB does by itself. A figure, and no promise of ours. */
    @Test
    @EnabledIfSystemProperty(named = "measure", matches = "true")
    void withoutTheJudgementLmdbEndsTheProcess() throws Exception {
        Path sound = temp.resolve("sound");
        DamagedProcess.fill(sound);
        int opened = 0;
        int ends = 0;
        long seed = 1;
        while (ends < 10 && opened < 1_000) {
            List<String> said = DamagedProcess.run(sound, temp.resolve("work"), seed, 10, false);
            long begun = said.stream().filter(line -> line.endsWith("begins")).count();
            opened += (int) begun;
            seed += begun;
            ends += said.get(said.size() - 1).endsWith("begins") ? 1 : 0;
        }
        System.out.printf("LMDB by itself: %d of %d damaged databases ended the process%n", ends, opened);
        assertThat(ends).isPositive();
    }
}
