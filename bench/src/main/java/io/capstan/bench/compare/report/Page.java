package io.capstan.bench.compare.report;

import io.capstan.demo.HtmlText;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The page: a plot for each metric, bars from the lowest round to the highest, with the median marked; and curves. */
final class Page {
    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #ffffff; --line: #d8dee6;
              --ours: #2e6fbb; --theirs: #a9b4c2; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --paper: #14181e;
              --line: #2c343f; --ours: #6cb0ff; --theirs: #56616f; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
              max-width: 1120px; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; } .soft { color: var(--soft); }
            .plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(330px, 1fr)); gap: 1.2rem; }
            figure { margin: 0; } figcaption { font-weight: 600; font-size: .9rem; }
            svg { width: 100%; height: auto; } svg text { font: 11px system-ui, sans-serif; fill: var(--ink); }
            .axis, .curve { fill: none; stroke: var(--theirs); } .curve { stroke: var(--ours); stroke-width: 1.5; }
            .theirs { fill: var(--theirs); } .ours { fill: var(--ours); } .spread { stroke: var(--ink); }
            """;
    private static final int WIDTH = 340;
    private static final int NAMES = 92;
    private static final int BARS = 165;
    private static final int ROW = 20;

    private Page() {}

    static String of(Collection<Results.Kept> kept) {
        StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Capstan beside its peers</title>\n<style>"
                + STYLE
                + "</style>\n<h1>Capstan beside its peers</h1>\n<p class=\"soft\">Bars are medians of the rounds,"
                + " lines go from the lowest round to the highest. All of one machine: compare them with each other and with"
                + " nothing else.</p>\n");
        for (Results.Kept each : kept) {
            page.append("<h2>").append(HtmlText.escaped(each.bench())).append("</h2>\n<p class=\"soft\">");
            page.append(HtmlText.escaped(each.conditions())).append(".</p>\n<div class=\"plots\">\n");
            Results.rows(each.figures()).forEach((metric, of) -> {
                if (!Curves.isPoint(metric)) {
                    page.append(plot(metric, of));
                }
            });
            page.append(Curves.plots(each.figures()));
            page.append("</div>\n<ul class=\"soft\">\n");
            each.notes()
                    .forEach(note ->
                            page.append("<li>").append(HtmlText.escaped(note)).append("</li>\n"));
            page.append("</ul>\n");
        }
        return page.append("</html>\n").toString();
    }

    private static String plot(String metric, Map<String, Figure> of) {
        List<String> systems = Results.distinct(List.copyOf(of.values()), false);
        double most = of.values().stream().mapToDouble(Figure::max).max().orElse(1);
        double scale = most > 0 ? BARS / most : 0;
        String unit = of.values().iterator().next().unit();
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<figure><figcaption>%s, %s</figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
                HtmlText.escaped(metric.replace('_', ' ')),
                HtmlText.escaped(unit),
                WIDTH,
                systems.size() * ROW + 4,
                HtmlText.escaped(metric)));
        int row = 0;
        for (String system : systems) {
            Figure figure = of.get(system);
            if (figure == null) {
                continue;
            }
            int y = row++ * ROW;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                            + "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"14\" rx=\"2\"/>"
                            + "<line class=\"spread\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
                            + "<text x=\"%.1f\" y=\"%d\">%s</text>%n",
                    NAMES - 6,
                    y + 13,
                    HtmlText.escaped(system),
                    system.equals("capstan") ? "ours" : "theirs",
                    NAMES,
                    y + 2,
                    Math.max(1, figure.value() * scale),
                    NAMES + figure.min() * scale,
                    NAMES + figure.max() * scale,
                    y + 9,
                    y + 9,
                    NAMES + figure.max() * scale + 6,
                    y + 13,
                    Results.text(figure.value())));
        }
        return svg.append("</svg></figure>\n").toString();
    }
}
