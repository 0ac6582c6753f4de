package io.capstan.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever asks counters of a node that has stopped is answered at once, however long he would wait. */
@Timeout(60)
class StoppedCountersTest {
    private static final Duration LONG = Duration.ofMinutes(30);
    private static final Ack BY_ANOTHER = Ack.replicas(1).within(LONG);

    @Test
    void countersOfANodeThatHasStoppedLeaveNobodyWaiting(@TempDir Path directory) throws Exception {
        Node node = Node.start(
                "alone",
                Start.bootstrap(),
                ConfigFactory.parseString(
                        "capstan.actors { preset = local, directory = \"" + directory + "\", link.port = 0 }"));
        Counters counters = Counters.get(node);
        Counter counter = counters.counter("counter");
        BoundedCounter bounded = counters.bounded("bounded");
        Token token = counters.token().toCompletableFuture().get(20, TimeUnit.SECONDS);
        CompletionStage<?> before = counter.add(1, BY_ANOTHER);
        node.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);

        assertThat(refusal(before).next()).isEqualTo(Failure.Next.OUTCOME_UNKNOWN);
        assertThat(refusal(counter.add(1, BY_ANOTHER)).next())
                .as("it counts here")
                .isEqualTo(Failure.Next.OUTCOME_UNKNOWN);
        assertThat(refusal(counters.add("operation", Map.of("counter", 1L), BY_ANOTHER))
                        .kind())
                .isEqualTo(CounterFailure.Kind.NOT_BEGUN);
        assertThat(refusal(counter.reset(BY_ANOTHER)).kind()).isEqualTo(CounterFailure.Kind.NOT_BEGUN);
        assertThat(refusal(bounded.take(1, LONG)).next())
                .as("nothing was taken")
                .isEqualTo(Failure.Next.RETRY);
        refusal(counter.value(Read.from(1).within(LONG)));
        refusal(counters.await(token, LONG));
        refusal(counters.token());
        refusal(counters.status());
    }

    private static CounterFailure refusal(CompletionStage<?> asked) {
        CounterFailure[] refused = new CounterFailure[1];
        assertThatThrownBy(() -> asked.toCompletableFuture().get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(CounterFailure.class, failure -> refused[0] = failure);
        return refused[0];
    }
}
