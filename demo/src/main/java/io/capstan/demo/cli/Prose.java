package io.capstan.demo.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What the help says, whatever the width of the terminal: lines of source are no lines of text. A description's first sentence
 * stands alone, as the list of commands shows it.
 */
final class Prose {
    private Prose() {}

    static void flow(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        spec.usageMessage().description(sentenceAndRest(spec.usageMessage().description()));
        spec.usageMessage().footer(paragraphs(spec.usageMessage().footer()));
        command.getSubcommands().values().forEach(Prose::flow);
    }

    static String[] sentenceAndRest(String... lines) {
        List<String> paragraphs = new ArrayList<>(List.of(paragraphs(lines)));
        if (!paragraphs.isEmpty()) {
            String first = paragraphs.get(0);
            int end = first.indexOf(". ");
            if (end >= 0) {
                paragraphs.set(0, first.substring(0, end + 1));
                paragraphs.add(1, first.substring(end + 2));
            }
        }
        return paragraphs.toArray(String[]::new);
    }

    /** Lines that follow each other are one paragraph; what is indented, or introduces it, is as it is. */
    static String[] paragraphs(String... lines) {
        List<String> paragraphs = new ArrayList<>();
        boolean open = false;
        for (String line : lines) {
            boolean text = !line.isEmpty() && !line.startsWith(" ");
            if (text && open) {
                paragraphs.set(paragraphs.size() - 1, paragraphs.get(paragraphs.size() - 1) + " " + line);
            } else {
                paragraphs.add(line);
            }
            open = text && !line.endsWith(":");
        }
        return paragraphs.toArray(String[]::new);
    }
}
