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
import io.capstan.actors.Node;
import io.capstan.raft.Raft;
import io.capstan.raft.lock.Locks;
import io.capstan.testkit.TestCluster;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** What a JSON encoder makes of a node's log, and what the lines that an operator watches say of whom they are about. */
@Timeout(60)
class LogsTest {
    private static final LoggerContext CONTEXT = (LoggerContext) LoggerFactory.getILoggerFactory();
    private static final Logger CAPSTAN = CONTEXT.getLogger("io.capstan");

    @RegisterExtension
    static final TestCluster cluster = Nodes.cluster("a", "b", "c").with("capstan.actors.store.slow-sync = 0s");

    private final Lines lines = new Lines();

    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    }

    @BeforeEach
    void listen() {
        lines.setContext(CONTEXT);
        lines.start();
        CAPSTAN.addAppender(lines);
        CAPSTAN.setLevel(Level.INFO);
        CAPSTAN.setAdditive(false);
    }

    @AfterEach
    void listenNoMore() {
        CAPSTAN.detachAppender(lines);
        CAPSTAN.setLevel(null);
        CAPSTAN.setAdditive(true);
    }

    private static Node node(String name) {
        return Node.get(cluster.system(name));
    }

    private static Map<String, String> pairs(ILoggingEvent event) {
        return event.getKeyValuePairs() == null
                ? Map.of()
                : event.getKeyValuePairs().stream()
                        .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
    }

    /** The first line with this message and, among others, these pairs. */
    private ILoggingEvent awaitLine(String message, Map<String, String> said) {
        cluster.await(
                message + " " + said,
                () -> lines.events.stream()
                        .anyMatch(event -> event.getMessage().equals(message)
                                && pairs(event).entrySet().containsAll(said.entrySet())));
        return lines.events.stream()
                .filter(event -> event.getMessage().equals(message)
                        && pairs(event).entrySet().containsAll(said.entrySet()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aLineHasItsMessageItsArgumentsAndWhoItIsAbout() throws Exception {
        cluster.await(
                "the locks are led",
                () -> Raft.get(node("a")).leader(Locks.GROUP).isPresent());
        String next = Raft.get(node("a")).leader(Locks.GROUP).orElseThrow().equals("a") ? "b" : "a";

        Raft.get(node("a"))
                .transferLeadership(Locks.GROUP, next)
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        ILoggingEvent led = awaitLine(
                "{} is led by {} in term {}, as {} knows", Map.of("group", Locks.GROUP, "leader", next, "node", "a"));
        assertThat(pairs(led)).containsKeys("term", "leaderless");
        ILoggingEvent slow = awaitLine("the disk took {} ms to keep {} bytes", Map.of("node", "a"));
        assertThat(pairs(slow)).containsKeys("bytes", "millis");

        String b = node("b").id().toString();
        node("b").internals().spawnVital(Behaviors.setup(context -> Behaviors.stopped()), "doomed");
        ILoggingEvent ended = awaitLine(
                "{} has ended by a bug, logged before this; node {} cannot answer without it, and stops",
                Map.of("node", b, "part", "doomed"));
        assertThat(ended.getLevel()).isEqualTo(Level.ERROR);
        ILoggingEvent gone = awaitLine("link to {} is gone: {}", Map.of("peer", b, "reason", "STOPPED"));
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(CONTEXT);
        encoder.start();
        JsonNode json = new ObjectMapper().readTree(new String(encoder.encode(gone), UTF_8));
        assertThat(json.get("message").asText()).isEqualTo("link to {} is gone: {}");
        assertThat(json.get("arguments")).hasSize(2);
        assertThat(json.get("kvpList").toString()).contains("\"node\"", "\"peer\"", "\"reason\"");
    }
}
