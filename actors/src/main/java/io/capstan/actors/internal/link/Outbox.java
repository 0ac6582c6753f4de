package io.capstan.actors.internal.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the wire on one connection: the link's own frames first, then by priority, each in the order queued.
 *
 * <p>Bounded by the windows of those who send: see {@link Outlet}.
 */
final class Outbox {
    /** Before every {@link Channel.Priority}: heartbeats, credit. */
    static final int CONTROL = 0;

    private final List<Queue<Frame>> byRank = new ArrayList<>();

    Outbox() {
        for (int rank = 0; rank <= Channel.Priority.values().length; rank++) {
            byRank.add(new ArrayDeque<>());
        }
    }

    /**
     * One frame.
     *
     * @param channel the code of its channel, on the wire
     * @param whose the channel that it is counted for: of a frame that is relayed, the one that it is relayed for
     */
    record Frame(int channel, int whose, byte[] body) {}

    static int rank(Channel.Priority priority) {
        return priority.code();
    }

    /** Queues behind all of its rank. */
    void add(int rank, Frame frame) {
        byRank.get(rank).add(frame);
    }

    /** The next to write, or null. */
    @Nullable
    Frame poll() {
        return pollIf(Integer.MAX_VALUE);
    }

    /** The same, unless its body is longer than {@code bytes}. */
    @Nullable
    Frame pollIf(int bytes) {
        for (Queue<Frame> queue : byRank) {
            Frame frame = queue.peek();
            if (frame != null) {
                return frame.body().length <= bytes ? queue.poll() : null;
            }
        }
        return null;
    }

    boolean isEmpty() {
        for (Queue<Frame> queue : byRank) {
            if (!queue.isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
