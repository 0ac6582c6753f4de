package io.capstan.demo.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.crdt.Counters;
import io.capstan.registry.AvailableNames;
import io.capstan.registry.Names;
import io.capstan.registry.group.Groups;
import io.capstan.testkit.Ports;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorSystem;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;

@DisplayName("The recipe for Spring")
@Timeout(60)
class SpringTest {
    @TempDir
    Path directory;

    // #configuration
    @Configuration
    static class CapstanConfiguration {
        /** Started with the context, and stopped in order before it is closed: names and locks are free at once. */
        @Bean(destroyMethod = "stop")
        Node node(ConfigurableEnvironment environment) {
            String[] others = environment.getProperty("shop.join", String[].class, new String[0]);
            return Node.start(
                    environment.getRequiredProperty("shop.node"),
                    others.length == 0 ? Start.bootstrap() : Start.joining(others),
                    settings(environment));
        }

        @Bean
        AvailableNames names(Node node) {
            return Names.get(node);
        }

        @Bean
        Groups groups(Node node) {
            return Groups.get(node);
        }

        @Bean
        Counters counters(Node node) {
            return Counters.get(node);
        }

        /** What application.properties, the environment and others say of capstan and pekko. */
        private static Config settings(ConfigurableEnvironment environment) {
            Map<String, Object> settings = new HashMap<>();
            for (PropertySource<?> source : environment.getPropertySources()) {
                if (source instanceof EnumerablePropertySource<?> all) {
                    for (String key : all.getPropertyNames()) {
                        if (key.startsWith("capstan.") || key.startsWith("pekko.")) {
                            settings.put(key, environment.getRequiredProperty(key));
                        }
                    }
                }
            }
            return ConfigFactory.parseMap(settings);
        }
    }
    // #configuration

    @Test
    void theNodeComesAndGoesWithTheContextAndHearsItsProperties() {
        ActorSystem<?> system;
        try (var context = new AnnotationConfigApplicationContext()) {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource(
                            "application.properties",
                            Map.of(
                                    "shop.node",
                                    "shop-1",
                                    "capstan.raft.voters.0",
                                    "shop-1",
                                    "capstan.actors.directory",
                                    directory.toString(),
                                    "capstan.actors.link.port",
                                    String.valueOf(Ports.free()))));
            context.register(CapstanConfiguration.class);
            context.refresh();

            context.getBean(Counters.class).counter("hits").increment();

            Node node = context.getBean(Node.class);
            system = node.system();
            assertThat(node.id().name()).isEqualTo("shop-1");
            assertThat(system.settings().config().getStringList("capstan.raft.voters"))
                    .containsExactly("shop-1");
            assertThat(directory.resolve("stamp")).exists();
            assertThat(context.getBean(AvailableNames.class).registeredNames()).isEmpty();
            assertThat(context.getBean(Counters.class).counter("hits").value()).isEqualTo(1);
        }
        assertThat(system.whenTerminated().isCompleted())
                .as("the context is closed once the node has stopped")
                .isTrue();
    }
}
