package io.capstan.raft.lock;

import io.capstan.actors.Failure;
import io.capstan.raft.Consistency;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import io.capstan.raft.lock.core.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to acquire a lock, from its entry in the log to its grant, refusal or withdrawal. Whatever way it ends
 * without a grant, its request is withdrawn, so that it leaves no orphan in the queue.
 */
final class Acquisition {
    private static final Duration FIRST_LOOK = Duration.ofMillis(5);
    private static final Duration LOOK_MAX = Duration.ofMillis(80);

    private final LockGroup group;
    private final LockSession session;
    private final long request;
    private final LockRequest wanted;
    private final String name;
    private final boolean wait;
    private final long deadlineNanos;
    private final CompletableFuture<HeldLock> outcome = new CompletableFuture<>();
    private Duration look = FIRST_LOOK;

    Acquisition(
            LockGroup group, LockSession session, long request, LockRequest wanted, boolean wait, long deadlineNanos) {
        this.group = group;
        this.session = session;
        this.request = request;
        this.wanted = wanted;
        this.name = wanted.names();
        this.wait = wait;
        this.deadlineNanos = deadlineNanos;
    }

    CompletableFuture<HeldLock> outcome() {
        return outcome;
    }

    /** Begins, in the session of that id. */
    void start(long id, long settled) {
        long waitMillis = wait ? Math.max(1, remaining().toMillis()) : 0;
        LockCommand acquire = new LockCommand.Acquire(
                id, request, settled, wanted.claims(), wanted.party(), wanted.note(), waitMillis);
        group.write(acquire, remaining()).whenComplete((reply, failure) -> onReply(id, reply, failure));
    }

    private Duration remaining() {
        return Duration.ofNanos(deadlineNanos - System.nanoTime());
    }

    private void onReply(long id, @Nullable LockReply reply, @Nullable Throwable failure) {
        if (outcome.isDone()) {
            return;
        }
        if (failure != null) {
            refuse(LockFailure.Kind.NO_MAJORITY, "lock " + name + " was not granted: " + message(failure));
        } else if (reply instanceof LockReply.Granted granted) {
            grant(granted.token());
        } else if (reply instanceof LockReply.Waiting waiting) {
            lookLater(id, waiting.holder());
        } else if (reply instanceof LockReply.Held held) {
            refuse(LockFailure.Kind.HELD, "lock " + name + " is held by " + held.holder());
        } else if (reply instanceof LockReply.Full full) {
            refuse(LockFailure.Kind.OVERLOADED, "lock " + name + " was not granted: " + full.limit());
        } else if (reply instanceof LockReply.NoSession) {
            session.lose(LostCause.EXPIRED);
        } else if (reply instanceof LockReply.Refused refused) {
            refuse(LockFailure.Kind.INVALID, "lock " + name + " was not granted: " + refused.why());
        } else if (reply instanceof LockReply.Over over && over.outcome() == Outcome.REFUSED) {
            refuse(LockFailure.Kind.INVALID, "the request for lock " + name + " was refused");
        } else {
            refuse(LockFailure.Kind.HELD, "the request for lock " + name + " is over without a grant: " + reply);
        }
    }

    private void grant(FencingToken token) {
        HeldLock held = new HeldLock(session, request, name, token);
        if (!session.granted(held)) {
            refuse(
                    LockFailure.Kind.SESSION_LOST,
                    "lock " + name + " was granted too late: its session was not confirmed in time");
        } else if (!outcome.complete(held)) {
            session.release(request, name);
        }
    }

    private void lookLater(long id, String holder) {
        if (remaining().compareTo(look) <= 0) {
            refuse(LockFailure.Kind.HELD, "lock " + name + " was not granted in time: it is held by " + holder);
            return;
        }
        group.later(
                look,
                () -> group.read(new LockQuery.Poll(id, request), Consistency.LINEARIZABLE, remaining())
                        .whenComplete((reply, failure) -> onReply(id, reply, failure)));
        Duration doubled = look.multipliedBy(2);
        look = doubled.compareTo(LOOK_MAX) > 0 ? LOOK_MAX : doubled;
    }

    /** Ends it without a grant. */
    void refuse(LockFailure.Kind kind, String message) {
        if (outcome.completeExceptionally(new LockFailure(kind, message))) {
            session.release(request, name);
        }
    }

    static String message(Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof Failure refusal ? String.valueOf(refusal.getMessage()) : cause.toString();
    }

    /** What a stage was failed with, out of the wrapping that stages add. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
