package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.parameterOptional;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.demo.UserError;
import io.capstan.demo.http.Answers;
import io.capstan.demo.http.Parameters;
import io.capstan.raft.Consistency;
import io.capstan.raft.Within;
import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.HeldLock;
import io.capstan.raft.lock.LockFailure;
import io.capstan.raft.lock.LockSession;
import io.capstan.raft.lock.LockStatus;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.Ttl;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.http.javadsl.server.Route;

/** {@code /locks}: what this node's replica knows, and taking and releasing locks for this node. */
final class LockRoutes {
    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final Ttl TTL = Ttl.of(Duration.ofSeconds(10));

    /**
     * One lock.
     *
     * @param holder empty when nobody holds it, as is {@code token}
     * @param note words that the holder gave
     * @param heldMillis for how long, by the time of the group's log
     * @param waiters nodes that wait, the first ten of {@code waiting}
     */
    record Lock(
            String lock,
            String holder,
            String token,
            String note,
            long heldMillis,
            List<String> waiters,
            int waiting) {}

    record All(String node, List<Lock> locks) {}

    private final Node node;
    private final Locks locks;
    private final Map<String, HeldLock> held = new ConcurrentHashMap<>();
    private LockSession session;

    LockRoutes(Node node) {
        this.node = node;
        this.locks = Locks.get(node);
        this.session = open();
    }

    private LockSession open() {
        return locks.session(TTL, cause -> held.values().removeIf(lock -> !lock.isHeld()));
    }

    Route routes() {
        return pathPrefix(
                "locks",
                () -> concat(
                        pathEnd(() -> get(() -> Answers.answer(
                                overview().thenApply(known -> new All(node.id().name(), known))))),
                        path(
                                segment(),
                                name -> concat(
                                        get(() -> Answers.answer(overview().thenApply(known -> lock(name, known)))),
                                        post(() -> Parameters.duration(
                                                "wait_ms", WAIT, wait -> Answers.answer(take(name, wait)))),
                                        delete(() -> parameterOptional(
                                                "token",
                                                token -> Answers.answer(
                                                        token.isEmpty()
                                                                ? release(name)
                                                                : forceRelease(name, token.get()))))))));
    }

    /** This node's own replica, as far as it has come: also in a minority. */
    private CompletionStage<List<Lock>> overview() {
        return locks.overview(Consistency.stale(0))
                .thenApply(known -> known.stream().map(LockRoutes::lock).toList());
    }

    /** A page of {@link #overview}. */
    CompletionStage<PanelRoutes.Shown<Lock>> page(PanelRoutes.Window window) {
        return overview().handle((known, failure) -> {
            List<Lock> found = known == null
                    ? List.of()
                    : known.stream()
                            .filter(lock -> lock.lock().startsWith(window.find()))
                            .sorted(Comparator.comparing(Lock::lock))
                            .toList();
            Map<String, Lock> rows = new LinkedHashMap<>();
            found.stream()
                    .filter(lock -> lock.lock().compareTo(window.from("locks")) >= 0)
                    .limit(window.limit())
                    .forEach(lock -> rows.put(lock.lock(), lock));
            return new PanelRoutes.Shown<>(found.size(), rows);
        });
    }

    /** A lost session is followed by a new one. */
    private synchronized LockSession session() {
        if (session.lost().isPresent()) {
            session = open();
        }
        return session;
    }

    /** Whoever asks knows of no session: one that is lost meanwhile is this door's affair, for as long as there is time. */
    private CompletionStage<Lock> take(String name, Duration wait) {
        long end = System.nanoTime() + wait.toNanos();
        return session()
                .acquire(name, Within.within(wait))
                .exceptionallyCompose(failure -> {
                    Duration left = Duration.ofNanos(end - System.nanoTime());
                    return isOfALostSession(failure) && left.toMillis() > 0
                            ? session().acquire(name, Within.within(left))
                            : CompletableFuture.failedStage(failure);
                })
                .thenApply(lock -> {
                    held.put(name, lock);
                    return new Lock(name, node.id().name(), lock.token().toString(), "", 0, List.of(), 0);
                });
    }

    private static boolean isOfALostSession(Throwable failure) {
        return Failure.cause(failure) instanceof LockFailure refusal && refusal.kind() == LockFailure.Kind.SESSION_LOST;
    }

    private CompletionStage<Lock> release(String name) {
        HeldLock lock = held.remove(name);
        return lock == null
                ? CompletableFuture.failedFuture(new UserError("this node does not hold lock " + name))
                : lock.release().thenApply(done -> free(name));
    }

    /** An operator's word. */
    private CompletionStage<Lock> forceRelease(String name, String token) {
        return locks.forceRelease(name, FencingToken.parse(token))
                .thenCompose(done -> overview())
                .thenApply(known -> lock(name, known));
    }

    private static Lock lock(LockStatus status) {
        if (status.holders().isEmpty()) {
            return new Lock(status.name(), "", "", "", 0, status.waiters(), status.waiting());
        }
        LockStatus.Holder first = status.holders().get(0);
        return new Lock(
                status.name(),
                first.node(),
                first.token().toString(),
                first.note(),
                status.heldFor(first).toMillis(),
                status.waiters(),
                status.waiting());
    }

    private static Lock lock(String name, List<Lock> known) {
        return known.stream()
                .filter(lock -> lock.lock().equals(name))
                .findFirst()
                .orElseGet(() -> free(name));
    }

    private static Lock free(String name) {
        return new Lock(name, "", "", "", 0, List.of(), 0);
    }
}
