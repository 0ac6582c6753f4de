package io.capstan.testkit.history;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resources by name that remember the highest token they have seen and refuse lower ones. A state is that token; the
 * answer to a write is whether it was admitted.
 */
public final class GuardedResource implements Model<Long, GuardedResource.Write, Boolean> {
    /** Somebody comes with a token. */
    public record Write(String resource, long token) {}

    @Override
    public Long initial() {
        return 0L;
    }

    @Override
    public Collection<Long> step(Long highest, Write write, @Nullable Boolean admitted) {
        boolean admits = write.token() >= highest;
        if (admitted != null && admitted != admits) {
            return List.of();
        }
        return List.of(admits ? write.token() : highest);
    }

    @Override
    public Object key(Write write) {
        return write.resource();
    }
}
