package io.capstan.actors.internal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.ArteryTls;
import io.capstan.actors.Start;
import io.capstan.actors.StartFailure;
import io.capstan.actors.internal.tls.TlsSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the configuration of a system that Capstan starts itself. */
public final class SystemConfig {
    /** What Pekko needs to be told for a node; see the file. */
    private static final String PEKKO = "capstan-pekko.conf";

    private static final String PRESET = "capstan.actors.preset";

    private static final List<String> PRESETS = List.of("local", "lan", "wan");

    private SystemConfig() {}

    /**
     * What the call says, then {@code overrides}, then the program's {@code application.conf}, then the preset that these
     * name, then Capstan's choices for Pekko, then the libraries' defaults.
     *
     * @throws StartFailure BAD_SETTING when there is no such preset, or a file cannot be read as configuration
     */
    public static Config of(String name, Start start, Config overrides) {
        try {
            return layered(name, start, overrides);
        } catch (ConfigException bad) {
            throw new StartFailure(StartFailure.Kind.BAD_SETTING, String.valueOf(bad.getMessage()));
        }
    }

    private static Config layered(String name, Start start, Config overrides) {
        Map<String, Object> said = new HashMap<>();
        said.put("capstan.actors.name", name);
        if (start.bootstrapping()) {
            said.put("capstan.actors.bootstrap", true);
        }
        if (!start.addresses().isEmpty()) {
            said.put("capstan.actors.join", start.addresses());
        }
        Config program = ConfigFactory.parseMap(said).withFallback(overrides);
        Config asked = load(program, ConfigFactory.empty());
        return load(program, remoting(asked).withFallback(preset(asked.getString(PRESET))));
    }

    private static Config preset(String name) {
        if (!PRESETS.contains(name)) {
            throw new StartFailure(
                    StartFailure.Kind.BAD_SETTING, PRESET + " must be one of " + PRESETS + ", is \"" + name + "\"");
        }
        return resource("capstan-" + name + ".conf");
    }

    /** All files of that name: each module has its part. */
    private static Config resource(String name) {
        return ConfigFactory.parseResources(SystemConfig.class.getClassLoader(), name);
    }

    private static Config load(Config program, Config chosen) {
        // load() and not withFallback(load()): copies by ${...} within reference.conf are made when it is resolved, and
        // would keep the defaults otherwise.
        return ConfigFactory.load(program.withFallback(ConfigFactory.defaultApplication())
                .withFallback(chosen)
                .withFallback(resource(PEKKO)));
    }

    /** TLS is asked for in one place, for Pekko's remoting too. */
    private static Config remoting(Config asked) {
        return asked.getBoolean(TlsSettings.PATH + ".enabled")
                ? ConfigFactory.parseMap(Map.of(
                        "pekko.remote.artery.transport",
                        "tls-tcp",
                        "pekko.remote.artery.ssl.ssl-engine-provider",
                        ArteryTls.class.getName()))
                : ConfigFactory.empty();
    }

    /** Places a node as {@code capstan.testkit} says, with links that notice within about a second what happens. */
    public static Config forTest(Config config) {
        Config test = config.getConfig("capstan.testkit");
        String name = test.getString("name");
        boolean first = test.getBoolean("first");
        Map<String, Object> said = new HashMap<>();
        List<String> others = new ArrayList<>();
        for (Config member : test.getConfigList("members")) {
            if (member.getString("name").equals(name)) {
                said.put("capstan.actors.link.hostname", member.getString("host"));
                said.put("capstan.actors.link.port", member.getInt("link-port"));
            } else if (!first) {
                others.add(member.getString("host") + ":" + member.getInt("link-port"));
            }
        }
        said.put("capstan.actors.name", name);
        said.put("capstan.actors.directory", test.getString("directory"));
        said.put("capstan.actors.bootstrap", first);
        said.put("capstan.actors.join", others);
        said.put("capstan.actors.link.heartbeat", "200ms");
        said.put("capstan.actors.link.silence-max", "1200ms");
        said.put("capstan.actors.link.dial-timeout", "1s");
        said.put("capstan.actors.link.dial-pause-max", "200ms");
        return ConfigFactory.parseMap(said).withFallback(config);
    }
}
