package io.capstan.actors.internal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.ArteryTls;
import io.capstan.actors.Start;
import io.capstan.actors.internal.tls.TlsSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the configuration of a system that Capstan starts itself. */
public final class SystemConfig {
    /** What Pekko needs to be told for a node; see the file. */
    private static final String PEKKO = "capstan-pekko.conf";

    private SystemConfig() {}

    /**
     * What the call says, then {@code overrides}, then the program's {@code application.conf}, then Capstan's choices for
     * Pekko, then the libraries' defaults.
     */
    public static Config of(String name, Start start, Config overrides) {
        Map<String, Object> said = new HashMap<>();
        said.put("capstan.actors.name", name);
        if (start.bootstrapping()) {
            said.put("capstan.actors.bootstrap", true);
        } else if (!start.addresses().isEmpty()) {
            said.put("capstan.actors.join", start.addresses());
        }
        Config asked = ConfigFactory.load(
                ConfigFactory.parseMap(said).withFallback(overrides).withFallback(ConfigFactory.defaultApplication()));
        // load() and not withFallback(load()): copies by ${...} within reference.conf are made when it is resolved, and
        // would keep the defaults otherwise.
        return ConfigFactory.load(ConfigFactory.parseMap(said)
                .withFallback(overrides)
                .withFallback(ConfigFactory.defaultApplication())
                .withFallback(remoting(asked))
                .withFallback(ConfigFactory.parseResources(SystemConfig.class.getClassLoader(), PEKKO)));
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
