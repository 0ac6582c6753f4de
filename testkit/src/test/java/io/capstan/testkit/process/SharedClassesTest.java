package io.capstan.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedClassesTest {
    private static final String OWN = String.join(File.pathSeparator, "classes", "b.jar", "more", "a.jar");

    @Test
    void whatIsSharedComesFirstAndInItsOrder() {
        assertThat(SharedClasses.flags(OWN, OWN, "file.jsa"))
                .startsWith("-XX:SharedArchiveFile=file.jsa")
                .endsWith("-cp", String.join(File.pathSeparator, "b.jar", "a.jar", "classes", "more"));
        assertThat(SharedClasses.jars(OWN)).isEqualTo("b.jar" + File.pathSeparator + "a.jar");
    }

    @Test
    void withoutAFileOrWithOtherClassesTheClassPathStaysAsItIs() {
        String other = "patched" + File.pathSeparator + OWN;

        assertThat(SharedClasses.flags(OWN, OWN, "")).isEqualTo(List.of("-cp", OWN));
        assertThat(SharedClasses.flags(other, OWN, "file.jsa"))
                .as("what is put before it must win")
                .isEqualTo(List.of("-cp", other));
    }
}
