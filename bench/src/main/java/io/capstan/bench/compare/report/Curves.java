package io.capstan.bench.compare.report;

import io.capstan.demo.HtmlText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Figures of ours named {@code …_at_N_what}: one plot for all {@code N}, its other axis linear from 0. */
final class Curves {
    private static final Pattern POINT = Pattern.compile("(.+)_at_(\\d+)_(.+)");
    private static final int WIDTH = 340;
    private static final int HEIGHT = 170;
    private static final int LEFT = 52;
    private static final int RIGHT = 24;
    private static final int TOP = 12;
    private static final int BOTTOM = 24;

    private Curves() {}

    static boolean isPoint(String metric) {
        return POINT.matcher(metric).matches();
    }

    /** The plots of those of {@code figures} that are points of a curve, by what they are called. */
    static String plots(List<Figure> figures) {
        Map<String, Map<Integer, Figure>> curves = new LinkedHashMap<>();
        for (Figure figure : figures) {
            Matcher point = POINT.matcher(figure.metric());
            if (point.matches()) {
                String title = point.group(1).replace('_', ' ') + " by "
                        + point.group(3).replace('_', ' ') + ", " + figure.unit();
                curves.computeIfAbsent(title, absent -> new TreeMap<>()).put(Integer.parseInt(point.group(2)), figure);
            }
        }
        StringBuilder plots = new StringBuilder();
        curves.forEach((title, curve) -> plots.append(plot(title, curve)));
        return plots.toString();
    }

    private static String plot(String title, Map<Integer, Figure> curve) {
        double most = curve.values().stream().mapToDouble(Figure::max).max().orElse(0);
        double first = Math.log(Collections.min(curve.keySet()));
        double last = Math.log(Collections.max(curve.keySet()));
        Scale scale = new Scale(first, last, most);
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n"
                        + "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>"
                        + "<path class=\"axis\" d=\"M%d %dV%dH%d\"/>%n",
                HtmlText.escaped(title),
                WIDTH,
                HEIGHT,
                HtmlText.escaped(title),
                LEFT - 5,
                TOP + 5,
                Results.text(most),
                LEFT - 5,
                HEIGHT - BOTTOM + 4,
                LEFT,
                TOP,
                HEIGHT - BOTTOM,
                WIDTH - RIGHT));
        curve.keySet()
                .forEach(at -> svg.append(String.format(
                        Locale.ROOT,
                        "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%,d</text>",
                        scale.x(at),
                        HEIGHT - 8,
                        at)));
        return svg.append(line(curve, scale)).append("</svg></figure>\n").toString();
    }

    private static String line(Map<Integer, Figure> curve, Scale scale) {
        StringBuilder points = new StringBuilder();
        StringBuilder marks = new StringBuilder();
        curve.forEach((at, figure) -> {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", scale.x(at), scale.y(figure.value())));
            marks.append(String.format(
                    Locale.ROOT,
                    "<line class=\"spread\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>"
                            + "<circle class=\"ours\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>%,d: %s</title></circle>%n",
                    scale.x(at),
                    scale.x(at),
                    scale.y(figure.min()),
                    scale.y(figure.max()),
                    scale.x(at),
                    scale.y(figure.value()),
                    at,
                    Results.text(figure.value())));
        });
        return "<polyline class=\"curve\" points=\"" + points.toString().trim() + "\"/>" + marks;
    }

    /** Where a point is drawn: numbers along a logarithmic axis. */
    private record Scale(double first, double last, double most) {
        double x(int at) {
            double part = last > first ? (Math.log(at) - first) / (last - first) : 0.5;
            return LEFT + 14 + part * (WIDTH - RIGHT - LEFT - 28);
        }

        double y(double value) {
            return HEIGHT - BOTTOM - (most > 0 ? value / most : 0) * (HEIGHT - BOTTOM - TOP);
        }
    }
}
