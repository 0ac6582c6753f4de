package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.parameterOptional;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.longSegment;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.capstan.actors.Node;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.http.Answers;
import io.capstan.demo.http.Parameters;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.Ttl;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * {@code POST /holds/NAME}: a lock for whoever keeps the answer open. The answer is one JSON object per line: {@code HELD} with
 * token, or {@code REFUSED}; {@code ALIVE} twice a second meanwhile and until {@code LOST}. When the connection ends, however it ends,
 * the lock is released. {@code GET /holds/ID} tells how long it is certainly held, and whoever does not ask that within the
 * time to live loses it: a process that is stopped keeps its connection. {@code DELETE} releases it and answers when it is
 * free.
 */
final class HoldRoutes {
    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final Duration WAIT_MAX = Duration.ofDays(365);
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration ALIVE = Duration.ofMillis(500);
    private static final Duration CHECK = Duration.ofMillis(100);
    private static final int LINES_MAX = 16;
    private static final int HOLDS_MAX = 10_000;

    record Validity(long hold, String lock, String token, long validMillis) {}

    private final Locks locks;
    private final Map<Long, Hold> holds = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();

    HoldRoutes(Node node) {
        this.locks = Locks.get(node);
        ActorSystem<?> system = node.system();
        // Not with the lines: to whoever is stopped for long nothing can be written any more.
        system.scheduler()
                .scheduleWithFixedDelay(
                        CHECK, CHECK, () -> holds.values().forEach(Hold::check), system.executionContext());
    }

    Route routes() {
        return pathPrefix(
                "holds",
                () -> concat(
                        path(longSegment(), id -> concat(get(() -> validity(id)), delete(() -> release(id)))),
                        path(
                                segment(),
                                name -> post(() -> Parameters.duration(
                                        "ttl_ms",
                                        TTL,
                                        ttl -> Parameters.number(
                                                "wait_ms",
                                                WAIT.toMillis(),
                                                wait -> parameterOptional(
                                                        "note", note -> hold(name, ttl, wait, note.orElse("")))))))));
    }

    private Route hold(String name, Duration ttl, long waitMillis, String note) {
        if (holds.size() >= HOLDS_MAX) {
            return complete(
                    Answers.refusal(new UserError("this node holds " + HOLDS_MAX + " locks for others already")));
        }
        if (waitMillis < 0 || waitMillis > WAIT_MAX.toMillis()) {
            return complete(Answers.refusal(new IllegalArgumentException(
                    "parameter wait_ms is 0 to " + WAIT_MAX.toMillis() + ", got " + waitMillis)));
        }
        long id = last.incrementAndGet();
        Hold hold = new Hold(id, name, locks, Ttl.of(ttl), Duration.ofMillis(waitMillis), note);
        Source<ByteString, NotUsed> lines = Source.<Hold.Line>queue(LINES_MAX)
                .keepAlive(ALIVE, hold::alive)
                .takeWhile(line -> !line.isLast(), true)
                .map(line -> ByteString.fromString(Json.line(line) + "\n"))
                .watchTermination((queue, ended) -> {
                    holds.put(id, hold);
                    ended.whenComplete((done, failure) -> {
                        holds.remove(id);
                        hold.end();
                    });
                    hold.begin(queue::offer);
                    return NotUsed.getInstance();
                });
        return complete(HttpResponse.create().withEntity(HttpEntities.create(Answers.LINES, lines)));
    }

    private Route validity(long id) {
        Hold hold = holds.get(id);
        return hold == null ? gone(id) : complete(Answers.ok(hold.validity()));
    }

    private Route release(long id) {
        Hold hold = holds.get(id);
        return hold == null
                ? gone(id)
                : Answers.answer(hold.release().thenApply(done -> new Validity(id, hold.name(), "", 0)));
    }

    private static Route gone(long id) {
        return complete(Answers.refusal(new UserError("hold " + id + " is over")));
    }
}
