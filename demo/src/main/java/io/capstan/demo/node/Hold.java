package io.capstan.demo.node;

import io.capstan.actors.Failure;
import io.capstan.raft.Within;
import io.capstan.raft.lock.HeldLock;
import io.capstan.raft.lock.LockFailure;
import io.capstan.raft.lock.LockRequest;
import io.capstan.raft.lock.LockSession;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.LostCause;
import io.capstan.raft.lock.Ttl;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One lock, held for whoever listens to its lines, in a session of its own: that ends with it, whatever it was doing. */
final class Hold {
    /** What its listener is told. */
    enum Event {
        HELD,
        REFUSED,
        ALIVE,
        LOST,
        RELEASED
    }

    /**
     * One line.
     *
     * @param confirmed whether a majority has confirmed lately that we hold, or wait
     * @param error why it was refused or lost
     * @param kind of a refusal, as {@link LockFailure.Kind} names it
     */
    record Line(
            Event event,
            long hold,
            boolean confirmed,
            @Nullable String token,
            @Nullable String error,
            @Nullable String kind) {
        boolean isLast() {
            return event == Event.REFUSED || event == Event.LOST || event == Event.RELEASED;
        }
    }

    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(2);

    private final long id;
    private final String name;
    private final Ttl ttl;
    private final Duration wait;
    private final LockRequest wanted;
    private final LockSession session;
    private volatile @Nullable HeldLock held;
    /** When the listener last asked how long it holds; from the grant on. */
    private volatile long askedNanos;

    private volatile Consumer<Line> listener = line -> {};

    Hold(long id, String name, Locks locks, Ttl ttl, Duration wait, String note) {
        this.id = id;
        this.name = name;
        this.ttl = ttl;
        this.wait = wait;
        this.wanted = LockRequest.exclusive(name).note(note);
        this.session = locks.session(ttl, this::lost);
    }

    String name() {
        return name;
    }

    /** Asks for the lock; without a wait it is refused at once when another holds it. */
    void begin(Consumer<Line> lines) {
        listener = lines;
        CompletionStage<HeldLock> asked = wait.isZero()
                ? session.tryAcquire(wanted, Within.within(SHORTEST_WAIT))
                : session.acquire(wanted, Within.within(wait));
        asked.whenComplete((lock, failure) -> {
            if (failure != null) {
                refused(failure);
            } else {
                askedNanos = System.nanoTime();
                held = lock;
                tell(Event.HELD, lock.token().toString(), null, null);
                lock.onLost(this::lost);
            }
        });
    }

    private void refused(Throwable failure) {
        Throwable cause = Failure.cause(failure);
        String kind = cause instanceof LockFailure refusal ? refusal.kind().name() : "UNEXPECTED";
        tell(Event.REFUSED, null, String.valueOf(cause.getMessage()), kind);
    }

    private void lost(LostCause cause) {
        if (cause != LostCause.CLOSED) {
            tell(Event.LOST, null, "lock " + name + " is lost: " + cause, null);
        }
    }

    private void tell(Event event, @Nullable String token, @Nullable String error, @Nullable String kind) {
        listener.accept(new Line(event, id, session.isConfirmed(), token, error, kind));
    }

    /** Says that we are here, so that a listener who is gone is noticed. */
    Line alive() {
        return new Line(Event.ALIVE, id, session.isConfirmed(), null, null, null);
    }

    /**
     * Ends it when its listener has asked nothing for a time to live: its process may be stopped, or its machine suspended,
     * and the connection stands all the same.
     */
    void check() {
        if (held != null
                && System.nanoTime() - askedNanos > ttl.duration().toNanos()
                && session.lost().isEmpty()) {
            end();
            tell(
                    Event.LOST,
                    null,
                    "lock " + name + " is lost: its holder did not ask for it within its time to live",
                    null);
        }
    }

    /** What is left; and who asks lives. */
    HoldRoutes.Validity validity() {
        askedNanos = System.nanoTime();
        HeldLock lock = held;
        return lock == null
                ? new HoldRoutes.Validity(id, name, "", 0)
                : new HoldRoutes.Validity(
                        id, name, lock.token().toString(), lock.validFor().toMillis());
    }

    /** Frees the lock; done when it is free. */
    CompletionStage<Void> release() {
        HeldLock lock = held;
        CompletionStage<Void> freed = lock == null ? CompletableFuture.completedStage(null) : lock.release();
        return freed.thenRun(() -> tell(Event.RELEASED, null, null, null));
    }

    /** Nobody listens any more. */
    void end() {
        session.close();
    }
}
