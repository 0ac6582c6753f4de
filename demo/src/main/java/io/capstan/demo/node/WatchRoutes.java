package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.parameterOptional;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.capstan.actors.Node;
import io.capstan.crdt.Counter;
import io.capstan.crdt.Counters;
import io.capstan.crdt.Subscription;
import io.capstan.demo.Json;
import io.capstan.demo.http.Answers;
import io.capstan.raft.kv.KeyEntry;
import io.capstan.raft.kv.KeyValue;
import io.capstan.raft.kv.KeyWatch;
import io.capstan.registry.Name;
import io.capstan.registry.NameEvent;
import io.capstan.registry.Names;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.GroupEvent;
import io.capstan.registry.group.Groups;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * {@code GET /watch/…}: news for whoever keeps the answer open, one JSON object per line: {@code names/NAME}, {@code
 * groups/GROUP}, {@code counters/NAME}, {@code kv?prefix=PREFIX}. A line of {@code alive} comes when nothing else does. Whoever
 * does not read is cut off: he would miss something otherwise, and not know it.
 */
final class WatchRoutes {
    private static final Duration ALIVE = Duration.ofSeconds(10);
    private static final Duration COUNTED_EVERY = Duration.ofMillis(200);
    private static final int LINES_MAX = 1000;
    private static final AtomicLong LISTENERS = new AtomicLong();

    /** Nothing has happened. */
    private record Alive(String event) {}

    /** {@code owner}: its node; empty while nobody has the name. */
    private record Owned(String event, String name, String owner) {}

    private record Changed(String event, String group, List<GroupRoutes.Member> members) {}

    private record Said(String event, String group, String text) {}

    private record Counted(String event, String name, long value) {}

    private record Written(String event, String key, String value, long version, boolean deleted) {}

    /** Begins to tell {@code listener}, until the returned action. */
    private interface News {
        Runnable begin(Consumer<Object> listener);
    }

    private final Node node;
    private final GroupRoutes groups;

    WatchRoutes(Node node, GroupRoutes groups) {
        this.node = node;
        this.groups = groups;
    }

    Route routes() {
        return pathPrefix(
                "watch",
                () -> concat(
                        path(segment("names").slash(segment()), name -> get(() -> complete(lines(name(name))))),
                        path(segment("groups").slash(segment()), name -> get(() -> complete(lines(group(name))))),
                        path(segment("counters").slash(segment()), name -> get(() -> complete(lines(counter(name)))))));
    }

    /** Of a node that has the map. */
    Route keys(KeyValue map) {
        return path(
                segment("watch").slash("kv"),
                () -> get(() -> parameterOptional("prefix", prefix -> complete(lines(keys(map, prefix.orElse("")))))));
    }

    private static HttpResponse lines(News news) {
        Source<ByteString, NotUsed> lines = Source.<Object>queue(LINES_MAX)
                .keepAlive(ALIVE, () -> new Alive("alive"))
                .map(line -> ByteString.fromString(Json.line(line) + "\n"))
                .watchTermination((queue, ended) -> {
                    Runnable end = news.begin(line -> offer(queue, line));
                    ended.whenComplete((done, failure) -> end.run());
                    return NotUsed.getInstance();
                });
        return HttpResponse.create().withEntity(HttpEntities.create(Answers.LINES, lines));
    }

    private static void offer(BoundedSourceQueue<Object> queue, Object line) {
        if (queue.offer(line) == QueueOfferResult.dropped()) {
            queue.fail(new IllegalStateException("whoever watches does not read"));
        }
    }

    // What cannot be watched is refused here: once the answer has begun it is too late.

    private News name(String text) {
        Name<Object> name = Name.of(text, Object.class);
        Names names = Names.get(node);
        return news -> {
            ActorRef<NameEvent<Object>> listener = listener(event -> news.accept(new Owned(
                    "owner",
                    text,
                    event instanceof NameEvent.Owned<Object> owned
                            ? owned.owner().node().name()
                            : "")));
            names.monitor(name, listener);
            return () -> names.demonitor(name, listener).thenRun(() -> stop(listener));
        };
    }

    private News group(String text) {
        Group<Clerk.Command> group = GroupRoutes.group(text);
        Groups all = Groups.get(node);
        return news -> {
            ActorRef<GroupEvent<Clerk.Command>> listener = listener(event -> {
                if (event instanceof GroupEvent.Members<Clerk.Command> members) {
                    news.accept(new Changed("members", text, members(members.members())));
                } else if (event instanceof GroupEvent.Joined<Clerk.Command> joined) {
                    news.accept(new Changed("joined", text, members(joined.processes())));
                } else if (event instanceof GroupEvent.Left<Clerk.Command> left) {
                    news.accept(new Changed("left", text, members(left.processes())));
                }
            });
            all.monitor(group, listener);
            Runnable deaf = groups.listen(text, said -> news.accept(new Said("said", text, said)));
            return () -> {
                deaf.run();
                all.demonitor(group, listener).thenRun(() -> stop(listener));
            };
        };
    }

    private List<GroupRoutes.Member> members(List<ActorRef<Clerk.Command>> processes) {
        return processes.stream().map(groups::member).toList();
    }

    private News counter(String name) {
        Counter counter = Counters.get(node).counter(name);
        return news -> {
            Subscription subscription =
                    counter.subscribe(COUNTED_EVERY, value -> news.accept(new Counted("value", name, value)));
            return subscription::close;
        };
    }

    private static News keys(KeyValue map, String prefix) {
        return news -> {
            KeyWatch watch = map.watch(
                    prefix,
                    event -> news.accept(new Written(
                            "key",
                            event.key(),
                            event.entry().map(KeyEntry::text).orElse(""),
                            event.version(),
                            event.entry().isEmpty())));
            return watch::close;
        };
    }

    // ---- Listeners that are actors

    private <T> ActorRef<T> listener(Consumer<T> each) {
        return node.spawn(listening(each), "watch-" + LISTENERS.incrementAndGet());
    }

    private static <T> Behavior<T> listening(Consumer<T> each) {
        return Behaviors.receiveMessage(message -> {
            each.accept(message);
            return Behaviors.same();
        });
    }

    private static void stop(ActorRef<?> listener) {
        Adapter.toClassic(listener).tell(PoisonPill.getInstance(), org.apache.pekko.actor.ActorRef.noSender());
    }
}
