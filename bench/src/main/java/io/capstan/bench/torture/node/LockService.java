package io.capstan.bench.torture.node;

import static io.capstan.raft.Within.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.capstan.actors.Failure;
import io.capstan.raft.Consistency;
import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.HeldLock;
import io.capstan.raft.lock.LockFailure;
import io.capstan.raft.lock.LockRequest;
import io.capstan.raft.lock.LockSession;
import io.capstan.raft.lock.LockStatus;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.Ttl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Locks, read-write locks, semaphores and elections: each client has a session, and holds at most one of each name. What
 * they guard is a file that refuses whoever comes with a lower token than it has seen.
 */
final class LockService implements Service {
    private static final int ORDINALS = 1_000;

    /** Its client waits no longer: this node was stopped meanwhile. */
    private static final Duration LATE = Duration.ofSeconds(1);

    private final Locks locks;
    private final Duration ttl;
    private final GuardedFiles files;
    private final BiConsumer<String, Long> expired;
    private final Map<Integer, LockSession> sessions = new ConcurrentHashMap<>();
    private final Map<String, HeldLock> held = new ConcurrentHashMap<>();
    private final Map<String, Long> leaders = new ConcurrentHashMap<>();

    /**
     * Nobody has a session yet.
     *
     * @param shared a folder of all nodes
     * @param expired is told which lock was lost before it was given back, by name and token
     */
    LockService(Locks locks, Duration ttl, Path shared, BiConsumer<String, Long> expired) {
        this.locks = locks;
        this.expired = expired;
        this.ttl = ttl;
        files = new GuardedFiles(shared);
    }

    @Override
    public CompletionStage<JsonNode> perform(Request request) {
        String place = request.client() + "/" + request.name();
        HeldLock lock = held.get(place);
        return switch (request.f()) {
            case "acquire" -> acquire(request, place);
            case "renew" -> {
                if (lock == null || !lock.isHeld()) {
                    throw NotDone.refused("LOST");
                }
                yield CompletableFuture.completedStage(grant(lock));
            }
            case "release" -> {
                if (lock == null) {
                    throw NotDone.refused("NOT_HELD");
                }
                held.remove(place);
                yield release(request.client(), lock);
            }
            case "holders" -> locks.overview(Consistency.LINEARIZABLE).thenApply(LockService::holders);
            case "copy" -> locks.overview(Consistency.stale(0)).thenApply(LockService::digest);
            case "write" -> files.write(request.name(), request.argument().asLong());
            case "leader" -> {
                long token = leaders.computeIfAbsent(request.name(), this::observe);
                yield CompletableFuture.completedStage(JsonNodeFactory.instance.numberNode(token));
            }
            default -> throw new IllegalArgumentException(request.f());
        };
    }

    private CompletionStage<JsonNode> acquire(Request request, String place) {
        letGo(request.client());
        long askedNanos = System.nanoTime();
        LockSession session = sessions.computeIfAbsent(
                request.client(), client -> locks.session(Ttl.of(ttl), cause -> sessions.remove(client)));
        JsonNode wanted = request.argument();
        String name = request.name();
        LockRequest what = wanted.has("units")
                ? LockRequest.permits(
                        name, wanted.get("units").asInt(), wanted.get("of").asInt())
                : wanted.path("shared").asBoolean() ? LockRequest.shared(name) : LockRequest.exclusive(name);
        boolean waits = wanted.path("wait").asBoolean();
        CompletionStage<HeldLock> granted = waits
                ? session.acquire(what, within(request.timeout()))
                : session.tryAcquire(what, within(request.timeout()));
        return granted.handle((lock, failure) -> {
            if (failure == null) {
                if (System.nanoTime() - askedNanos
                        > request.timeout().plus(LATE).toNanos()) {
                    lock.release();
                    throw NotDone.unknown("LATE");
                }
                held.put(place, lock);
                lock.onLost(cause -> expired.accept(name, token(lock.token())));
                return grant(lock);
            }
            Throwable cause = Failure.cause(failure);
            if (!(cause instanceof LockFailure refused)) {
                throw new CompletionException(cause);
            }
            if (refused.kind() == LockFailure.Kind.SESSION_LOST) {
                sessions.remove(request.client(), session);
            }
            if (refused.kind() == LockFailure.Kind.HELD && !waits) {
                throw refused;
            }
            // Its caller does not hold it; but it may have been granted for a moment, and was given back.
            throw NotDone.unknown("WITHDRAWN: " + refused.kind());
        });
    }

    /** Whoever asks for a lock has none: what it still has, it never heard of. */
    private void letGo(int client) {
        held.keySet().stream().filter(each -> each.startsWith(client + "/")).forEach(each -> {
            HeldLock forgotten = held.remove(each);
            if (forgotten != null) {
                forgotten.release();
            }
        });
    }

    private ObjectNode grant(HeldLock lock) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("token", token(lock.token()))
                .put("ttl_ms", ttl.toMillis())
                .put("valid_ms", lock.validFor().toMillis());
    }

    private CompletionStage<JsonNode> release(int client, HeldLock lock) {
        LockSession session = sessions.get(client);
        return lock.release().thenApply(done -> {
            if (lock.lost().isPresent() || session == null || session.lost().isPresent()) {
                // Nobody has said that it is free: that it will be, once its time to live is over, is all we know.
                throw NotDone.unknown("LOST");
            }
            return TextNode.valueOf("released");
        });
    }

    /** Begins to look on. Nobody leads: 0. */
    private long observe(String name) {
        locks.observe(
                name,
                status -> leaders.put(
                        name,
                        status.stream()
                                .flatMap(shown -> shown.holders().stream())
                                .mapToLong(holder -> token(holder.token()))
                                .max()
                                .orElse(0)));
        return 0;
    }

    /** By lock: the tokens of the first ten holders, and whose node each lives on. */
    private static JsonNode holders(List<LockStatus> all) {
        ObjectNode holders = JsonNodeFactory.instance.objectNode();
        all.forEach(lock -> {
            ArrayNode each = holders.putArray(lock.name());
            lock.holders()
                    .forEach(
                            holder -> each.addArray().add(token(holder.token())).add(holder.node()));
        });
        return holders;
    }

    /** Without log time, in which a renewal of a session is an entry like any other, and no index is told. */
    private static JsonNode digest(List<LockStatus> all) {
        return Copies.digest(
                0,
                all.stream()
                        .map(each -> each.name() + " " + each.holders() + " " + each.waiters() + " " + each.waiting())
                        .toList());
    }

    /** All of one making of the group, so its epoch says nothing. */
    static long token(FencingToken token) {
        return token.index() * ORDINALS + token.ordinal();
    }
}
