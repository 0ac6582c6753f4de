package io.capstan.raft.lock;

import io.capstan.raft.Within;
import io.capstan.raft.lock.core.LockCommand;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;

/** A lock that was granted. Thread-safe. */
public final class HeldLock {
    private final LockSession session;
    private final long request;
    private final String name;
    private final FencingToken token;
    private final LockRequest wanted;
    private final boolean signalled;
    private final CompletableFuture<LostCause> lost = new CompletableFuture<>();

    HeldLock(LockSession session, long request, LockRequest wanted, FencingToken token, boolean signalled) {
        this.session = session;
        this.request = request;
        this.wanted = wanted;
        this.name = wanted.names();
        this.signalled = signalled;
        this.token = token;
    }

    /** The lock's name; of several, the names joined by a comma. */
    public String name() {
        return name;
    }

    /** Higher than the token of every earlier grant. What the lock guards must see it and refuse lower ones. */
    public FencingToken token() {
        return token;
    }

    /**
     * Whether it was certainly held a moment ago: not released, and the session confirmed within its time to live. It may
     * be lost by the time the caller reads the answer; only the token protects what comes after.
     */
    public boolean isHeld() {
        return session.holds(request);
    }

    /**
     * For how long from now it is certainly held if nothing more is heard of the group: what is left of the time to live of
     * the last confirmed renewal, less the drift of clocks. Nothing when {@link #isHeld} is false.
     */
    public Duration validFor() {
        return session.validFor(request);
    }

    /**
     * Frees the lock. Tried again until it is done; if no majority can be reached the end of the session frees it.
     *
     * @return done once the lock is free, or the session lost; never fails; the second call gives an equal one
     */
    public CompletionStage<Void> release() {
        return session.release(request);
    }

    /**
     * Calls {@code listener} when the lock is lost before it is released, once, with the cause; at once when that has
     * happened already. On one of Pekko's threads, or the caller's when it is late; what it throws is lost.
     */
    public void onLost(Consumer<LostCause> listener) {
        CompletionStage<LostCause> stage = lost;
        stage.thenAccept(listener);
    }

    /** Why it was lost, if it was. */
    public Optional<LostCause> lost() {
        return lost.isDone() ? Optional.of(lost.join()) : Optional.empty();
    }

    /**
     * Changes the words that others see beside the holder, if this grant still holds the lock when the group decides it: by
     * the same entry, so what a leader proclaims is never shown beside another.
     *
     * @param words at most 200 bytes of UTF-8
     * @return whether it was still held; fails as {@link io.capstan.raft.RaftGroup#write} does, and may have happened then
     */
    public CompletionStage<Boolean> proclaim(String words) {
        return session.proclaim(
                this, wanted.claims().get(0).name(), wanted.note(words).note());
    }

    /**
     * Gives the lock up and waits to be signalled, then for the lock behind whoever came before: a condition, as monitors
     * have them. In one entry, so that no signal is missed between the two. From the call on this grant is over.
     *
     * @param condition 1 to 200 bytes of UTF-8
     * @param wait for the signal; if none comes it returns to the lock without, see {@link #isSignalled}
     * @param within for both; a {@link LockFailure} at its end, and then the lock is not held
     * @throws IllegalStateException unless this is one lock, held alone and by no party
     */
    public CompletionStage<HeldLock> await(String condition, Duration wait, Within within) {
        requireOne();
        if (!session.holds(request)) {
            throw new IllegalStateException("lock " + name + " is not held any more");
        }
        return session.await(this, wanted, LockRequest.named(condition), wait, within);
    }

    /** Whether a signal brought it back from {@link #await}; true for a lock that was just acquired. */
    public boolean isSignalled() {
        return signalled;
    }

    /**
     * Sends the first {@code count} that wait for the condition back to the lock, behind whoever waits for it already.
     *
     * @throws IllegalStateException as {@link #await}
     */
    public CompletionStage<Done> signal(String condition, int count, Within within) {
        requireOne();
        String known = LockRequest.named(condition);
        return session.pass(
                "the signal " + known,
                within,
                (id, number, settled, wait) -> new LockCommand.Signal(id, number, settled, request, known, count));
    }

    private void requireOne() {
        if (!wanted.isOneLock()) {
            throw new IllegalStateException("only one lock, held alone and by no party, has conditions: " + wanted);
        }
    }

    long request() {
        return request;
    }

    void lose(LostCause cause) {
        lost.complete(cause);
    }
}
