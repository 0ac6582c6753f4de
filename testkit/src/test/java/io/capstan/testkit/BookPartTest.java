package io.capstan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookPartTest {
    private static final String TEXT = "before\n<!-- made -->\none\ntwo\n<!-- /made -->\nafter\n";

    @TempDir
    Path directory;

    private Path book = Path.of("");

    @BeforeEach
    void aBook() throws IOException {
        book = directory.resolve("book.md");
        Files.writeString(book, TEXT);
    }

    @Test
    void whatStandsBetweenTheMarksIsReadAndTheBookStaysAsItIs() throws Exception {
        assertThat(new BookPart(book, "made").lines(List.of("three"), false)).containsExactly("one", "two");
        assertThat(book).hasContent(TEXT);
    }

    @Test
    void writtenAnewItHasWhatWasFoundAndNothingElseIsTouched() throws Exception {
        BookPart part = new BookPart(book, "made");
        assertThat(part.lines(List.of("three"), true)).containsExactly("three");
        assertThat(book).hasContent("before\n<!-- made -->\nthree\n<!-- /made -->\nafter\n");
        assertThat(part.lines(List.of(), false)).containsExactly("three");
    }

    @Test
    void aPartThatIsNotThereOrHasNoEndIsNamed() throws Exception {
        assertThatThrownBy(() -> new BookPart(book, "other").lines(List.of(), false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no part other");
        Files.writeString(book, "<!-- made -->\none\n");
        assertThatThrownBy(() -> new BookPart(book, "made").lines(List.of(), true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no part made");
    }
}
