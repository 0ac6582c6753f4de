package io.capstan.raft.lock;

import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockReply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A session's way into the group: its id there, once it has one. Several who come at once share one attempt. Thread-safe.
 *
 * <p>Whatever the group opens and nobody is to use is closed at once: it would stand for a time to live.
 */
final class Opening {
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final LockSession session;
    private final LockGroup group;
    private final String owner;
    private long id;
    private boolean over;
    private @Nullable CompletableFuture<Long> attempt;

    Opening(LockSession session, String owner) {
        this.session = session;
        this.group = session.group();
        this.owner = owner;
    }

    /** 0 while the session is not open. */
    synchronized long id() {
        return id;
    }

    /** No further: a session that opens after this is closed. */
    synchronized void end() {
        over = true;
    }

    /** The session's id, at once if it is open; a {@link LockFailure} or a {@link io.capstan.raft.RaftFailure} else. */
    CompletionStage<Long> open(long deadlineNanos) {
        CompletableFuture<Long> shared;
        boolean first;
        // The session asks us while it holds its own monitor: nothing of its is called here.
        synchronized (this) {
            if (id != 0 && !over) {
                return CompletableFuture.completedStage(id);
            }
            first = attempt == null && !over;
            attempt = first ? new CompletableFuture<>() : attempt;
            shared = attempt;
        }
        if (shared == null) {
            return CompletableFuture.failedStage(session.lostFailure());
        }
        if (first) {
            ask(shared, Duration.ofNanos(deadlineNanos - System.nanoTime()));
        }
        return shared.<CompletionStage<Long>>handle((opened, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedStage(opened);
                    }
                    // Somebody else's attempt may have had less time than ours; who is overloaded is not asked again.
                    return Attempt.kind(failure) == LockFailure.Kind.NO_MAJORITY
                                    && System.nanoTime() + AGAIN.toNanos() - deadlineNanos < 0
                            ? group.pause(AGAIN).thenCompose(paused -> open(deadlineNanos))
                            : CompletableFuture.failedStage(failure);
                })
                .thenCompose(next -> next);
    }

    private void ask(CompletableFuture<Long> asked, Duration within) {
        HolderClock.Reading sent = group.clock().read();
        Ttl ttl = session.ttl();
        group.write(new LockCommand.Open(owner, ttl.duration().toMillis()), within)
                .whenComplete((reply, failure) -> {
                    // Opened while there was no leader for long: its time to live may be over before it is of any use.
                    boolean late = !group.clock().isWithin(ttl.duration().dividedBy(2), sent);
                    if (reply instanceof LockReply.Opened opened) {
                        opened(asked, opened.session(), late, sent);
                    } else if (failure != null) {
                        fail(asked, failure);
                    } else {
                        String why = reply instanceof LockReply.Full full ? full.limit() : String.valueOf(reply);
                        fail(asked, new LockFailure(LockFailure.Kind.OVERLOADED, why));
                    }
                });
    }

    private void opened(CompletableFuture<Long> asked, long opened, boolean late, HolderClock.Reading sent) {
        boolean used;
        if (!late) {
            session.renewed(sent); // Before anybody can see an id that nothing has confirmed.
        }
        synchronized (this) {
            used = !late && !over;
            if (used) {
                id = opened;
                attempt = null;
            }
        }
        if (used) {
            asked.complete(opened);
            return;
        }
        close(opened);
        fail(
                asked,
                late
                        ? new LockFailure(
                                LockFailure.Kind.NO_MAJORITY, "the group answers too slowly for " + session.ttl())
                        : session.lostFailure());
    }

    private void fail(CompletableFuture<Long> asked, Throwable why) {
        synchronized (this) {
            attempt = null;
        }
        asked.completeExceptionally(why);
    }

    /** Closes the session of that id at the group, which frees what it holds; unheard, it ends by its time to live. */
    CompletionStage<LockReply> close(long opened) {
        return group.write(new LockCommand.Close(opened), session.ttl().duration());
    }
}
