package io.capstan.testkit.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Locks by name with fencing tokens. A lock is free or held under a token; every grant's token is higher than all before
 * it. The answer to an acquire is its token, or {@link #REFUSED}; to anything else it is {@link #DONE} or
 * {@link #REFUSED}.
 *
 * <p>A model in which a lock may expire at any time accepts real bugs: a lock that was given to two says that it expired
 * in between. Here it expires by {@link Request.Expire} only, and {@link #expiries} knows from when on it may: the time
 * to live after the last renewal that was <em>acknowledged</em> was <em>asked</em> for, since the service must have
 * counted from a moment not before that.
 */
public final class FencedMutex implements Model<FencedMutex.State, FencedMutex.Request, Long> {
    /** The answer to a release that took place, and to a renewal that did. */
    public static final long DONE = 0;

    /** The answer to whatever did not take place. */
    public static final long REFUSED = -1;

    /**
     * A lock.
     *
     * @param holder null while free
     * @param token the last that was granted; tokens are positive
     */
    public record State(@Nullable String holder, long token) {}

    /** What one can ask of a lock. Holders are sessions: whatever expires as one. */
    public sealed interface Request {
        String lock();

        String holder();

        record Acquire(String lock, String holder) implements Request {}

        record Release(String lock, String holder) implements Request {}

        /** Prolongs all that the holder has, of no lock in particular: it matters to {@link #expiries} only. */
        record Renew(String holder) implements Request {
            @Override
            public String lock() {
                return "";
            }
        }

        /** Nobody asks for it: the service takes the lock back. */
        record Expire(String lock, String holder) implements Request {}
    }

    @Override
    public State initial() {
        return new State(null, 0);
    }

    @Override
    public Collection<State> step(State state, Request request, @Nullable Long answer) {
        boolean holds = request.holder().equals(state.holder());
        if (request instanceof Request.Acquire acquire) {
            return acquire(state, acquire, answer);
        } else if (request instanceof Request.Renew) {
            return List.of(state);
        }
        if (answer != null && answer == REFUSED) {
            return holds ? List.of() : List.of(state);
        }
        return holds ? List.of(new State(null, state.token())) : answer == null ? List.of(state) : List.of();
    }

    private static Collection<State> acquire(State state, Request.Acquire acquire, @Nullable Long answer) {
        if (answer == null) {
            // Under which token it was granted, nobody knows: the next that is known must be higher than it, and all we
            // may say is that it is not below the last.
            return state.holder() == null ? List.of(new State(acquire.holder(), state.token())) : List.of(state);
        } else if (answer == REFUSED) {
            return state.holder() == null ? List.of() : List.of(state);
        }
        return state.holder() == null && answer > state.token()
                ? List.of(new State(acquire.holder(), answer))
                : List.of();
    }

    @Override
    public Object key(Request request) {
        return request.lock();
    }

    /**
     * The expiries that a history may contain, to be judged together with it: one for every holder of a lock, open from
     * the first moment on at which the service may have taken the lock back.
     *
     * @param ttl the shortest time to live of any holder
     * @param tolerance by how much less than that the service's clocks may measure
     */
    public static List<Operation<Request, Long>> expiries(
            Collection<Operation<Request, Long>> history, Duration ttl, Duration tolerance) {
        // Only what was acknowledged prolongs: a renewal that nobody answered may never have arrived.
        Map<String, Long> prolonged = new HashMap<>();
        Map<Request.Expire, Long> asked = new LinkedHashMap<>();
        for (Operation<Request, Long> each : history) {
            Request request = each.input();
            boolean acquires = request instanceof Request.Acquire;
            if (acquires) {
                asked.merge(new Request.Expire(request.lock(), request.holder()), each.invokedNanos(), Math::min);
            }
            boolean acknowledged = each.output() != null && each.output() != REFUSED;
            if (acknowledged && (acquires || request instanceof Request.Renew)) {
                prolonged.merge(request.holder(), each.invokedNanos(), Math::max);
            }
        }
        long livesNanos = ttl.minus(tolerance).toNanos();
        List<Operation<Request, Long>> expiries = new ArrayList<>();
        asked.forEach((expire, nanos) ->
                expiries.add(Operation.open(-1, expire, prolonged.getOrDefault(expire.holder(), nanos) + livesNanos)));
        return expiries;
    }
}
