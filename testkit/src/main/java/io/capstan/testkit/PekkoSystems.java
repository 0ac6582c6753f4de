package io.capstan.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Members that are nothing but Pekko, joined by seed nodes. A restarted member needs a living one to join. */
final class PekkoSystems {
    private static final String NAME = "testcluster";

    private PekkoSystems() {}

    static ActorSystem<?> start(Config config) {
        Config kit = config.getConfig("capstan.testkit");
        boolean first = kit.getBoolean("first");
        List<String> seeds = new ArrayList<>();
        for (Config member : kit.getConfigList("members")) {
            boolean self = member.getString("name").equals(kit.getString("name"));
            // Whoever is its own first seed forms a cluster; restarted, that would be a second one.
            if (self == first) {
                seeds.add("pekko://" + NAME + "@" + member.getString("host") + ":" + member.getInt("port"));
            }
        }
        Config seeded = ConfigFactory.parseMap(Map.of("pekko.cluster.seed-nodes", seeds))
                .withFallback(config);
        return ActorSystem.create(Behaviors.empty(), NAME, seeded);
    }
}
