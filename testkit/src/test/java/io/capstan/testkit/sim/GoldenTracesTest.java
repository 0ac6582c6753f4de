package io.capstan.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenTracesTest {
    @TempDir
    Path folder;

    @Test
    void aStoryIsPlayedAndComparedWithHowItIsWritten() throws IOException {
        Files.writeString(folder.resolve("b.txt"), "LOUD");
        Files.writeString(folder.resolve("a.txt"), "loud");
        GoldenTraces traces = GoldenTraces.in(folder, script -> script.toUpperCase(Locale.ROOT));

        assertThat(traces.stories()).extracting(GoldenTraces.Story::name).containsExactly("a", "b");
        assertThat(traces.stories()).extracting(GoldenTraces.Story::told).containsOnly("LOUD");
        assertThat(traces.firstDifference()).isEqualTo("trace `a`");
    }

    @Test
    void aStoryThatCannotBePlayedGoesOtherwise() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "quiet");
        GoldenTraces traces = GoldenTraces.in(folder, script -> {
            throw new IllegalStateException("no such input");
        });
        assertThat(traces.firstDifference()).isEqualTo("trace `a`");
    }

    @Test
    void noStoriesAreNoProof() {
        assertThatThrownBy(() -> GoldenTraces.in(folder, script -> script).stories())
                .hasMessageContaining("no stories");
    }
}
