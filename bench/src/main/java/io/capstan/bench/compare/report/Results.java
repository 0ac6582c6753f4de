package io.capstan.bench.compare.report;

import io.capstan.demo.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** The figures of the last run of each bench, in a directory. */
public final class Results {
    private static final String OURS = "capstan";

    private Results() {}

    /** A line of the file: the figures of one run of one bench, and what has to be known of it. */
    record Kept(String bench, String conditions, List<String> notes, List<Figure> figures) {}

    /** Takes the place of what was there of the same benches, and makes tables and page anew. */
    public static void write(Path directory, List<Figure> figures, Collection<String> notes, String conditions)
            throws IOException {
        Map<String, Kept> kept = new LinkedHashMap<>();
        Path file = directory.resolve("RESULTS.jsonl");
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                Kept before = Json.MAPPER.readValue(line, Kept.class);
                kept.put(before.bench(), before);
            }
        }
        for (String bench : distinct(figures, true)) {
            List<Figure> own =
                    figures.stream().filter(each -> each.bench().equals(bench)).toList();
            kept.put(bench, new Kept(bench, conditions, List.copyOf(notes), own));
        }
        Files.write(file, kept.values().stream().map(Json::line).toList());
        StringBuilder text =
                new StringBuilder("# Capstan beside its peers\n\nWritten by `./capstan bench`, which says with"
                        + " `--help` how to make it anew. Medians of the rounds, lowest and highest in brackets; all processes of a"
                        + " system and its clients share one machine, so figures may be compared with each other and with nothing"
                        + " else. Clients are in the leader's process, or, where a line ends with `own_process`, in one of their own."
                        + " Disk bytes and flushes are the device's, of all three copies together.\n");
        for (Kept each : kept.values()) {
            text.append("\n## ")
                    .append(each.bench())
                    .append("\n\n")
                    .append(each.conditions())
                    .append(".\n\n");
            text.append(tables(each.figures())).append('\n');
            each.notes().forEach(note -> text.append("- ").append(note).append('\n'));
        }
        Files.writeString(directory.resolve("RESULTS.md"), text);
        Files.writeString(directory.resolve("RESULTS.html"), Page.of(kept.values()));
    }

    /** A Markdown table for each bench. */
    public static String tables(List<Figure> figures) {
        StringBuilder text = new StringBuilder();
        for (String bench : distinct(figures, true)) {
            List<Figure> own =
                    figures.stream().filter(each -> each.bench().equals(bench)).toList();
            List<String> systems = distinct(own, false);
            text.append("| ")
                    .append(bench)
                    .append(" | ")
                    .append(String.join(" | ", systems))
                    .append(systems.size() > 1 ? " | ours to the best other's |\n|---|" : " |\n|---|");
            text.append("---|".repeat(systems.size() + (systems.size() > 1 ? 1 : 0)))
                    .append('\n');
            Map<String, Map<String, Figure>> rows = rows(own);
            rows.forEach((metric, of) -> text.append("| ")
                    .append(metric)
                    .append(", ")
                    .append(of.values().iterator().next().unit())
                    .append(" | ")
                    .append(systems.stream()
                            .map(system -> Optional.ofNullable(of.get(system))
                                    .map(Results::cell)
                                    .orElse("–"))
                            .collect(Collectors.joining(" | ")))
                    .append(systems.size() > 1 ? " | " + ratio(of) : "")
                    .append(" |\n"));
        }
        return text.toString();
    }

    /** What it is all about: ours divided by the best other's, the highest of what is counted in a second, else the lowest. */
    static String ratio(Map<String, Figure> of) {
        Figure ours = of.get(OURS);
        boolean high = ours != null && ours.unit().endsWith("/s");
        DoubleStream others =
                of.values().stream().filter(each -> !each.system().equals(OURS)).mapToDouble(Figure::value);
        double best = (high ? others.max() : others.min()).orElse(0);
        return ours == null || best <= 0 || ours.unit().equals("%")
                ? "–"
                : String.format(Locale.ROOT, "%.2f", ours.value() / best);
    }

    /** By metric, then by system. */
    static Map<String, Map<String, Figure>> rows(List<Figure> figures) {
        Map<String, Map<String, Figure>> rows = new LinkedHashMap<>();
        figures.forEach(figure -> rows.computeIfAbsent(figure.metric(), absent -> new LinkedHashMap<>())
                .put(figure.system(), figure));
        return rows;
    }

    /** Benches, or systems with ours first. */
    static List<String> distinct(List<Figure> figures, boolean benches) {
        Set<String> distinct = new LinkedHashSet<>();
        if (!benches && figures.stream().anyMatch(each -> each.system().equals(OURS))) {
            distinct.add(OURS);
        }
        figures.forEach(each -> distinct.add(benches ? each.bench() : each.system()));
        return new ArrayList<>(distinct);
    }

    private static String cell(Figure figure) {
        return text(figure.value())
                + (figure.rounds() > 1 ? " (" + text(figure.min()) + "–" + text(figure.max()) + ")" : "");
    }

    static String text(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
