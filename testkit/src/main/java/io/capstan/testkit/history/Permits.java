package io.capstan.testkit.history;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Semaphores by name, with fencing tokens; a read-write lock is one whose writer takes all. Every grant's token is higher
 * than all before it. The answer to an acquire is its token; to a release that took place it is {@link #DONE}.
 *
 * <p>A refusal says nothing here: whoever stands in front of a queue may be the reason for it. As in {@link FencedMutex},
 * permits return by themselves through {@link Request.Expire} only, and whoever judges says from when on.
 */
public final class Permits implements Model<Permits.State, Permits.Request, Long> {
    /** The answer to a release that took place. */
    public static final long DONE = 0;

    private final int capacity;

    /** Semaphores of so many permits. */
    public Permits(int capacity) {
        this.capacity = capacity;
    }

    /**
     * A semaphore.
     *
     * @param held permits by holder
     * @param token the last that was granted
     */
    public record State(SortedMap<String, Integer> held, long token) {
        int taken() {
            return held.values().stream().mapToInt(units -> units).sum();
        }

        private State with(String holder, int units, long granted) {
            SortedMap<String, Integer> after = new TreeMap<>(held);
            after.put(holder, units);
            return new State(after, granted);
        }

        private State without(String holder) {
            SortedMap<String, Integer> after = new TreeMap<>(held);
            after.remove(holder);
            return new State(after, token);
        }
    }

    /** What one can ask of a semaphore. */
    public sealed interface Request {
        String name();

        String holder();

        /** Each holder asks once. */
        record Acquire(String name, String holder, int units) implements Request {}

        record Release(String name, String holder) implements Request {}

        /** Nobody asks for it: the service takes the permits back. */
        record Expire(String name, String holder) implements Request {}
    }

    @Override
    public State initial() {
        return new State(new TreeMap<>(), 0);
    }

    @Override
    public Collection<State> step(State state, Request request, @Nullable Long answer) {
        if (request instanceof Request.Acquire acquire) {
            boolean room = state.taken() + acquire.units() <= capacity;
            if (answer == null) {
                return List.of(room ? state.with(acquire.holder(), acquire.units(), state.token()) : state);
            }
            return room && answer > state.token()
                    ? List.of(state.with(acquire.holder(), acquire.units(), answer))
                    : List.of();
        }
        boolean holds = state.held().containsKey(request.holder());
        return holds ? List.of(state.without(request.holder())) : answer == null ? List.of(state) : List.of();
    }

    @Override
    public Object key(Request request) {
        return request.name();
    }
}
