package io.capstan.crdt.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Stories of tables as text: lines of inputs, each followed by the effects they had. {@code -Dtraces.regenerate=true}
 * writes them anew; a difference is reviewed like code. What may stand in a line: {@link TraceScript}.
 */
class GoldenTraceTest {
    private static final Path FOLDER = Path.of("src/test/resources/traces");

    @TestFactory
    Stream<DynamicTest> everyStoryIsToldAsWritten() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Path> stories = files.sorted().toList();
            assertThat(stories).isNotEmpty();
            return stories.stream()
                    .map(story -> DynamicTest.dynamicTest(String.valueOf(story.getFileName()), () -> check(story)));
        }
    }

    private static void check(Path story) throws IOException {
        String expected = Files.readString(story);
        String told = TraceScript.play(expected);
        if (Boolean.getBoolean("traces.regenerate")) {
            Files.writeString(story, told);
        } else {
            assertThat(told)
                    .as("regenerate with -Dtraces.regenerate=true and review")
                    .isEqualTo(expected);
        }
    }
}
