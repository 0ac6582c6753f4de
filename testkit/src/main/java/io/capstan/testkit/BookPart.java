package io.capstan.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A part of a text file that is made of what a test finds, between {@code <!-- NAME -->} and {@code <!-- /NAME -->}: compared
 * with that, or with {@code -Dbooks.regenerate=true} written anew. So what a book says is so as long as the test passes.
 *
 * <p>Not thread-safe.
 *
 * @param book the file; tests run in their module's folder
 * @param name of the part
 */
public record BookPart(Path book, String name) {
    /** The system property with which books are written anew. */
    public static final String REGENERATE = "books.regenerate";

    /**
     * What the book has here.
     *
     * @param found what it should have; just this is returned when books are written anew, and then the book has it
     * @throws IllegalStateException when the file has no such part
     */
    public List<String> lines(List<String> found) throws IOException {
        return lines(found, Boolean.getBoolean(REGENERATE));
    }

    List<String> lines(List<String> found, boolean anew) throws IOException {
        String text = Files.readString(book);
        String begin = "<!-- " + name + " -->\n";
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf("<!-- /" + name + " -->");
        if (from < begin.length() || to < from) {
            throw new IllegalStateException(book + " has no part " + name);
        }
        if (anew) {
            Files.writeString(book, text.substring(0, from) + String.join("\n", found) + "\n" + text.substring(to));
            return found;
        }
        return text.substring(from, to).lines().toList();
    }
}
