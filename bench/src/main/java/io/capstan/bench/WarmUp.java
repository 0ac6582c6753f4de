package io.capstan.bench;

import java.io.IOException;

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
     * Measures window after window, at most so many.
     *
     * @param withoutProgress so many that were no better than the best before are enough
     */
    public static WarmUp of(int withoutProgress, int windowsMax, Window window) throws IOException {
        double best = Double.MAX_VALUE;
        int sinceBest = 0;
        int made = 0;
        while (made < windowsMax && sinceBest < withoutProgress) {
            double figure = window.measure();
            sinceBest = figure < best * PROGRESS ? 0 : sinceBest + 1;
            best = Math.min(best, figure);
            made++;
        }
        return new WarmUp(made, best);
    }
}
