package io.capstan.bench.raft;

import static io.capstan.raft.Within.within;

import io.capstan.raft.lock.FencingToken;
import io.capstan.raft.lock.HeldLock;
import io.capstan.raft.lock.LockFailure;
import io.capstan.raft.lock.LockSession;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.Ttl;
import io.capstan.testkit.history.FencedMutex;
import io.capstan.testkit.history.FencedMutex.Request;
import io.capstan.testkit.history.History;
import io.capstan.testkit.history.Linearizability;
import io.capstan.testkit.history.Operation;
import io.capstan.testkit.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The load of {@link LockKillRun}: clients that acquire, hold and release a few locks that all want. What they are told is judged
 * afterwards; that no two of them believe in one lock at the same time is looked at when it is granted.
 */
final class LockClients {
    static final Duration TTL = Duration.ofSeconds(2);
    private static final Duration TRY = Duration.ofSeconds(5);
    private static final Duration WAIT = Duration.ofMillis(700);
    private static final Duration TOLERANCE = Duration.ofMillis(200);
    private static final int LOCKS = 3;
    private static final int HOLD_MILLIS = 12;
    private static final int ORDINALS = 8;

    private final History<Request, Long> history = new History<>();
    private final Clients clients = new Clients();
    private final long pauseNanos;
    /** By name of the lock: who was granted it last. */
    private final Map<String, HeldLock> granted = new ConcurrentHashMap<>();

    private final AtomicLong grants = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    /** So many clients of each of these nodes, which pause so long after each attempt; they begin at once. */
    LockClients(List<Locks> nodes, int clientsEach, long seed, Duration pause) {
        pauseNanos = pause.toNanos();
        int number = 0;
        for (Locks locks : nodes) {
            for (int i = 0; i < clientsEach; i++) {
                Client client = new Client("client-" + number, locks, new Random(seed + number));
                clients.add(client.who, client::run);
                number++;
            }
        }
        clients.start();
    }

    long grants() {
        return grants.get();
    }

    /** Grants that were lost before they were released. */
    long lost() {
        return lost.get();
    }

    void requireSound() {
        clients.requireSound();
    }

    void stop() throws InterruptedException {
        clients.stop();
    }

    /** Whether one service that answers one request at a time could have answered all of it so. */
    Verdict<Request, Long> verdict() {
        List<Operation<Request, Long>> seen = history.operations();
        // Whoever was told that a release took place has not expired before: the model knows that too, and need not
        // try.
        Set<String> released = seen.stream()
                .filter(each -> each.input() instanceof Request.Release && each.output() != null)
                .map(each -> each.input().holder())
                .collect(Collectors.toSet());
        List<Operation<Request, Long>> all = new ArrayList<>(seen);
        FencedMutex.expiries(seen, TTL, TOLERANCE).stream()
                .filter(expiry -> !released.contains(expiry.input().holder()))
                .forEach(all::add);
        return Linearizability.check(new FencedMutex(), all);
    }

    private final class Client {
        private final String who;
        private final Locks locks;
        private final Random random;
        private @Nullable LockSession session;
        private long attempts;

        Client(String who, Locks locks, Random random) {
            this.who = who;
            this.locks = locks;
            this.random = random;
        }

        void run() {
            while (!clients.isStopped()) {
                attempt();
                LockSupport.parkNanos(pauseNanos);
            }
        }

        private void attempt() {
            LockSession own = session;
            if (own == null) {
                own = locks.session(Ttl.of(TTL), cause -> {});
                session = own;
            }
            String lock = "lock-" + random.nextInt(LOCKS);
            String holder = who + "/" + ++attempts;
            boolean waits = random.nextBoolean();
            History<Request, Long>.Call asked = history.invoke(history.process(), new Request.Acquire(lock, holder));
            HeldLock held;
            try {
                held = join(waits ? own.acquire(lock, within(WAIT)) : own.tryAcquire(lock, within(TRY)));
            } catch (LockFailure refused) {
                refused(asked, lock, holder, refused, waits);
                return;
            }
            asked.ok(token(held.token()));
            grants.incrementAndGet();
            HeldLock before = granted.put(lock, held);
            if (before != null && before.isHeld() && held.isHeld()) {
                throw new AssertionError(
                        lock + " is believed in by the holders of " + before.token() + " and " + held.token());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(HOLD_MILLIS)));
            release(own, lock, holder, held);
        }

        private void refused(
                History<Request, Long>.Call asked, String lock, String holder, LockFailure refused, boolean waits) {
            if (refused.kind() == LockFailure.Kind.HELD && !waits) {
                asked.ok(FencedMutex.REFUSED);
                return;
            }
            // It may have been granted all the same, and is given back then.
            asked.unknown(refused.kind().name());
            history.invoke(history.process(), new Request.Release(lock, holder)).unknown("withdrawn");
            if (refused.kind() == LockFailure.Kind.SESSION_LOST) {
                session = null;
            }
        }

        private void release(LockSession own, String lock, String holder, HeldLock held) {
            History<Request, Long>.Call release = history.invoke(history.process(), new Request.Release(lock, holder));
            join(held.release());
            if (held.lost().isEmpty() && own.lost().isEmpty()) {
                release.ok(FencedMutex.DONE);
            } else {
                // Nobody has said that it is free: that it will be, once its time to live is over, is all we know.
                release.unknown("lost: " + own.lost());
                lost.incrementAndGet();
                session = null;
            }
        }
    }

    /** Of one making of the group, so its epoch says nothing. */
    private static long token(FencingToken token) {
        return token.index() * ORDINALS + token.ordinal();
    }

    private static <T> T join(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException refused ? refused : failed;
        }
    }
}
