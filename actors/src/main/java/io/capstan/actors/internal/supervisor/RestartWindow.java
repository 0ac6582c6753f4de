package io.capstan.actors.internal.supervisor;

import io.capstan.actors.supervisor.Intensity;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

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
        // Which takes one that is too long to be counted for the longest that can be.
        long period = TimeUnit.NANOSECONDS.convert(intensity.period());
        while (!restarts.isEmpty() && nanos - restarts.peek() > period) {
            restarts.remove();
        }
        restarts.add(nanos);
        return restarts.size() <= intensity.restarts();
    }
}
