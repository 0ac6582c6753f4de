package io.capstan.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.testkit.TestCluster;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** What a JSON encoder makes of a node's log. */
@Timeout(60)
class LogsTest {
    @RegisterExtension
    static final TestCluster cluster = Nodes.cluster("a", "b");

    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    }

    @Test
    void aLineHasItsMessageItsArgumentsAndWhoItIsAbout() throws Exception {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger links = context.getLogger("io.capstan.actors.internal.link");
        Lines lines = new Lines();
        lines.setContext(context);
        lines.start();
        links.addAppender(lines);
        links.setLevel(Level.INFO);
        links.setAdditive(false);
        try {
            cluster.stop("b");
            cluster.await(
                    "a says so",
                    () -> lines.events.stream()
                            .anyMatch(event -> event.getMessage().equals("link to {} is gone: {}")));
        } finally {
            links.detachAppender(lines);
            links.setLevel(null);
            links.setAdditive(true);
        }
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.start();
        ILoggingEvent gone = lines.events.stream()
                .filter(event -> event.getMessage().equals("link to {} is gone: {}"))
                .findFirst()
                .orElseThrow();

        JsonNode json = new ObjectMapper().readTree(new String(encoder.encode(gone), UTF_8));

        assertThat(json.get("message").asText()).isEqualTo("link to {} is gone: {}");
        assertThat(json.get("arguments")).hasSize(2);
        assertThat(json.get("kvpList").toString()).contains("\"node\"", "\"peer\"", "\"reason\"");
    }
}
