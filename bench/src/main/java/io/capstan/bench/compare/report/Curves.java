package io.capstan.bench.compare.report;

import io.capstan.demo.HtmlText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Figures named {@code …_at_N_what}: one plot for all {@code N}, its other axis linear from 0. */
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
        Map<String, Map<String, Map<Integer, Figure>>> curves = new LinkedHashMap<>();
        for (Figure figure : figures) {
            Matcher point = POINT.matcher(figure.metric());
            if (point.matches()) {
                String title = point.group(1).replace('_', ' ') + " by "
                        + point.group(3).replace('_', ' ') + ", " + figure.unit();
                curves.computeIfAbsent(title, absent -> new LinkedHashMap<>())
                        .computeIfAbsent(figure.system(), absent -> new TreeMap<>())
                        .put(Integer.parseInt(point.group(2)), figure);
            }
        }
        StringBuilder plots = new StringBuilder();
        curves.forEach((title, systems) -> plots.append(plot(title, systems)));
        return plots.toString();
    }

    private static String plot(String title, Map<String, Map<Integer, Figure>> systems) {
        double most = 0;
        double first = Double.MAX_VALUE;
        double last = 0;
        TreeMap<Integer, String> places = new TreeMap<>();
        for (Map<Integer, Figure> curve : systems.values()) {
            for (Map.Entry<Integer, Figure> point : curve.entrySet()) {
                most = Math.max(most, point.getValue().max());
                first = Math.min(first, Math.log(point.getKey()));
                last = Math.max(last, Math.log(point.getKey()));
                places.put(point.getKey(), String.format(Locale.ROOT, "%,d", point.getKey()));
            }
        }
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
        places.forEach((at, label) -> svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                scale.x(at),
                HEIGHT - 8,
                label)));
        systems.forEach((system, curve) -> svg.append(line(system, curve, scale)));
        return svg.append("</svg></figure>\n").toString();
    }

    private static String line(String system, Map<Integer, Figure> curve, Scale scale) {
        String kind = system.equals("capstan") ? "ours" : "theirs";
        StringBuilder points = new StringBuilder();
        StringBuilder marks = new StringBuilder();
        curve.forEach((at, figure) -> {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", scale.x(at), scale.y(figure.value())));
            marks.append(String.format(
                    Locale.ROOT,
                    "<line class=\"spread\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>"
                            + "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>%s %,d: %s</title></circle>%n",
                    scale.x(at),
                    scale.x(at),
                    scale.y(figure.min()),
                    scale.y(figure.max()),
                    kind,
                    scale.x(at),
                    scale.y(figure.value()),
                    HtmlText.escaped(system),
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
