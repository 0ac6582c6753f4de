package io.capstan.raft.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A disk that is full for a while now and then, and what waits for room meanwhile. When that is follows from the member's
 * identity alone, so that it changes nothing of what the seeds of a simulation draw.
 */
final class SimFullDisk {
    private static final int TICKS_BETWEEN = 1_000;
    private static final int TICKS_FULL = 20;

    private final Random random;
    private final Unwritten waiting = new Unwritten();
    private boolean full;

    SimFullDisk(MemberId id) {
        random = new Random(id.name().hashCode() * 31L + id.incarnation());
    }

    /** Time passes; returns what there is room for now. */
    List<Effect> tick() {
        boolean was = full;
        full = random.nextInt(full ? TICKS_FULL : TICKS_BETWEEN) == 0 ? !full : full;
        if (!was || full) {
            return List.of();
        }
        List<Effect> all = new ArrayList<>();
        while (!waiting.isEmpty()) {
            all.add(waiting.first());
            waiting.removeFirst();
        }
        return all;
    }

    /** Whether there is room; if not it waits. */
    boolean takes(Effect effect) {
        if (full) {
            waiting.add(effect);
        }
        return !full;
    }

    /** The newest term and vote of those that wait, which will be written without theirs; null without any. */
    Effect.@Nullable Persist voteAhead() {
        Effect.Persist newest = waiting.vote();
        waiting.voteIsAhead();
        return newest;
    }
}
