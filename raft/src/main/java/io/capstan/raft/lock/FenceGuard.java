package io.capstan.raft.lock;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a guarded resource needs of a lock: it remembers the highest token it has seen and refuses lower ones. Then a
 * holder that was paused longer than its time to live, and still believes in its lock, does no harm. Thread-safe.
 *
 * <p>One guard belongs to one resource and one group of locks. It lives as long as the resource: a resource that outlives
 * its process keeps {@link #highest} with its data, in the same write, and makes the guard of it again.
 *
 * <p>The same token passes again and again: a holder writes more than once.
 */
public final class FenceGuard {
    private @Nullable FencingToken highest;

    /** Has seen none. */
    public FenceGuard() {}

    /** Has seen {@code highest}. */
    public FenceGuard(FencingToken highest) {
        this.highest = highest;
    }

    /** Whether whoever comes with this token may act; from now on lower ones may not. */
    public synchronized boolean admit(FencingToken token) {
        if (highest != null && token.compareTo(highest) < 0) {
            return false;
        }
        highest = token;
        return true;
    }

    /**
     * Runs {@code action} if the token is admitted. No other action of this guard runs meanwhile, so none with a lower
     * token can come after it either.
     *
     * @return what it returned; empty when the token was refused and nothing was done
     */
    public synchronized <T> Optional<T> run(FencingToken token, Supplier<T> action) {
        return admit(token) ? Optional.of(action.get()) : Optional.empty();
    }

    /** The highest token seen. */
    public synchronized Optional<FencingToken> highest() {
        return Optional.ofNullable(highest);
    }
}
