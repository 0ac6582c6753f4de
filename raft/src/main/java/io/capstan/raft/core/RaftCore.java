package io.capstan.raft.core;

import java.util.List;

/** One member of one group: inputs in, ordered effects out. Deterministic; one thread at a time. */
@SuppressWarnings("DoNotCallSuggester")
public final class RaftCore {
    /**
     * A member as its store remembers it.
     *
     * @param seed of all its chance (election timeouts); different on every member
     * @param now monotonic milliseconds since any moment; never falls between calls
     */
    public RaftCore(CoreSettings settings, MemberId self, LogStore store, long seed, long now) {
        throw new UnsupportedOperationException(settings + " " + self + store + seed + now);
    }

    /** One input. */
    public List<Effect> step(long now, Input input) {
        return step(now, List.of(input));
    }

    /**
     * Whatever is waiting, in order, with one write and one message per peer for all of it: the natural batch.
     *
     * @param now monotonic milliseconds; stamps entries and measures leases, nothing else
     * @return the effects, to be begun in this order
     * @throws IllegalStateException when an invariant is broken: a bug, and this object is not to be used any more
     */
    public List<Effect> step(long now, List<Input> inputs) {
        throw new UnsupportedOperationException(now + " " + inputs);
    }

    /** A look inside. */
    public RaftStatus status() {
        throw new UnsupportedOperationException();
    }

    /** The log time an entry would get if it were appended now; what time-outs of the state machine are measured in. */
    public long logTime(long now) {
        throw new UnsupportedOperationException("" + now);
    }
}
