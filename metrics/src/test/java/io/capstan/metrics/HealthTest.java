package io.capstan.metrics;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.Node;
import io.capstan.actors.health.Alive;
import io.capstan.actors.health.Ready;
import io.capstan.testkit.TestCluster;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.management.HealthCheckSettings;
import org.apache.pekko.management.scaladsl.HealthChecks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import scala.jdk.javaapi.FutureConverters;
import scala.util.Either;

/** What Pekko Management is told of a node, with the two lines of {@code docs/metrics.md}. */
@Timeout(120)
class HealthTest {
    @RegisterExtension
    static final TestCluster cluster = Nodes.cluster("a", "b", "c").with("""
            pekko.management.health-checks {
              readiness-checks.capstan = "io.capstan.actors.health.Ready"
              liveness-checks.capstan = "io.capstan.actors.health.Alive"
            }
            """);

    private static HealthChecks checks(ActorSystem<?> system) {
        var settings =
                HealthCheckSettings.apply(system.settings().config().getConfig("pekko.management.health-checks"));
        return HealthChecks.apply((ExtendedActorSystem) Adapter.toClassic(system), settings);
    }

    /** Empty when it is well, else why not. */
    private static String told(scala.concurrent.Future<Either<String, scala.runtime.BoxedUnit>> asked) {
        return FutureConverters.asJava(asked)
                .handle((answer, failure) -> failure != null
                        ? String.valueOf(failure.getMessage())
                        : answer.isRight() ? "" : answer.left().getOrElse(() -> ""))
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void aNodeThatIsAloneOnItsSideIsReadyAndAlive() {
        HealthChecks c = checks(cluster.system("c"));
        cluster.await("it is ready", () -> told(c.readyResult()).isEmpty());

        cluster.cut("c").from("a", "b").awaitApart("c", "a").awaitApart("c", "b");

        assertThat(told(c.readyResult())).isEmpty();
        assertThat(told(c.aliveResult())).isEmpty();
        assertThat(Node.get(cluster.system("c")).health().reasons()).isEmpty();
    }

    @Test
    void aNodeThatStopsIsNotReadyAndStillAlive() {
        ActorSystem<?> system = cluster.system("b");
        HealthChecks b = checks(system);
        cluster.await("it is ready", () -> told(b.readyResult()).isEmpty());

        cluster.stop("b");

        var health = Node.find(system).orElseThrow().health();
        assertThat(health.ready()).isFalse();
        assertThat(health.alive()).isTrue();
        assertThat(health.reasons()).containsExactly("the node is stopping");
        assertThat(new Ready(Adapter.toClassic(system)).get())
                .failsWithin(ofSeconds(1))
                .withThrowableThat()
                .withMessageContaining("the node is stopping");
    }

    @Test
    void aNodeThatLosesAPartItCannotDoWithoutIsNeither() {
        ActorSystem<?> system = cluster.system("c");
        Node node = Node.get(system);

        node.internals().spawnVital(Behaviors.setup(context -> Behaviors.stopped()), "doomed");

        cluster.await("it is told", () -> !node.health().alive());
        assertThat(node.health().ready()).isFalse();
        assertThat(new Alive(Adapter.toClassic(system)).get())
                .failsWithin(ofSeconds(1))
                .withThrowableThat()
                .withMessageContaining("doomed has ended by a bug");
        cluster.await("it has stopped", () -> !cluster.isRunning("c"));
    }
}
