package io.capstan.bench.torture.report;

import io.capstan.bench.torture.Episode;
import io.capstan.bench.torture.Outcome;
import io.capstan.bench.torture.record.Event;
import io.capstan.bench.torture.record.Op;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.demo.HtmlText;
import io.capstan.testkit.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.TreeMap;

/**
 * A run as a picture: time to the right, a row for each node's operations by what became of them, bands for faults and for
 * the time until all were served again.
 */
final class Timeline {
    private static final int WIDTH = 1_080;
    private static final int LEFT = 110;
    private static final int LANES = 3;
    private static final int LANE = 10;
    private static final int ROW = LANES * LANE + 14;
    private static final int TOP = 34;
    private static final double COLUMN = 2;

    /** What a number above a band takes. */
    private static final double LABEL = 16;

    private static final long MILLI = 1_000_000;

    private final Outcome outcome;
    private final double begin;
    private final double end;
    private final StringBuilder svg = new StringBuilder();
    private double labelled;

    private Timeline(Outcome outcome, double begin, double end) {
        this.outcome = outcome;
        this.begin = begin;
        this.end = Math.max(begin + 1, end);
    }

    /** As an {@code svg} element; its classes are the page's. */
    static String of(Outcome outcome, Recorded recorded) {
        // Until the first of them the nodes were starting.
        LongSummaryStatistics asked =
                recorded.operations().stream().mapToLong(Op::invoked).summaryStatistics();
        return new Timeline(outcome, (double) asked.getMin() / MILLI, (double) asked.getMax() / MILLI).draw(recorded);
    }

    private double x(double atMillis) {
        return LEFT + (WIDTH - LEFT - 10) * (Math.max(begin, Math.min(atMillis, end)) - begin) / (end - begin);
    }

    private String draw(Recorded recorded) {
        TreeMap<String, List<Op>> byNode = new TreeMap<>();
        outcome.nodes().forEach(node -> byNode.put(node, new ArrayList<>()));
        recorded.operations()
                .forEach(op -> byNode.computeIfAbsent(op.node(), node -> new ArrayList<>())
                        .add(op));
        int height = TOP + byNode.size() * ROW + 30;
        add(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"operations of each node by outcome, and faults\">",
                WIDTH, height);
        for (int i = 0; i < outcome.episodes().size(); i++) {
            band(i + 1, outcome.episodes().get(i), height - 30 - TOP);
        }
        int row = 0;
        for (var node : byNode.entrySet()) {
            int y = TOP + row * ROW;
            add("<text class=\"node\" x=\"8\" y=\"%d\">%s</text>", y + 22, HtmlText.escaped(node.getKey()));
            add(
                    "<line class=\"rule\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>",
                    LEFT, WIDTH - 10, y + ROW - 8, y + ROW - 8);
            lane(node.getValue(), Event.Type.OK, "ok", y);
            lane(node.getValue(), Event.Type.FAIL, "fail", y + LANE);
            lane(node.getValue(), Event.Type.INFO, "info", y + 2 * LANE);
            row++;
        }
        axis(height - 12);
        return svg.append("</svg>\n").toString();
    }

    /** @param number by which it stands in the page's table too: names are too long to stand above bands */
    private void band(int number, Episode episode, int height) {
        double from = x((double) episode.beginMillis());
        double healed = x((double) episode.healMillis());
        double end = x((double) episode.healMillis() + Math.max(0, episode.recoveryMillis()));
        String title = HtmlText.escaped(number + ", " + episode.name() + ": " + episode.faults()
                + (episode.recoveryMillis() < 0
                        ? "; not recovered"
                        : "; recovered after " + episode.recoveryMillis() + " ms"));
        add("<g><title>%s</title>", title);
        add(
                "<rect class=\"fault\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                from, TOP - 4, Math.max(1, healed - from), height);
        add(
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                episode.recoveryMillis() < 0 ? "info" : "heal", healed, TOP - 4, Math.max(2, end - healed), height);
        if (from >= labelled) {
            add("<text class=\"what\" x=\"%.1f\" y=\"%d\">%d</text>", from, TOP - 9, number);
            labelled = from + LABEL;
        }
        add("</g>");
    }

    /** How many ended so, column by column: the more, the darker. */
    private void lane(List<Op> operations, Event.Type type, String style, int y) {
        int columns = (int) ((WIDTH - LEFT - 10) / COLUMN);
        int[] counts = new int[columns];
        for (Op op : operations) {
            if (op.outcome() == type) {
                long at = op.returned() == Operation.NEVER ? op.invoked() : op.returned();
                int column = (int) ((x((double) at / MILLI) - LEFT) / COLUMN);
                counts[Math.max(0, Math.min(columns - 1, column))]++;
            }
        }
        int most = 1;
        for (int count : counts) {
            most = Math.max(most, count);
        }
        for (int i = 0; i < columns; ) {
            int shade = shade(counts[i], most);
            int end = i + 1;
            while (end < columns && shade(counts[end], most) == shade) {
                end++;
            }
            if (shade > 0) {
                add(
                        "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" opacity=\"%.2f\"/>",
                        style, LEFT + i * COLUMN, y, (end - i) * COLUMN, LANE - 2, 0.25 + 0.25 * (shade - 1));
            }
            i = end;
        }
    }

    private static int shade(int count, int most) {
        return count == 0 ? 0 : Math.min(4, 1 + 3 * count / most);
    }

    private void axis(int y) {
        double step = 1_000;
        while ((end - begin) / step > 10) {
            step *= (end - begin) / step > 50 ? 5 : 2;
        }
        for (double at = Math.ceil(begin / step) * step; at <= end; at += step) {
            add("<text class=\"tick\" x=\"%.1f\" y=\"%d\">%.0f s</text>", x(at), y, at / 1_000);
        }
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
