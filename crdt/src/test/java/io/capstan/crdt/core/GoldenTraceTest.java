package io.capstan.crdt.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.sim.GoldenTraces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Stories of tables, in {@code src/test/resources/traces}. What may stand in a line: {@link TraceScript}. */
class GoldenTraceTest {
    private static final GoldenTraces STORIES =
            GoldenTraces.in(Path.of("src/test/resources/traces"), TraceScript::play);

    @TestFactory
    Stream<DynamicTest> everyStoryIsToldAsWritten() throws IOException {
        return STORIES.stories().stream()
                .map(story -> DynamicTest.dynamicTest(
                        story.name(), () -> assertThat(story.told()).isEqualTo(story.written())));
    }
}
