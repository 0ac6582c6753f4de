package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.sim.GoldenTraces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Stories of folding, in {@code src/test/resources/folds}. What may stand in a line: {@link FoldScript}. */
class FoldStoriesTest {
    private static final GoldenTraces STORIES = GoldenTraces.in(Path.of("src/test/resources/folds"), FoldScript::play);

    @TestFactory
    Stream<DynamicTest> everyStoryIsToldAsWritten() throws IOException {
        return STORIES.stories().stream()
                .map(story -> DynamicTest.dynamicTest(
                        story.name(), () -> assertThat(story.told()).isEqualTo(story.written())));
    }
}
