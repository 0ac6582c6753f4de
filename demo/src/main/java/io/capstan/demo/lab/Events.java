package io.capstan.demo.lab;

import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.process.Member;
import io.capstan.demo.process.NodeClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.sse.ServerSentEvent;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.javadsl.Source;

/**
 * All that goes on, for one page: every node's own answers some times a second, how the lab stands, and what happened. A page
 * that does not keep up gets less of it, never later: nothing is queued for it.
 */
final class Events {
    /** So many answers of all nodes together, a second. */
    private static final int ANSWERS_PER_SECOND = 40;

    private static final Duration STATE_EVERY = Duration.ofMillis(100);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(1);
    private static final int STREAMS_MAX = 20;
    private static final int NEWS_MAX = 200;

    /** How the lab stands. */
    private record State(List<NodeState> nodes, Iterable<String> cuts, String flaps, Play.Now story) {}

    private record NodeState(String node, long pid, boolean up, String http) {}

    private final LocalCluster cluster;
    private final Timeline timeline;
    private final Workbench workbench;
    private final Play play;
    private final AtomicInteger streams = new AtomicInteger();

    Events(LocalCluster cluster, Timeline timeline, Workbench workbench, Play play) {
        this.cluster = cluster;
        this.timeline = timeline;
        this.workbench = workbench;
        this.play = play;
    }

    /**
     * A stream of its own for each page.
     *
     * @param window which part of the answers: the parameters of a node's {@code /panel}
     * @throws UserError when there are too many already
     */
    Source<ServerSentEvent, NotUsed> of(Map<String, String> window) {
        if (streams.incrementAndGet() > STREAMS_MAX) {
            streams.decrementAndGet();
            throw new UserError(STREAMS_MAX + " pages look on already: close one");
        }
        String query = window.entrySet().stream()
                .map(each -> NodeClient.segment(each.getKey()) + "=" + NodeClient.segment(each.getValue()))
                .collect(Collectors.joining("&"));
        Source<ServerSentEvent, NotUsed> all = states().merge(news());
        for (String node : cluster.names()) {
            all = all.merge(answers(node, "/panel?" + query));
        }
        return all.watchTermination((used, ended) -> {
            ended.whenComplete((done, failure) -> streams.decrementAndGet());
            return used;
        });
    }

    private Source<ServerSentEvent, NotUsed> answers(String node, String path) {
        Duration every = Duration.ofMillis(1000L * cluster.names().size() / ANSWERS_PER_SECOND);
        // No clock's ticks: of those, one would be lost for every answer that comes a little late, and with it half of
        // the answers.
        return Source.repeat(path)
                .throttle(1, every)
                .mapAsync(1, asked -> answer(node, asked))
                .statefulMapConcat(Events::changed)
                .map(text -> ServerSentEvent.create(text, "panel"));
    }

    /** As the node gave it: nothing is read here, and nothing forgotten. */
    private CompletionStage<String> answer(String node, String path) {
        Member member = cluster.member(node);
        String name = Json.line(node);
        if (!member.process().isAlive()) {
            return CompletableFuture.completedStage("{\"node\":" + name + ",\"up\":false}");
        }
        return member.client()
                .raw(path, ANSWER_MAX)
                .handle((text, silent) -> silent == null
                        ? "{\"node\":" + name + ",\"up\":true,\"panel\":" + text.strip() + "}"
                        : "{\"node\":" + name + ",\"up\":true,\"silent\":true}");
    }

    private Source<ServerSentEvent, NotUsed> states() {
        return ticks(STATE_EVERY)
                .map(tick -> Json.line(state()))
                .statefulMapConcat(Events::changed)
                .map(text -> ServerSentEvent.create(text, "state"));
    }

    private State state() {
        return new State(
                cluster.members().stream()
                        .map(member -> new NodeState(
                                member.name(),
                                member.process().pid(),
                                member.process().isAlive(),
                                member.ready().http()))
                        .toList(),
                cluster.cuts(),
                workbench.flaps(),
                play.now());
    }

    private Source<ServerSentEvent, NotUsed> news() {
        AtomicLong told = new AtomicLong();
        return ticks(STATE_EVERY)
                .map(tick -> {
                    List<Happened> fresh = timeline.after(told.get(), NEWS_MAX);
                    fresh.forEach(each -> told.set(each.number()));
                    return fresh;
                })
                .filter(fresh -> !fresh.isEmpty())
                .map(fresh -> ServerSentEvent.create(Json.line(fresh), "happened"));
    }

    /** What is as it was is not said again. */
    private static Function<String, Iterable<String>> changed() {
        String[] last = {""};
        return text -> {
            if (text.equals(last[0])) {
                return List.of();
            }
            last[0] = text;
            return List.of(text);
        };
    }

    private static Source<String, NotUsed> ticks(Duration every) {
        return Source.tick(Duration.ZERO, every, "").mapMaterializedValue(cancel -> NotUsed.getInstance());
    }
}
