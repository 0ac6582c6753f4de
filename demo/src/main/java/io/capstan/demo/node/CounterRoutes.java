package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.capstan.actors.Node;
import io.capstan.crdt.Counters;
import io.capstan.demo.http.Answers;
import io.capstan.demo.http.Parameters;
import java.util.List;
import org.apache.pekko.http.javadsl.server.Route;

/** {@code /counters}: what this node reads, and counting on it. */
final class CounterRoutes {
    record Counted(String name, long value) {}

    record All(String node, List<Counted> counters) {}

    private final Node node;
    private final Counters counters;

    CounterRoutes(Node node) {
        this.node = node;
        this.counters = Counters.get(node);
    }

    Route routes() {
        return pathPrefix(
                "counters",
                () -> concat(
                        pathEnd(() -> get(() -> complete(Answers.ok(all())))),
                        path(
                                segment(),
                                name -> concat(
                                        get(() -> complete(Answers.ok(counted(name)))),
                                        post(() -> Parameters.number(
                                                "add", 1, add -> complete(Answers.ok(add(name, add)))))))));
    }

    private All all() {
        return new All(
                node.id().name(),
                counters.values().entrySet().stream()
                        .map(entry -> new Counted(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private Counted counted(String name) {
        return new Counted(name, counters.counter(name).value());
    }

    private Counted add(String name, long delta) {
        counters.counter(name).add(delta);
        return counted(name);
    }
}
