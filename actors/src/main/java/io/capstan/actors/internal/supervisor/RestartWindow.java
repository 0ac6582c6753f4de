package io.capstan.actors.internal.supervisor;

import io.capstan.actors.supervisor.Intensity;
import java.util.ArrayDeque;
import java.util.Deque;

/** Counts restarts within the period that slides along. */
final class RestartWindow {
    private final Intensity intensity;
    private final Deque<Long> restarts = new ArrayDeque<>();

    RestartWindow(Intensity intensity) {
        this.intensity = intensity;
    }

    /**
     * One more restart; returns whether it is within what is allowed.
     *
     * @param nanos a monotonic clock's
     */
    boolean add(long nanos) {
        long period = intensity.period().toNanos();
        while (!restarts.isEmpty() && nanos - restarts.peek() > period) {
            restarts.remove();
        }
        restarts.add(nanos);
        return restarts.size() <= intensity.restarts();
    }
}
