package io.capstan.raft.lock;

import io.capstan.actors.Failure;
import io.capstan.raft.Consistency;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
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
    private final String name;
    private final boolean wait;
    private final long deadlineNanos;
    private final CompletableFuture<HeldLock> outcome = new CompletableFuture<>();
    private Duration look = FIRST_LOOK;

    Acquisition(LockGroup group, LockSession session, long request, String name, boolean wait, long deadlineNanos) {
        this.group = group;
        this.session = session;
        this.request = request;
        this.name = name;
        this.wait = wait;
        this.deadlineNanos = deadlineNanos;
    }

    CompletableFuture<HeldLock> outcome() {
        return outcome;
    }

    /** Begins, in the session of that id. */
    void start(long id, long settled) {
        group.write(new LockCommand.Acquire(id, request, settled, name, wait), remaining())
                .whenComplete((reply, failure) -> onReply(id, reply, failure));
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
        } else {
            refuse(LockFailure.Kind.HELD, "the request for lock " + name + " was withdrawn");
        }
    }

    private void grant(FencingToken token) {
        HeldLock held = new HeldLock(session, request, name, token);
        if (!session.granted(request)) {
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
                () -> group.read(new LockQuery.Poll(id, request, name), Consistency.LINEARIZABLE, remaining())
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
