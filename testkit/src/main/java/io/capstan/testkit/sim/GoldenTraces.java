package io.capstan.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Stories of a core as text files, to be read by people: inputs, each followed by the effects it had. {@code
 * -Dtraces.regenerate=true} writes them anew; a difference is reviewed like code.
 */
public final class GoldenTraces {
    private final Path folder;
    private final UnaryOperator<String> player;

    private GoldenTraces(Path folder, UnaryOperator<String> player) {
        this.folder = folder;
        this.player = player;
    }

    /**
     * The stories of a folder.
     *
     * @param player plays a story's inputs, and returns the whole text with the effects that they have today
     */
    public static GoldenTraces in(Path folder, UnaryOperator<String> player) {
        return new GoldenTraces(folder, player);
    }

    /** A test for each. */
    public Stream<DynamicTest> tests() throws IOException {
        List<Path> stories = stories();
        assertFalse(stories.isEmpty(), "no stories in " + folder);
        return stories.stream().map(story -> DynamicTest.dynamicTest(name(story), () -> check(story)));
    }

    /** The first story that goes otherwise, or nothing: what notices a bug that was put back. */
    public String firstDifference() throws IOException {
        for (Path story : stories()) {
            String expected = Files.readString(story);
            if (!expected.equals(toldOrFailed(expected))) {
                return "trace `" + name(story) + "`";
            }
        }
        return "";
    }

    private List<Path> stories() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static String name(Path story) {
        return String.valueOf(story.getFileName()).replace(".txt", "");
    }

    private String toldOrFailed(String script) {
        try {
            return player.apply(script);
        } catch (RuntimeException | AssertionError e) {
            return e.toString();
        }
    }

    private void check(Path story) throws IOException {
        String expected = Files.readString(story);
        String told = player.apply(expected);
        if (Boolean.getBoolean("traces.regenerate")) {
            Files.writeString(story, told);
        } else {
            assertEquals(expected, told, "regenerate with -Dtraces.regenerate=true and review");
        }
    }
}
