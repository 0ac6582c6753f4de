package io.capstan.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Until what is measured falls no more: for half a minute and more three young processes on few cores measure the compiler.
 *
 * @param windows how many were measured
 * @param best the least
 */
public record WarmUp(int windows, double best) {
    private static final double PROGRESS = 0.97;

    /** One window's figure, of which less is better. */
    public interface Window {
        double measure() throws IOException;
    }

    /**
     * Measures window after window.
     *
     * @param withoutProgress so many that were no better than the best before are enough
     * @param most no window begins later than that
     * @param nanos a clock
     */
    public static WarmUp of(int withoutProgress, Duration most, LongSupplier nanos, Window window) throws IOException {
        long begun = nanos.getAsLong();
        double best = Double.MAX_VALUE;
        int sinceBest = 0;
        int made = 0;
        while (sinceBest < withoutProgress && nanos.getAsLong() - begun < most.toNanos()) {
            double figure = window.measure();
            sinceBest = figure < best * PROGRESS ? 0 : sinceBest + 1;
            best = Math.min(best, figure);
            made++;
        }
        return new WarmUp(made, best);
    }
}
