package io.capstan.raft.lock;

import io.capstan.actors.Failure;
import io.capstan.raft.Consistency;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.Within;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import io.capstan.raft.lock.core.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One request of a session, from its entry in the log to its outcome. Whatever way it ends without success, it is
 * withdrawn, so that it leaves no orphan in a queue.
 */
abstract class Attempt<T> {
    /** So long one member is asked at most: a silent one does not hold us up for longer. */
    private static final Duration ASK_MAX = Duration.ofSeconds(4);

    /** Who was told so recently that it waits did wait: if nothing more comes in time, not for want of a majority. */
    private static final Duration RECENT = Duration.ofSeconds(1);

    private static final Duration AGAIN = Duration.ofMillis(100);
    /** With less time left it is too late: an answer would find nobody. */
    private static final Duration LATE = Duration.ofMillis(10);

    private final LockGroup group;
    private final LockSession session;
    private final long request;
    private final String what;
    private final long deadlineNanos;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    /** When the group last said that it waits. */
    private volatile long heardNanos;
    /** Who held it then; empty when nobody did. */
    private volatile String holder = "";

    /** {@code what}: for messages, as in "lock x". */
    Attempt(LockSession session, long request, String what, long deadlineNanos) {
        this.session = session;
        this.group = session.group();
        this.request = request;
        this.what = what;
        this.deadlineNanos = deadlineNanos;
        // Also when its user has cancelled it, or set it a deadline of his own (CURATOR-79, -315, -335: orphans in the
        // queue, granted to nobody).
        CompletionStage<T> stage = outcome;
        stage.whenComplete((value, failure) -> {
            if (failure != null) {
                session.release(request);
            }
        });
    }

    /** What is written, in the session of that id. */
    abstract LockCommand command(long id, long settled, long waitMillis);

    /** Ends it if that is the reply it is after; false if not. */
    abstract boolean succeeds(LockReply reply);

    /** Why it is over, at its deadline. */
    abstract LockFailure late(String holder);

    CompletableFuture<T> outcome() {
        return outcome;
    }

    LockSession session() {
        return session;
    }

    long request() {
        return request;
    }

    String what() {
        return what;
    }

    /** The group has said that it waits. */
    void waits() {}

    /** Begins, in the session of that id. */
    void start(long id, long settled) {
        if (!outcome.isDone()) {
            long waitMillis = Math.max(1, remaining().toMillis());
            group.write(command(id, settled, waitMillis), remaining())
                    .whenComplete((reply, failure) -> onReply(id, reply, failure));
        }
    }

    static long deadlineNanos(Within within) {
        return System.nanoTime() + within.duration().toNanos();
    }

    private Duration remaining() {
        return Duration.ofNanos(deadlineNanos - System.nanoTime());
    }

    private void onReply(long id, @Nullable LockReply reply, @Nullable Throwable failure) {
        if (outcome.isDone()) {
            return;
        }
        if (failure != null) {
            refuse(kind(failure), message(failure));
        } else if (reply instanceof LockReply.Waiting waiting) {
            heardNanos = System.nanoTime();
            holder = waiting.holder();
            waits();
            await(id);
        } else if (reply instanceof LockReply.NoSession) {
            session.lose(LostCause.EXPIRED);
        } else if (reply instanceof LockReply.Held held) {
            refuse(LockFailure.Kind.HELD, "it is held by " + held.holder());
        } else if (reply instanceof LockReply.Full full) {
            refuse(LockFailure.Kind.OVERLOADED, full.limit());
        } else if (reply instanceof LockReply.Refused refused) {
            refuse(LockFailure.Kind.INVALID, refused.why());
        } else if (reply != null && !succeeds(reply)) {
            over(reply instanceof LockReply.Over over ? over.outcome() : Outcome.RELEASED);
        }
    }

    private void over(Outcome ended) {
        switch (ended) {
            case REFUSED -> refuse(LockFailure.Kind.INVALID, "it cannot be");
            case FULL -> refuse(LockFailure.Kind.OVERLOADED, "a limit was reached when it was first asked for");
            // Of a request that the group need not remember any more: nobody has released it, so its time was over.
            case TIMED_OUT, RELEASED -> refuse(late(holder));
            case BROKEN -> refuse(LockFailure.Kind.BROKEN, "one whom it needs is gone");
            case DONE, CAME, HELD, REVOKED -> refuse(LockFailure.Kind.HELD, "it is over: " + ended);
        }
    }

    /** The member that is asked answers when it has news. */
    private void await(long id) {
        Duration left = remaining();
        if (left.compareTo(LATE) <= 0) {
            refuse(late(holder));
            return;
        }
        // Without a majority's word for each that waits: with clocks beyond what leases allow, what is ours is taken
        // for lost.
        group.await(new LockQuery.Poll(id, request), Consistency.LEASE, left.compareTo(ASK_MAX) < 0 ? left : ASK_MAX)
                .whenComplete((reply, failure) -> {
                    boolean silent = failure != null && isWorthAsking(failure);
                    if (silent && remaining().compareTo(AGAIN) > 0) {
                        group.later(AGAIN, () -> {
                            if (!outcome.isDone()) {
                                await(id);
                            }
                        });
                    } else if (silent && System.nanoTime() - heardNanos < RECENT.toNanos()) {
                        refuse(late(holder)); // The group has just said that it waits: the deadline came first.
                    } else {
                        onReply(id, reply, failure);
                    }
                });
    }

    private static boolean isWorthAsking(Throwable failure) {
        return Failure.cause(failure) instanceof Failure refusal && refusal.next() == Failure.Next.RETRY;
    }

    /** Ends it without success. */
    void refuse(LockFailure.Kind kind, String why) {
        refuse(refusal(kind, what + " was not granted: " + why));
    }

    /** What its caller is told; of a lock it may try again whatever became of this request, which is withdrawn. */
    LockFailure refusal(LockFailure.Kind kind, String message) {
        return new LockFailure(kind, message);
    }

    void refuse(LockFailure refusal) {
        group.run(() -> outcome.completeExceptionally(refusal));
    }

    /** What a request that failed comes to for whoever wanted the lock. */
    static LockFailure.Kind kind(Throwable failure) {
        Throwable cause = Failure.cause(failure);
        if (cause instanceof LockFailure refusal) {
            return refusal.kind();
        }
        return cause instanceof RaftFailure refusal && refusal.kind() == RaftFailure.Kind.OVERLOADED
                ? LockFailure.Kind.OVERLOADED
                : LockFailure.Kind.NO_MAJORITY;
    }

    static String message(Throwable failure) {
        Throwable cause = Failure.cause(failure);
        return cause instanceof Failure refusal ? String.valueOf(refusal.getMessage()) : cause.toString();
    }
}
