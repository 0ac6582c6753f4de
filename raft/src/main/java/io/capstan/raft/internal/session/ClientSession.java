package io.capstan.raft.internal.session;

import io.capstan.actors.Failure;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.internal.wire.ClientFrame.Answer;
import io.capstan.raft.internal.wire.ClientFrame.Reply;
import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.LogCommand;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One node's end of its session with one group: opened by the first command, and anew when it was idle for so long that
 * it may be over. No keep-alive: a node that is silent leaves nothing behind. Thread-safe.
 */
public final class ClientSession {
    /** Has the group log a command, as often as it takes until it is answered or {@code within} is over. */
    public interface Sending {
        CompletionStage<Reply> send(LogCommand command, Duration within);
    }

    /** A session while it lasts. */
    private static final class Opened {
        final long epoch;
        final long id;
        /** The first that is not settled. */
        long first = 1;
        /** Those settled behind it. */
        final Set<Long> ahead = new HashSet<>();

        long last;
        long usedNanos;

        Opened(long epoch, long id, long usedNanos) {
            this.epoch = epoch;
            this.id = id;
            this.usedNanos = usedNanos;
        }

        void settled(long sequence) {
            if (sequence != first) {
                ahead.add(sequence);
                return;
            }
            first++;
            while (!ahead.isEmpty() && ahead.remove(first)) {
                first++;
            }
        }

        boolean isIdle() {
            return first > last;
        }
    }

    // An opening ends by itself, a little after its deadline, and then says why; only who waits for another's may have
    // to
    // leave earlier.
    private static final long GRACE_NANOS = Duration.ofMillis(250).toNanos();

    private final String group;
    private final Duration ttl;
    private final Sending sending;
    private final Executor executor;
    private @Nullable CompletableFuture<Opened> opening;
    private @Nullable Opened opened;

    /**
     * The session with {@code group}.
     *
     * @param ttl of log time without a command, after which it is over
     * @param executor runs what follows a time-out
     */
    public ClientSession(String group, Duration ttl, Sending sending, Executor executor) {
        this.group = group;
        this.ttl = ttl;
        this.sending = sending;
        this.executor = executor;
    }

    /** Has the group execute {@code command}, once. Fails with a {@link RaftFailure}. */
    public CompletionStage<Reply> write(byte[] command, Duration within) {
        return write(command, System.nanoTime() + within.toNanos(), null);
    }

    /** @param last why no session could be opened so far: it says more than that the time is over */
    private CompletionStage<Reply> write(byte[] command, long deadlineNanos, @Nullable Throwable last) {
        Opened current = current();
        if (current != null) {
            return send(current, command, deadlineNanos);
        }
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
            return CompletableFuture.failedStage(last != null ? last : unopened("in time"));
        }
        return open(left)
                .copy()
                .orTimeout(left + GRACE_NANOS, TimeUnit.NANOSECONDS)
                .handleAsync((session, failure) -> unwrapped(failure), executor)
                .thenCompose(failure -> {
                    if (failure == null || mayTryAgain(failure, deadlineNanos)) {
                        return write(command, deadlineNanos, failure);
                    }
                    Throwable late = last != null ? last : unopened("in time");
                    return CompletableFuture.failedStage(failure instanceof TimeoutException ? late : failure);
                });
    }

    /** Whoever waits for another's opening has a deadline of its own. */
    private static boolean mayTryAgain(Throwable failure, long deadlineNanos) {
        return failure instanceof RaftFailure refused
                && (refused.kind() == RaftFailure.Kind.NO_LEADER || refused.kind() == RaftFailure.Kind.NO_MEMBER)
                && deadlineNanos - System.nanoTime() > 0;
    }

    private RaftFailure unopened(String why) {
        return new RaftFailure(
                RaftFailure.Kind.NO_LEADER, "group " + group + " opened no session " + why + "; nothing was written");
    }

    private synchronized @Nullable Opened current() {
        Opened session = opened;
        boolean idle = session != null && session.isIdle() && System.nanoTime() - session.usedNanos > ttl.toNanos() / 2;
        if (idle) {
            opened = null;
        }
        return opened;
    }

    private CompletableFuture<Opened> open(long withinNanos) {
        CompletableFuture<Opened> future;
        synchronized (this) {
            if (opening != null) {
                return opening;
            }
            future = new CompletableFuture<>();
            opening = future;
        }
        long begun = System.nanoTime();
        sending.send(new LogCommand.Open(ttl.toMillis()), Duration.ofNanos(Math.max(1_000_000, withinNanos)))
                .whenComplete((reply, failure) -> {
                    Opened session = null;
                    synchronized (this) {
                        opening = null;
                        if (reply instanceof Answer answer) {
                            session = new Opened(new In(answer.reply()).i64(), answer.index(), begun);
                            opened = session;
                        }
                    }
                    if (session != null) {
                        future.complete(session);
                    } else {
                        future.completeExceptionally(openingFailed(failure));
                    }
                });
        return future;
    }

    /** A session that was perhaps opened does no harm: nobody will hear of it again. */
    private Throwable openingFailed(@Nullable Throwable failure) {
        Throwable cause = unwrapped(failure);
        boolean unknown = cause instanceof RaftFailure refused && refused.kind() == RaftFailure.Kind.UNKNOWN_OUTCOME;
        return cause == null || unknown ? unopened("(" + cause + ")") : cause;
    }

    private CompletionStage<Reply> send(Opened session, byte[] command, long deadlineNanos) {
        long sequence;
        long settled;
        synchronized (this) {
            sequence = ++session.last;
            settled = session.first;
        }
        long begun = System.nanoTime();
        Duration within = Duration.ofNanos(Math.max(1_000_000, deadlineNanos - begun));
        CompletableFuture<Reply> outcome = new CompletableFuture<>();
        sending.send(new LogCommand.Once(session.epoch, session.id, sequence, settled, command), within)
                .whenComplete((reply, failed) -> {
                    Throwable failure = unwrapped(failed);
                    synchronized (this) {
                        session.settled(sequence);
                        if (reply != null) {
                            session.usedNanos = Math.max(begun, session.usedNanos);
                        }
                        if (failure instanceof SessionExpired && opened == session) {
                            opened = null;
                        }
                    }
                    if (failure instanceof SessionExpired) {
                        write(command, deadlineNanos, null).whenComplete((again, why) -> settle(outcome, again, why));
                    } else {
                        settle(outcome, reply, failure);
                    }
                });
        return outcome;
    }

    private static void settle(CompletableFuture<Reply> outcome, @Nullable Reply reply, @Nullable Throwable failure) {
        if (reply != null) {
            outcome.complete(reply);
        } else {
            outcome.completeExceptionally(failure == null ? new IllegalStateException("no outcome") : failure);
        }
    }

    private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
        return failure == null ? null : Failure.cause(failure);
    }
}
