package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;

import io.capstan.actors.Health;
import io.capstan.actors.Node;
import io.capstan.demo.http.Answers;
import java.util.List;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * {@code GET /health/live} and {@code /health/ready}: 200, or 503 with the reasons, as {@link Node#health} finds it. Neither
 * waits for anybody, and neither wants a majority.
 *
 * <p>Open to everybody who reaches the door, without a token: whoever probes (an orchestrator, a load balancer) seldom can keep
 * one, and what is told can be found out by connecting, but for the reasons: lines for an operator, in which names of
 * files and settings may be, and no secret and nothing of users.
 */
final class HealthRoutes {
    /** What a probe is told. */
    record Told(boolean ok, List<String> reasons) {}

    private final Node node;

    HealthRoutes(Node node) {
        this.node = node;
    }

    Route routes() {
        return pathPrefix("health", () -> concat(probe("live", this::live), probe("ready", this::ready)));
    }

    private static Route probe(String name, Supplier<Told> ask) {
        return path(name, () -> get(() -> complete(answer(ask.get()))));
    }

    private static HttpResponse answer(Told told) {
        return told.ok() ? Answers.ok(told) : Answers.unavailable(told);
    }

    private Told live() {
        Health health = node.health();
        // What only keeps it from serving would read as if it kept it from living.
        return new Told(health.alive(), health.alive() ? List.of() : health.reasons());
    }

    private Told ready() {
        Health health = node.health();
        return new Told(health.ready(), health.reasons());
    }
}
