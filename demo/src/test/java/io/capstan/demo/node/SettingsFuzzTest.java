package io.capstan.demo.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.demo.Fuzz;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A setting, whatever it is set to,")
class SettingsFuzzTest {
    /** None that would be believed and fill a disk. */
    private static final List<String> VALUES = List.of(
            "-1",
            "0",
            "1",
            "\"\"",
            "x",
            "[]",
            "{}",
            "[x, 1]",
            "on",
            "-5s",
            "1ns",
            "1s",
            "99999999999999999999",
            "1e400",
            "\"host:port\"",
            "\"\\u0000\"",
            "3.5",
            "\"1 MiB\"",
            "\"-1 MiB\"");

    @TempDir
    Path folder;

    private final Fuzz fuzz = new Fuzz("settings");

    @Test
    void isTakenOrRefusedInOneLineThatNamesIt() {
        List<String> keys = ConfigFactory.defaultReference().getConfig("capstan").entrySet().stream()
                .map(entry -> "capstan." + entry.getKey())
                .filter(key -> !key.contains("dispatcher") && !key.equals("capstan.actors.directory"))
                .sorted()
                .toList();
        fuzz.run(() -> {
            String key = fuzz.one(keys);
            String value = fuzz.one(VALUES);
            Config said = ConfigFactory.parseString(key + " = " + value)
                    .withFallback(ConfigFactory.parseString(
                            "capstan.actors { directory = \"" + folder.resolve("data") + "\", link.port = 0 }"));
            try {
                Node.start("a", Start.bootstrap(), said)
                        .stop()
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS);
            } catch (Failure refused) {
                List<String> path = ConfigUtil.splitPath(key);
                assertThat(refused.getMessage())
                        .as(key + " = " + value)
                        .contains(path.get(path.size() - 1))
                        .doesNotContain("\n");
            } catch (RuntimeException bug) {
                throw new AssertionError(key + " = " + value, bug);
            }
        });
    }
}
