package io.capstan.raft;

import static io.capstan.raft.Within.within;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.actors.StoppingFailure;
import io.capstan.raft.kv.KeyValue;
import io.capstan.raft.kv.KeyWatch;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever asks a group through a node that has stopped is refused at once, however long he would wait. */
@Timeout(60)
class StoppedNodeTest {
    private static final Within LONG = within(ofMinutes(30));

    @Test
    void aGroupIsNotAskedThroughANodeThatHasStopped(@TempDir Path directory) throws Exception {
        Node node = Node.start(
                "alone",
                Start.bootstrap(),
                ConfigFactory.parseString(
                        "capstan.actors { preset = local, directory = \"" + directory + "\", link.port = 0 }"));
        Raft raft = Raft.get(node);
        KeyValue map = KeyValue.of(raft, "map");
        KeyWatch watch = map.watch("", event -> {});
        node.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);

        refused(map.put("key", "value", LONG));
        refused(map.get("key", Consistency.stale(0), LONG));
        refused(raft.addLearner("map", "alone"));
        refused(watch.ended());
    }

    private static void refused(CompletionStage<?> asked) {
        assertThatThrownBy(() -> asked.toCompletableFuture().get(ofSeconds(20).toMillis(), TimeUnit.MILLISECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(StoppingFailure.class);
    }
}
