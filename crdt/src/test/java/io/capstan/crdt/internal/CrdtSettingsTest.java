package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.capstan.crdt.core.TableSettings;
import io.capstan.crdt.core.TableSettings.Departed;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code capstan.crdt} may say. */
class CrdtSettingsTest {
    @Test
    void theDocumentedDefaultsAreTheDefaults() {
        CrdtSettings settings = CrdtSettings.fromConfig(ConfigFactory.load());

        assertThat(settings.table()).isEqualTo(TableSettings.defaults(Departed.KEEP));
        assertThat(settings.flushMin()).isEqualTo(Duration.ofMillis(5));
        assertThat(settings.operationsWindow()).isEqualTo(Duration.ofHours(1));
    }

    @ParameterizedTest
    @CsvSource({
        "capstan.crdt.table.frame-bytes-max, 61k",
        "capstan.crdt.table.frame-bytes-max, 0",
        "capstan.crdt.table.unacked-frames-max, 0",
        "capstan.crdt.table.announce-interval, 0s",
        "capstan.crdt.table.hold-after, 0s",
        "capstan.crdt.table.forget-after, 0s",
        "capstan.crdt.table.drop-after, 0s",
        "capstan.crdt.table.slots-max, 0",
        "capstan.crdt.counters.counters-max, 0",
        "capstan.crdt.counters.operations-window, -1s",
        "capstan.crdt.counters.flush-interval-min, 0s",
        "capstan.crdt.counters.flush-interval-max, 1ms",
        "capstan.crdt.counters.leave-timeout, -1s"
    })
    void whatMakesNoSenseIsRefusedNamingTheKey(String key, String value) {
        assertThatThrownBy(() -> CrdtSettings.fromConfig(
                        ConfigFactory.parseString(key + " = " + value).withFallback(ConfigFactory.load())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key + " is ")
                .hasMessageContaining("got ");
    }
}
