package io.capstan.testkit.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

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

    /**
     * All stories, in the order of their names.
     *
     * @throws IllegalStateException when there is none
     */
    public List<Story> stories() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Story> stories = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                stories.add(story(file));
            }
            if (stories.isEmpty()) {
                throw new IllegalStateException("no stories in " + folder);
            }
            return stories;
        }
    }

    private Story story(Path file) throws IOException {
        String name = String.valueOf(file.getFileName()).replace(".txt", "");
        String written = Files.readString(file);
        if (Boolean.getBoolean("traces.regenerate")) {
            written = player.apply(written);
            Files.writeString(file, written);
        }
        return new Story(name, written, player);
    }

    /** The first story that goes otherwise, or nothing: what notices a bug that was put back. */
    public String firstDifference() throws IOException {
        for (Story story : stories()) {
            if (!story.written().equals(toldOrFailed(story))) {
                return "trace `" + story.name() + "`";
            }
        }
        return "";
    }

    private static String toldOrFailed(Story story) {
        try {
            return story.told();
        } catch (RuntimeException | AssertionError e) {
            return e.toString();
        }
    }

    /** One story: as it is written, and who plays it. */
    public record Story(String name, String written, UnaryOperator<String> player) {
        /** As it goes today. */
        public String told() {
            return player.apply(written);
        }
    }
}
