package io.capstan.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The keys of {@code capstan.registry}. */
class RegistrySettingsTest {
    private static RegistrySettings with(String key, Object value) {
        Config config = ConfigFactory.parseMap(Map.of("capstan.registry." + key, value));
        return RegistrySettings.fromConfig(config.withFallback(ConfigFactory.load()));
    }

    @Test
    void theDefaultsAreValid() {
        RegistrySettings settings = RegistrySettings.fromConfig(ConfigFactory.load());
        assertThat(settings.timing().arbiterSilence()).isEqualTo(300);
        assertThat(settings.namesMax()).isEqualTo(1_000_000);
    }

    @Test
    void everyKeyIsReadAndARefusalNamesKeyAndValue() {
        Config keys = ConfigFactory.load().getConfig("capstan.registry");
        keys.entrySet().forEach(entry -> {
            if (entry.getKey().endsWith(".start") || entry.getKey().startsWith("names-dispatcher.")) {
                return; // On or off: no number is wrong. And what Pekko reads is Pekko's to refuse.
            }
            String key = entry.getKey();
            boolean duration = entry.getValue().unwrapped() instanceof String;
            Object wrong = duration ? "-3s" : Integer.valueOf(-3);
            assertThatThrownBy(() -> with(key, wrong))
                    .as(key + " = " + entry.getValue().render(ConfigRenderOptions.concise()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("capstan.registry." + key)
                    .hasMessageContaining("3");
        });
    }

    @Test
    void aStandbyMayNotClaimForLongerThanAnybodyMay() {
        assertThatThrownBy(() -> with("names.timeout-max", "2s"))
                .hasMessage("capstan.registry.keep-one.claim-within is at most names.timeout-max, PT2S, got PT5S");
    }
}
