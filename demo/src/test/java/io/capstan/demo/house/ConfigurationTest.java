package io.capstan.demo.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Every configuration key")
class ConfigurationTest {
    @Test
    @DisplayName("has a comment in reference.conf")
    void isCommented() {
        assertThat(keys(entry -> entry.getValue().origin().comments().isEmpty()))
                .isEmpty();
    }

    @Test
    @DisplayName("is read by its module's code")
    void isRead() {
        List<String> unread = new ArrayList<>();
        for (String module : Sources.MODULES) {
            String code = Sources.main(module).stream().map(Sources::text).collect(Collectors.joining());
            for (Map.Entry<String, ConfigValue> entry : capstanKeys(module)) {
                List<String> path = ConfigUtil.splitPath(entry.getKey());
                String last = path.get(path.size() - 1);
                if (!code.contains("\"" + last + "\"") && !code.contains("." + last + "\"")) {
                    unread.add(module + ": " + entry.getKey());
                }
            }
        }
        assertThat(unread).isEmpty();
    }

    @Test
    @DisplayName("stands under its own module's name")
    void standsUnderItsModule() {
        for (String module : Sources.MODULES) {
            assertThat(capstanKeys(module)).allMatch(entry -> entry.getKey().startsWith("capstan." + module + "."));
        }
    }

    private static List<String> keys(java.util.function.Predicate<Map.Entry<String, ConfigValue>> wanted) {
        return Sources.MODULES.stream()
                .flatMap(module -> capstanKeys(module).stream().filter(wanted).map(e -> module + ": " + e.getKey()))
                .toList();
    }

    private static List<Map.Entry<String, ConfigValue>> capstanKeys(String module) {
        Path file = Sources.ROOT.resolve(module).resolve("src/main/resources/reference.conf");
        if (!Files.exists(file)) {
            return List.of();
        }
        Config config = ConfigFactory.parseFile(file.toFile());
        return config.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("capstan."))
                // A dispatcher's block is Pekko's to read and to explain; its first line says what runs on it.
                .filter(entry -> !entry.getKey().contains("-dispatcher."))
                .toList();
    }
}
