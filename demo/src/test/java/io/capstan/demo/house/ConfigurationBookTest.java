package io.capstan.demo.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import io.capstan.testkit.BookPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("docs/configuration.md")
class ConfigurationBookTest {
    private static final Path BOOK = Sources.ROOT.resolve("docs/configuration.md");
    private static final String HEAD = """
            # Configuration

            Every key of Capstan's, made from the modules' `reference.conf` by a test (`ConfigurationBookTest`;
            `-Dbooks.regenerate=true` writes it anew). Values go into `application.conf`, or into the overrides of
            `Node.start`. They are read when the node starts, or what they are of is first asked for (`capstan.metrics`), and a bad
            one is refused in one line that names the key, the value, and what it must be.
            """;

    private final List<String> lines = new ArrayList<>(HEAD.lines().toList());

    @Test
    @DisplayName("is made from every reference.conf")
    void isMadeFromEveryReference() throws IOException {
        for (String module : Sources.MODULES) {
            Path file = Sources.ROOT.resolve(module).resolve("src/main/resources/reference.conf");
            if (Files.exists(file)) {
                ConfigObject root = ConfigFactory.parseFile(file.toFile()).root();
                if (root.get("capstan") instanceof ConfigObject capstan) {
                    inOrder(capstan).forEach(entry -> section("capstan." + entry.getKey(), entry.getValue()));
                }
            }
        }
        presets();
        String made = String.join("\n", lines) + "\n";
        if (Boolean.getBoolean(BookPart.REGENERATE)) {
            Files.writeString(BOOK, made);
        }
        assertThat(Files.readString(BOOK)).isEqualTo(made);
    }

    /** A block, with the keys that stand in it, then its blocks. */
    private void section(String path, ConfigValue value) {
        if (!(value instanceof ConfigObject block)) {
            return;
        }
        List<Map.Entry<String, ConfigValue>> own =
                inOrder(block).stream().filter(entry -> isKey(entry)).toList();
        if (!own.isEmpty()) {
            lines.addAll(List.of("", "## `" + path + "`", ""));
            String comment = comment(block);
            if (!comment.isEmpty()) {
                lines.addAll(List.of(comment, ""));
            }
            lines.add("| key | default | |");
            lines.add("|---|---|---|");
            own.forEach(entry -> lines.add("| `" + entry.getKey() + "` | " + shown(entry.getValue()) + " | "
                    + comment(entry.getValue()).replace("|", "\\|") + " |"));
        }
        inOrder(block).stream()
                .filter(entry -> !isKey(entry))
                .forEach(entry -> section(path + "." + entry.getKey(), entry.getValue()));
    }

    /** What runs on a dispatcher is told; how it is made is Pekko's to explain. */
    private static boolean isKey(Map.Entry<String, ConfigValue> entry) {
        return !(entry.getValue() instanceof ConfigObject) || entry.getKey().endsWith("-dispatcher");
    }

    private static String shown(ConfigValue value) {
        if (value instanceof ConfigObject) {
            return "a dispatcher";
        }
        String text = value.render(ConfigRenderOptions.concise());
        return "`" + (text.length() > 2 && text.startsWith("\"") ? text.substring(1, text.length() - 1) : text) + "`";
    }

    private static String comment(ConfigValue value) {
        return value.origin().comments().stream().map(String::strip).collect(Collectors.joining(" "));
    }

    private static List<Map.Entry<String, ConfigValue>> inOrder(ConfigObject block) {
        return block.entrySet().stream()
                .sorted(Comparator.comparingInt(
                        entry -> entry.getValue().origin().lineNumber()))
                .toList();
    }

    private void presets() throws IOException {
        lines.addAll(List.of("", "## Presets", "", "`capstan.actors.preset` is one of these files.", ""));
        for (String preset : List.of("local", "lan", "wan")) {
            String name = "capstan-" + preset + ".conf";
            lines.addAll(List.of("`" + name + "`:", "```"));
            for (String module : Sources.MODULES) {
                Path file = Sources.ROOT
                        .resolve(module)
                        .resolve("src/main/resources")
                        .resolve(name);
                if (Files.exists(file)) {
                    lines.addAll(Files.readAllLines(file));
                }
            }
            lines.addAll(List.of("```", ""));
        }
        lines.remove(lines.size() - 1);
    }
}
