package io.capstan.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownBugsTest {
    @TempDir
    Path folder;

    /** What the bugs are put back into, and what asks it. */
    static String told() {
        return new Seeds.Seen(1, true, new java.util.TreeMap<>()).missing("a").toString();
    }

    private KnownBugs bugs(String catalogue) throws IOException {
        return KnownBugs.read(
                Files.writeString(folder.resolve("catalogue.txt"), catalogue),
                Path.of("src/main/java/io/capstan/testkit/sim"),
                Seeds.class,
                KnownBugsTest.class,
                "io.capstan.testkit.sim.");
    }

    private String told(KnownBugs known, KnownBugs.Bug bug) throws Exception {
        return known.putBack(bug, folder).ask("KnownBugsTest", "told");
    }

    @Test
    void aBugIsThereWhenItIsPutBackAndNowhereElse() throws Exception {
        KnownBugs known = bugs("""
                bug 1: nothing is ever missing
                quick
                file: Seeds.java
                - return complete ?
                + return !complete ?
                """);

        assertThat(told(known, known.all().get(0))).isEqualTo("[]");
        assertThat(known.all().get(0).quick()).isTrue();
        assertThat(told(known, known.none("Seeds.java"))).isEqualTo("[a]");
        assertThat(told()).isEqualTo("[a]");
    }

    @Test
    void aPatchThatDoesNotFitTheSourceIsRefused() throws Exception {
        KnownBugs known = bugs("""
                bug 1: of a line that is no more
                file: Seeds.java
                - return neverWritten;
                + return null;
                bug 2: of a line that cannot be
                file: Seeds.java
                - return complete ?
                + return incomplete ?
                """);

        assertThatThrownBy(() -> known.putBack(known.all().get(0), folder)).hasMessageContaining("not exactly once");
        assertThatThrownBy(() -> known.putBack(known.all().get(1), folder)).hasMessageContaining("does not compile");
    }
}
