package io.capstan.raft.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.actors.StartFailure;
import io.capstan.raft.Raft;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How patient nodes are: {@code capstan.actors.preset}. */
@Timeout(60)
class PresetsTest {
    @TempDir
    Path directory;

    private Config config(String said) {
        return ConfigFactory.parseString(
                said + "\ncapstan.actors { directory = \"" + directory + "\", link.port = 0 }");
    }

    @ParameterizedTest
    @CsvSource({"local, PT1.5S, PT0.24S", "lan, PT5S, PT1S", "wan, PT15S, PT2S"})
    void aNodeTakesWhatItsPresetSays(String preset, Duration silence, Duration election) throws Exception {
        Node node = Node.start("n", Start.bootstrap(), config("capstan.actors.preset = " + preset));
        try {
            Config all = node.system().settings().config();
            assertThat(all.getDuration("capstan.actors.link.silence-max")).isEqualTo(silence);
            assertThat(all.getDuration("capstan.raft.core.election-timeout-min"))
                    .isEqualTo(election);
            Raft.get(node); // Its settings fit each other, or this would say so.
        } finally {
            node.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aKeyThatIsSetWinsOverThePreset() throws Exception {
        Node node =
                Node.start("n", Start.bootstrap(), config("capstan.actors { preset = wan, link.silence-max = 11s }"));
        try {
            assertThat(node.system().settings().config().getDuration("capstan.actors.link.silence-max"))
                    .isEqualTo(Duration.ofSeconds(11));
        } finally {
            node.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void anotherPresetIsRefusedByName() {
        assertThatThrownBy(() -> Node.start("n", Start.bootstrap(), config("capstan.actors.preset = moon")))
                .isInstanceOf(StartFailure.class)
                .hasMessage("capstan.actors.preset must be one of [local, lan, wan], is \"moon\"");
    }
}
