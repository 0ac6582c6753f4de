package io.capstan.raft.internal.effect;

import io.capstan.raft.Effects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one group has sent to this node: each message once, and those to one process in their order.
 *
 * <p>Which ones were delivered is remembered until a leader says that the log has acknowledged all before some other: no
 * leader can send those again but one that has not applied that yet, and it is told that they have arrived.
 */
final class Box {
    /** What is to be done with a message. */
    enum Verdict {
        /** It is delivered now. */
        NEW,
        /** It was before, or is given up; say so. */
        AGAIN,
        /** One to the same process is missing before it; say nothing, and both come again. */
        EARLY
    }

    private final TreeSet<Effects.Id> delivered = new TreeSet<>();
    private Effects.@Nullable Id below;

    /**
     * A message of the group.
     *
     * @param after the one to the same process before it, if that was not acknowledged when it was sent
     * @param settled everything before it is acknowledged in the log
     */
    Verdict take(Effects.Id id, Effects.@Nullable Id after, Effects.Id settled) {
        if (below == null || settled.compareTo(below) > 0) {
            below = settled;
            delivered.headSet(settled, false).clear();
        }
        if (isDone(id)) {
            return Verdict.AGAIN;
        }
        if (after != null && !isDone(after)) {
            return Verdict.EARLY;
        }
        delivered.add(id);
        return Verdict.NEW;
    }

    private boolean isDone(Effects.Id id) {
        return (below != null && id.compareTo(below) < 0) || delivered.contains(id);
    }

    /** How many are remembered. */
    int size() {
        return delivered.size();
    }
}
