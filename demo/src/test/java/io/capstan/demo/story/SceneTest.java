package io.capstan.demo.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.demo.http.Pages;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A scene of the story")
class SceneTest {
    @ParameterizedTest
    @EnumSource
    @DisplayName("knows the line of the source in the jar that does it, and says why")
    void knowsItsLine(Scene scene) {
        List<String> lines = Pages.text(scene.file()).lines().toList();
        assertThat(scene.line(lines)).isBetween(1, lines.size());
        assertThat(scene.why()).endsWith(".");
    }
}
