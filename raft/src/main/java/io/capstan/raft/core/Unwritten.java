package io.capstan.raft.core;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes that wait for room on the disk, in the core's order. Term and vote need not wait behind entries: a shell that has a
 * reserve for them writes {@link #vote} ahead, and says so. Not thread-safe.
 */
public final class Unwritten {
    private final ArrayDeque<Effect> waiting = new ArrayDeque<>();

    /** A {@code Persist} or a {@code Compact}. */
    public void add(Effect effect) {
        waiting.add(effect);
    }

    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The one to be written next; there is one. */
    public Effect first() {
        return waiting.element();
    }

    /** The first is begun. */
    public void removeFirst() {
        waiting.remove();
    }

    public void clear() {
        waiting.clear();
    }

    /** The newest term and vote of those that wait, with their ticket and nothing else; null without any. */
    public Effect.@Nullable Persist vote() {
        Effect.Persist newest = null;
        for (Effect effect : waiting) {
            if (effect instanceof Effect.Persist persist && persist.hardState() != null) {
                newest = new Effect.Persist(persist.ticket(), persist.hardState(), null, 0, List.of());
            }
        }
        return newest;
    }

    /** It is being written: a term or a vote that is older than the one on its way must never be written after it. */
    public void voteIsAhead() {
        for (int i = waiting.size(); i > 0; i--) {
            Effect effect = waiting.remove();
            waiting.add(
                    effect instanceof Effect.Persist persist
                            ? new Effect.Persist(
                                    persist.ticket(),
                                    null,
                                    persist.snapshot(),
                                    persist.truncateFrom(),
                                    persist.entries())
                            : effect);
        }
    }
}
