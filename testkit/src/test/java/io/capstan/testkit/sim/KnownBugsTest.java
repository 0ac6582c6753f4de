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
                faults: cut a|b
                file: Seeds.java
                - return complete ?
                + return !complete ?
                """);

        assertThat(told(known, known.all().get(0))).isEqualTo("[]");
        assertThat(known.all().get(0).quick()).isTrue();
        assertThat(known.all().get(0).faults()).isEqualTo("cut a|b");
        assertThat(told(known, known.none("Seeds.java"))).isEqualTo("[a]");
        assertThat(told()).isEqualTo("[a]");
    }

    @Test
    void aCatalogueIsRefusedAsItIsReadWhenAPatchFitsTheSourceNoMore() {
        assertThatThrownBy(() -> bugs("""
                        bug 1: of a line that is
                        file: Seeds.java
                        - return complete ?
                        + return !complete ?
                        bug 2+: of a line that is no more
                        file: Seeds.java
                        - return neverWritten;
                        + return null;
                        bug 3: of a file that is no more
                        file: Weeds.java
                        - return complete ?
                        +
                        """))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bug 2+: of a line that is no more: not exactly once in Seeds.java")
                .hasMessageContaining("bug 3: of a file that is no more")
                .hasMessageContaining("Weeds.java")
                .hasMessageNotContaining("bug 1");
    }

    @Test
    void aCatalogueIsRefusedWhenALineOfItSaysNothingOrABugHasNoPatch() {
        assertThatThrownBy(() -> bugs("""
                        bug 1: of half a patch
                        file: Seeds.java
                        - return complete ?
                        bug 2: of a wrong side alone
                        file: Seeds.java
                        + return !complete ?
                        """))
                .hasMessageContaining("bug 1: of half a patch: without a patch")
                .hasMessageContaining("bug 2: of a wrong side alone: a line that says nothing");
    }

    @Test
    void aRightSideMayBecomeNothing() throws Exception {
        KnownBugs known = bugs("""
                bug 1: of a line that goes
                file: Seeds.java
                - complete ?
                +
                """);

        assertThat(known.all().get(0).patches()).containsExactly(new KnownBugs.Patch("Seeds.java", "complete ?", ""));
    }

    @Test
    void aPatchThatDoesNotCompileIsRefusedWhenItIsPutBack() throws Exception {
        KnownBugs known = bugs("""
                bug 2: of a line that cannot be
                file: Seeds.java
                - return complete ?
                + return incomplete ?
                """);

        assertThatThrownBy(() -> known.putBack(known.all().get(0), folder)).hasMessageContaining("does not compile");
    }
}
