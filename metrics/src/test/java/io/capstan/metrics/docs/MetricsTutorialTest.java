package io.capstan.metrics.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Figure;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.metrics.CapstanMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The snippets of this module's README. */
@Timeout(60)
class MetricsTutorialTest {
    @TempDir
    Path directory;

    @Test
    void figuresAreForMicrometerAndForEverybody() throws Exception {
        Node node = Node.start(
                "shop-1",
                Start.bootstrap(),
                ConfigFactory.parseMap(
                        Map.of("capstan.actors.directory", directory.toString(), "capstan.actors.link.port", 0)));
        MeterRegistry registry = new SimpleMeterRegistry();
        try {
            // #bind
            CapstanMetrics.of(node).bindTo(registry);
            // #bind
            assertThat(registry.find("capstan.nodes.linked").gauge()).isNotNull();
            StringBuilder text = new StringBuilder();
            // #figures
            for (Figure figure : node.figures()) {
                text.append(figure.of().name())
                        .append(figure.tags())
                        .append(' ')
                        .append(figure.value())
                        .append('\n');
            }
            // #figures
            assertThat(text.toString()).contains("capstan.link.ended[silent] 0.0\n");
        } finally {
            node.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }
}
