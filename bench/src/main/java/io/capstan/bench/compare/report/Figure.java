package io.capstan.bench.compare.report;

/**
 * One figure, as {@code --json} prints it.
 *
 * @param value the median of its rounds
 */
public record Figure(
        String bench, String metric, String system, double value, double min, double max, String unit, int rounds) {}
