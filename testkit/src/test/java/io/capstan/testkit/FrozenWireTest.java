package io.capstan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrozenWireTest {
    private static final List<String> TODAY = List.of("01 02", "03");

    @TempDir
    Path folder;

    private void check(List<String> today, FrozenWire.Reader reader) throws IOException {
        FrozenWire.check(folder, "", "talk", today, reader);
    }

    private void freeze(String release) throws IOException {
        FrozenWire.check(folder, release, "talk", TODAY, frame -> {});
    }

    private void freezeByHand(String release, String... lines) throws IOException {
        Files.createDirectories(folder.resolve(release));
        Files.write(folder.resolve(release).resolve("talk.txt"), List.of(lines));
    }

    @Test
    void whatAReleaseWroteIsReadByteForByteWhateverIsWrittenBesideItToday() throws Exception {
        freeze("0.1");
        List<byte[]> read = new ArrayList<>();
        check(List.of("0102", "03", "04"), read::add);
        assertThat(read).containsExactly(new byte[] {1, 2}, new byte[] {3});
    }

    @Test
    void aFrameThatIsReadNoMoreIsNamedWithItsRelease() throws Exception {
        freeze("0.1");
        assertThatThrownBy(() -> check(TODAY, frame -> {
                    if (frame.length == 1) {
                        throw new IOException("unknown");
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("0.1", "talk", "03", "not read any more");
    }

    @Test
    void aFrameThatIsWrittenNoMoreIsNamedUnlessItsReleaseIsReadOnly() throws Exception {
        freeze("0.1");
        assertThatThrownBy(() -> check(List.of("0102"), frame -> {}))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("0.1", "03", "not written any more");

        freezeByHand("0.1", "# read only: 0.2 writes 04 instead", "0102", "03");
        check(List.of("0102", "04"), frame -> {});
    }

    @Test
    void everyReleaseIsHeldAgainst() throws Exception {
        freeze("0.2");
        freezeByHand("0.1", "# both ways", "05");
        assertThatThrownBy(() -> check(TODAY, frame -> {}))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("0.1", "05");
    }

    @Test
    void aProtocolOfNoReleaseAndAFileThatSaysNeitherAreRefused() throws Exception {
        Files.createDirectories(folder.resolve("0.1"));
        assertThatThrownBy(() -> check(TODAY, frame -> {}))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("wire.freeze");

        freezeByHand("0.1", "0102", "03");
        assertThatThrownBy(() -> check(TODAY, frame -> {}))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("begins with");
    }
}
