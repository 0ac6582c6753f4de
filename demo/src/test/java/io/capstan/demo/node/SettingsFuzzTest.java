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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        // Without putting back: as many rounds as there are pairs see each of them.
        List<Map.Entry<String, String>> pairs = new ArrayList<>();
        keys.forEach(key -> VALUES.forEach(value -> pairs.add(Map.entry(key, value))));
        Deque<Map.Entry<String, String>> left = new ArrayDeque<>();
        fuzz.run(() -> {
            if (left.isEmpty()) {
                Collections.shuffle(pairs, fuzz.random());
                left.addAll(pairs);
            }
            String key = left.peek().getKey();
            String value = left.remove().getValue();
            start(key, value);
        });
    }

    /** Pairs that took a node down in other words than these, before it was looked at all of them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "capstan.actors.preset | [x, 1]",
                "capstan.actors.tls.enabled | {}",
                "capstan.actors.allow-plain-transport | x",
                "capstan.actors.artery-port | -1",
                "capstan.actors.artery-port | x",
                "capstan.actors.link.hostname | 3.5",
                "capstan.actors.link.bind-hostname | x",
                "capstan.actors.store.spaces-max | 1",
                "capstan.actors.tls.key | \"\\u0000\"",
                "capstan.crdt.counters.flush-interval-min | 1s"
            })
    void isRefusedByItsNameOnceItWasNot(String key, String value) {
        assertThat(start(key, value)).as(key + " = " + value).isFalse();
    }

    /** Whether it started; whoever is refused is told why. */
    private boolean start(String key, String value) {
        Config said = ConfigFactory.parseString(key + " = " + value)
                .withFallback(ConfigFactory.parseString(
                        "capstan.actors { directory = \"" + folder.resolve("data") + "\", link.port = 0 }"));
        try {
            Node.start("a", Start.bootstrap(), said)
                    .stop()
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            return true;
        } catch (Failure refused) {
            List<String> path = ConfigUtil.splitPath(key);
            assertThat(refused.getMessage())
                    .as(key + " = " + value)
                    .contains(path.get(path.size() - 1))
                    .doesNotContain("\n");
            return false;
        } catch (Exception bug) {
            throw new AssertionError(key + " = " + value, bug);
        }
    }
}
