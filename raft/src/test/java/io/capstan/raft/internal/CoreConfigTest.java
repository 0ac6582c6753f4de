package io.capstan.raft.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.capstan.raft.core.CoreSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoreConfigTest {
    private static CoreSettings with(String override) {
        return CoreConfig.fromConfig(ConfigFactory.parseString(override)
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    }

    @Test
    void theDefaultsAreInTicksAndBytes() {
        CoreSettings settings = with("");
        assertThat(settings.timing()).isEqualTo(new CoreSettings.Timing(3, 50, 100, 6, 100, 90));
        assertThat(settings.windows()).isEqualTo(new CoreSettings.Windows(512, 60 * 1024, 8_192, 4 << 20));
    }

    @Test
    void whatWouldNotFitAFrameIsRefusedByKeyAndValue() {
        Map.of("batch-bytes-max", 65_381, "entry-bytes-max", 65_360, "snapshot-chunk-bytes-max", 60_110)
                .forEach((key, most) -> {
                    String set = "capstan.raft.core." + key + " = ";
                    assertThatCode(() -> with(set + most)).doesNotThrowAnyException();
                    assertThatThrownBy(() -> with(set + (most + 1)))
                            .hasMessage("capstan.raft.core." + key + " must be at most " + most
                                    + ", one frame of a link, got " + (most + 1));
                });
    }

    @Test
    void aValueThatMakesNoSenseIsRefusedByKeyAndValue() {
        assertThatThrownBy(() -> with("capstan.raft.core.heartbeat-interval = 0s"))
                .hasMessage("capstan.raft.core.heartbeat-interval (in ticks) must be at least 1, got 0");
        assertThatThrownBy(() -> with("capstan.raft.core.election-timeout-max = 240ms"))
                .hasMessageContaining("capstan.raft.core.election-timeout-max must exceed election-timeout-min")
                .hasMessageContaining("got 12");
        assertThatThrownBy(() -> with("capstan.raft.core.unlinked-timeout = 1020ms"))
                .hasMessage("capstan.raft.core.unlinked-timeout must be from two ticks to election-timeout-min,"
                        + " got 51 ticks for 50");
        assertThatThrownBy(() -> with("capstan.raft.core.window-bytes-max = 1KiB"))
                .hasMessage("capstan.raft.core.window-bytes-max must not be below batch-bytes-max, got 1024 for 61440");
        assertThatThrownBy(() -> with("capstan.raft.core.lease-clock-drift = 1.5"))
                .hasMessage("capstan.raft.core.lease-clock-drift must be from 0 to below 1, got 1.5");
    }

    /** Whichever of the two was set: whoever reads the line may never have heard of the other. */
    @Test
    void aValueThatDoesNotFitAnotherIsRefusedByBothKeys() {
        Map.of(
                        "heartbeat-interval = 1s", "election-timeout-min",
                        "batch-entries-max = 9000", "window-entries-max",
                        "window-entries-max = 9", "batch-entries-max",
                        "entry-bytes-max = 1000, uncommitted-bytes-max = 999", "uncommitted-bytes-max",
                        "snapshot-window-bytes-max = 1000", "snapshot-chunk-bytes-max",
                        "lease-clock-drift = 0.999", "unlinked-timeout",
                        "election-timeout-max = 1000000d", "tick")
                .forEach((set, other) -> assertThatThrownBy(() -> with("capstan.raft.core { " + set + " }"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(set.substring(0, set.indexOf(' ')))
                        .hasMessageContaining(other));
    }

    @Test
    void votersAreDistinctAndOddInNumber() {
        assertThatThrownBy(() -> voters("a", "a", "b"))
                .hasMessage("capstan.raft.voters = [a, a, b]: must be different nodes: a node votes once");
        assertThatThrownBy(() -> voters("a", "b"))
                .hasMessage("capstan.raft.voters = [a, b]: must be an odd number of nodes: three or five");
        assertThat(voters()).isEmpty();
        assertThat(voters("a", "b", "c")).containsExactly("a", "b", "c");
    }

    @Test
    void aSessionLastsNoLongerThanGroupsRemember() {
        assertThatThrownBy(
                        () -> RaftSettings.fromConfig(ConfigFactory.parseString("capstan.raft.client.session-ttl = 25h")
                                .withFallback(ConfigFactory.defaultReference())
                                .resolve()))
                .hasMessage("capstan.raft.client.session-ttl = PT25H: must be from 1 s to one day");
    }

    private static List<String> voters(String... names) {
        return RaftSettings.fromConfig(ConfigFactory.parseMap(Map.of("capstan.raft.voters", List.of(names)))
                        .withFallback(ConfigFactory.defaultReference())
                        .resolve())
                .voters();
    }
}
