package io.capstan.demo.crunch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A field reader")
class FieldReaderTest {
    @TempDir
    Path folder;

    @Test
    void separatesFieldsByRunsOfBlanksAsAwkDoes() throws IOException {
        assertThat(fields(2, "a b c\n  a\t\t b\n")).containsExactly("b", "b");
    }

    @Test
    void givesTheEmptyValueForShortAndEmptyLines() throws IOException {
        assertThat(fields(2, "a\n\n   \na b\n")).containsExactly("", "", "", "b");
    }

    @Test
    void countsALastLineWithoutNewline() throws IOException {
        assertThat(fields(1, "a\nb")).containsExactly("a", "b");
    }

    @Test
    void findsNoLineInAnEmptyFile() throws IOException {
        assertThat(Chunk.cut(file("").toString(), 0, 10)).isEmpty();
    }

    @Test
    void leavesOtherWhiteSpaceAndInvalidBytesAlone() throws IOException {
        assertThat(fields(1, "a\r\n\u00ff\u00a0b c\n")).containsExactly("a\r", "\u00ff\u00a0b");
    }

    @Test
    void givesTheWholeLineAsFieldZero() throws IOException {
        assertThat(fields(0, " a  b \n")).containsExactly(" a  b ");
    }

    @Test
    void refusesAValueBeyondItsLimitInOneClearLine() throws IOException {
        Path file = file("x".repeat(FieldReader.VALUE_BYTES_MAX + 1));
        assertThatThrownBy(() -> read(1, file, 1 << 30))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("longer");
    }

    @Test
    @DisplayName("reads every line in exactly one chunk, wherever the file is cut")
    void cutsNeverChangeWhatIsRead() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(60);
            for (int i = 0; i < length; i++) {
                text.append("ab \t\n\n".charAt(random.nextInt(6)));
            }
            Path file = file(text.toString());
            List<String> whole = read(1, file, 1 << 20);
            for (int bytes = 1; bytes <= 7; bytes++) {
                assertThat(read(1, file, bytes))
                        .as("seed %d, chunks of %d bytes", seed, bytes)
                        .isEqualTo(whole);
            }
        }
    }

    private List<String> fields(int field, String text) throws IOException {
        return read(field, file(text), 1 << 20);
    }

    private Path file(String text) throws IOException {
        return Files.write(folder.resolve("input"), text.getBytes(ISO_8859_1));
    }

    private static List<String> read(int field, Path file, int chunkBytes) throws IOException {
        List<String> values = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        long lines = 0;
        for (Chunk chunk : Chunk.cut(file.toString(), Files.size(file), chunkBytes)) {
            lines += new FieldReader(field).read(chunk, (value, offset) -> {
                values.add(new String(value, ISO_8859_1));
                offsets.add(offset);
            });
        }
        assertThat(lines).isEqualTo(values.size());
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < values.size(); i++) {
            int length = values.get(i).length();
            // Where the reader says that a value stands, there it stands.
            assertThat(new String(bytes, Math.toIntExact(offsets.get(i)), length, ISO_8859_1))
                    .isEqualTo(values.get(i));
        }
        return values;
    }
}
