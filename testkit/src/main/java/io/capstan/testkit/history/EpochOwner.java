package io.capstan.testkit.history;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names with one owner in each epoch, where every epoch is higher than all before it. A state is the epoch of the last
 * owner. The answer to a claim is its epoch, to something sent in an epoch it is {@link #HANDLED} or {@link #STALE}.
 *
 * <p>That an owner is over before another follows nobody is told, so nothing is asked of it here: what matters is that
 * nothing is handled under an epoch once a higher one was given.
 */
public final class EpochOwner implements Model<Long, EpochOwner.Request, Long> {
    public static final long HANDLED = 1;
    public static final long STALE = 0;

    /** What one can ask of a name. */
    public sealed interface Request {
        String name();

        record Claim(String name) implements Request {}

        record Send(String name, long epoch) implements Request {}
    }

    @Override
    public Long initial() {
        return 0L;
    }

    @Override
    public Collection<Long> step(Long epoch, Request request, @Nullable Long answer) {
        if (request instanceof Request.Send send) {
            return answer != null && answer == HANDLED && send.epoch() != epoch ? List.of() : List.of(epoch);
        }
        if (answer == null) {
            // Given in an epoch that nobody was told: whatever is handled in it is handled in a higher one than this.
            return List.of(epoch);
        }
        return answer > epoch ? List.of(answer) : List.of();
    }

    @Override
    public Object key(Request request) {
        return request.name();
    }
}
