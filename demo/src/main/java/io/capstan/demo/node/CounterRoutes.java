package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.entity;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.parameterMap;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import com.fasterxml.jackson.core.type.TypeReference;
import io.capstan.actors.Node;
import io.capstan.crdt.Ack;
import io.capstan.crdt.Counters;
import io.capstan.demo.Json;
import io.capstan.demo.http.Answers;
import io.capstan.demo.http.Parameters;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;

/** {@code /counters}: what this node reads, and counting on it. */
final class CounterRoutes {
    private static final int TOP_MAX = 10_000;

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
                        pathEnd(() -> concat(
                                get(() -> parameterMap(asked -> complete(Answers.ok(all(asked))))),
                                post(() -> entity(
                                        Unmarshaller.entityToString(), text -> complete(Answers.ok(addAll(text))))))),
                        path(
                                segment(),
                                name -> concat(
                                        get(() -> complete(Answers.ok(counted(name)))),
                                        delete(() -> Answers.answer(remove(name))),
                                        post(() -> Parameters.number(
                                                "add", 1, add -> complete(Answers.ok(add(name, add)))))))));
    }

    private All all(Map<String, String> asked) {
        String prefix = asked.getOrDefault("prefix", "");
        String top = asked.get("top");
        Collection<Map.Entry<String, Long>> found = top == null
                ? counters.values(prefix).entrySet()
                : counters.top(Parameters.between("top", top, 1, TOP_MAX), prefix);
        return new All(
                node.id().name(),
                found.stream()
                        .map(entry -> new Counted(entry.getKey(), entry.getValue()))
                        .toList());
    }

    /** What others add meanwhile goes on counting. */
    private CompletionStage<Counted> remove(String name) {
        return counters.delete(name, Ack.memory()).thenApply(done -> counted(name));
    }

    private Counted counted(String name) {
        return new Counted(name, counters.counter(name).value());
    }

    /** Many at once: {@code {"name": delta}}. */
    private All addAll(String text) {
        String form = "the body is {\"name\": delta, …}";
        Map<String, Long> deltas = Json.read(text, new TypeReference<>() {}, form);
        if (deltas.containsValue(null)) {
            throw new IllegalArgumentException(form + ", not null");
        }
        return new All(
                node.id().name(),
                deltas.entrySet().stream()
                        .map(delta -> add(delta.getKey(), delta.getValue()))
                        .toList());
    }

    private Counted add(String name, long delta) {
        counters.counter(name).add(delta);
        return counted(name);
    }
}
