package io.capstan.bench.compare.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was found, round by round. For one thread. */
public final class Figures {
    private static final MathContext DIGITS = new MathContext(4);

    private record Key(String bench, String metric, String system, String unit) {}

    private final Map<Key, List<Double>> found = new LinkedHashMap<>();

    /** One more round's. */
    public void add(String bench, String metric, String system, double value, String unit) {
        if (Double.isFinite(value)) {
            found.computeIfAbsent(new Key(bench, metric, system, unit), absent -> new ArrayList<>())
                    .add(value);
        }
    }

    /** Medians, with the lowest and the highest of all rounds, in the order in which they were first found. */
    public List<Figure> all() {
        List<Figure> all = new ArrayList<>();
        found.forEach((key, values) -> {
            List<Double> sorted = values.stream().sorted().toList();
            all.add(new Figure(
                    key.bench(),
                    key.metric(),
                    key.system(),
                    rounded(median(sorted)),
                    rounded(sorted.get(0)),
                    rounded(sorted.get(sorted.size() - 1)),
                    key.unit(),
                    sorted.size()));
        });
        return all;
    }

    private static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static double rounded(double value) {
        return new BigDecimal(value).round(DIGITS).doubleValue();
    }
}
