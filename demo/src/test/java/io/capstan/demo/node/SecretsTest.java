package io.capstan.demo.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Start;
import io.capstan.demo.http.Role;
import io.capstan.demo.http.Tokens;
import io.capstan.demo.process.DoorKey;
import io.capstan.demo.process.NodeClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@DisplayName("A secret")
class SecretsTest {
    private static final String SECRET = "whoever-reads-this-joins-the-cluster";
    private static final String PAYLOAD = "whoever-reads-this-knows-what-users-keep";

    @TempDir
    Path folder;

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.capstan");
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        root.addAppender(log);
        logger.setLevel(Level.DEBUG);
    }

    @AfterEach
    void listenNoMore() {
        root.detachAppender(log);
        logger.setLevel(null);
    }

    @Test
    void isNeitherInTheLogNorAtTheDoorAndNoPayloadIsInTheLog() throws Exception {
        Path tokens = folder.resolve("tokens");
        String token = Tokens.add(tokens, Role.ADMIN);
        DemoNode node = DemoNode.start(new DemoNode.Settings(
                "a",
                "127.0.0.1",
                0,
                0,
                folder.resolve("a"),
                Start.bootstrap(),
                List.of("a"),
                "local",
                false,
                ConfigFactory.parseMap(
                        Map.of("capstan.actors.secret", SECRET, "capstan.demo.door.tokens", tokens.toString()))));
        try {
            NodeClient door = new NodeClient("a", node.ready().http(), DoorKey.of(Map.of("CAPSTAN_TOKEN", token)));
            door.post("/kv/key", PAYLOAD, Duration.ofSeconds(60)).required();
            door.post("/groups/room");
            door.post("/groups/room/publish", PAYLOAD);
            door.post("/counters/hits?by=" + PAYLOAD);
            for (String path : List.of("/", "/status", "/observe", "/panel", "/raft", "/kv", "/nowhere")) {
                assertThat(door.raw(path, Duration.ofSeconds(60))
                                .toCompletableFuture()
                                .get(60, TimeUnit.SECONDS))
                        .as(path)
                        .isNotEmpty()
                        .doesNotContain(SECRET, token);
            }
            new NodeClient("a", node.ready().http(), DoorKey.of(Map.of("CAPSTAN_TOKEN", "wrong-" + token)))
                    .get("/status");
        } finally {
            node.stop();
        }
        assertThat(log.list)
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getFormattedMessage() + event.getThrowableProxy())
                        .doesNotContain(SECRET, token, PAYLOAD));
    }
}
