package io.capstan.raft.lock;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A lock that was granted. Thread-safe. */
public final class HeldLock {
    private final LockSession session;
    private final long request;
    private final String name;
    private final FencingToken token;
    private final CompletableFuture<LostCause> lost = new CompletableFuture<>();

    HeldLock(LockSession session, long request, String name, FencingToken token) {
        this.session = session;
        this.request = request;
        this.name = name;
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
     * Frees the lock. Tried again until it is done; if no majority can be reached the end of the session frees it.
     *
     * @return done once the lock is free, or the session lost; never fails; the second call gives an equal one
     */
    public CompletionStage<Void> release() {
        return session.release(request, name);
    }

    /**
     * Calls {@code listener} when the lock is lost before it is released, once, with the cause; at once when that has
     * happened already. On one of Pekko's threads or the caller's.
     */
    public void onLost(Consumer<LostCause> listener) {
        lost.minimalCompletionStage().thenAccept(listener);
    }

    long request() {
        return request;
    }

    void lose(LostCause cause) {
        lost.complete(cause);
    }
}
