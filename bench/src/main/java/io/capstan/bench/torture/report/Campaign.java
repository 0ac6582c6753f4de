package io.capstan.bench.torture.report;

import io.capstan.bench.torture.Episode;
import io.capstan.bench.torture.Outcome;
import io.capstan.demo.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What many runs came to, put together.
 *
 * @param workloads one after the other
 * @param faults by name; those that came in pairs are one row, {@value #PAIRS}
 * @param total of all runs
 */
public record Campaign(List<OfWorkload> workloads, List<OfFault> faults, OfWorkload total) {
    /** The row of all faults of which two came at once. */
    public static final String PAIRS = "two at once";

    private static final String REPORT = "report.json";

    /**
     * One run, and where its report is.
     *
     * @param directory that {@link Report#write} was given
     */
    public record Run(Outcome outcome, Path directory) {}

    /**
     * All runs of one workload.
     *
     * @param minutes that clients' load lasted
     * @param recoveryMsP50 half of its faults were over after so long, or sooner: until every client was served again
     */
    public record OfWorkload(
            String workload,
            int runs,
            double minutes,
            long operations,
            long unknown,
            int faults,
            int violations,
            long recoveryMsP50,
            long recoveryMsMax) {}

    /**
     * One kind of fault in all runs.
     *
     * @param played how often
     * @param workloads on how many different ones
     * @param notRecovered after how many of them some client was not served in time
     */
    public record OfFault(
            String fault, int played, int workloads, long recoveryMsP50, long recoveryMsMax, int notRecovered) {}

    /** Puts them together. */
    public static Campaign of(List<Outcome> runs) {
        Map<String, List<Outcome>> byWorkload = new LinkedHashMap<>();
        Map<String, List<Episode>> byFault = new TreeMap<>();
        Map<String, Set<String>> seenBy = new TreeMap<>();
        for (Outcome run : runs) {
            byWorkload
                    .computeIfAbsent(run.workload(), workload -> new ArrayList<>())
                    .add(run);
            for (Episode episode : run.episodes()) {
                String fault = episode.name().contains("+") ? PAIRS : episode.name();
                byFault.computeIfAbsent(fault, name -> new ArrayList<>()).add(episode);
                seenBy.computeIfAbsent(fault, name -> new HashSet<>()).add(run.workload());
            }
        }
        List<OfWorkload> workloads = new ArrayList<>();
        byWorkload.forEach((workload, own) -> workloads.add(ofWorkload(workload, own)));
        List<OfFault> faults = new ArrayList<>();
        byFault.forEach((fault, own) -> {
            List<Long> recoveries = recoveries(own);
            faults.add(new OfFault(
                    fault,
                    own.size(),
                    seenBy.getOrDefault(fault, Set.of()).size(),
                    median(recoveries),
                    most(recoveries),
                    own.size() - recoveries.size()));
        });
        return new Campaign(List.copyOf(workloads), List.copyOf(faults), ofWorkload("all", runs));
    }

    /** Those whose reports are in this directory, or below, in the order of their paths. */
    public static List<Run> below(Path directory) throws IOException {
        List<Run> runs = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file :
                    files.filter(each -> each.endsWith(REPORT)).sorted().toList()) {
                Outcome outcome = Json.MAPPER.readValue(file.toFile(), Outcome.class);
                runs.add(new Run(outcome, file.resolveSibling("")));
            }
        }
        return runs;
    }

    /** Writes {@code campaign.json} and {@code campaign.html}. */
    public static void write(List<Run> runs, Path directory) throws IOException {
        Campaign campaign = of(runs.stream().map(Run::outcome).toList());
        Json.MAPPER
                .writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve("campaign.json").toFile(), campaign);
        Files.writeString(directory.resolve("campaign.html"), CampaignPage.of(campaign, runs, directory));
    }

    /** As a table in fixed width. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                "%-18s %5s %8s %11s %8s %7s %11s %9s %9s",
                "workload", "runs", "minutes", "operations", "unknown", "faults", "violations", "p50 ms", "max ms"));
        Stream.concat(workloads.stream(), Stream.of(total))
                .forEach(each -> lines.add(String.format(
                        Locale.ROOT,
                        "%-18s %5d %8.1f %,11d %,8d %7d %11d %,9d %,9d",
                        each.workload,
                        each.runs,
                        each.minutes,
                        each.operations,
                        each.unknown,
                        each.faults,
                        each.violations,
                        each.recoveryMsP50,
                        each.recoveryMsMax)));
        lines.add("");
        lines.add(String.format(
                "%-18s %7s %10s %9s %9s %14s", "fault", "played", "workloads", "p50 ms", "max ms", "not recovered"));
        for (OfFault each : faults) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-18s %7d %10d %,9d %,9d %14d",
                    each.fault,
                    each.played,
                    each.workloads,
                    each.recoveryMsP50,
                    each.recoveryMsMax,
                    each.notRecovered));
        }
        return lines;
    }

    private static OfWorkload ofWorkload(String workload, List<Outcome> runs) {
        List<Long> recoveries =
                recoveries(runs.stream().flatMap(run -> run.episodes().stream()).toList());
        return new OfWorkload(
                workload,
                runs.size(),
                runs.stream().mapToLong(Outcome::millis).sum() / 60e3,
                runs.stream().mapToLong(Outcome::operations).sum(),
                runs.stream().mapToLong(Outcome::unknown).sum(),
                runs.stream().mapToInt(Outcome::faults).sum(),
                runs.stream().mapToInt(run -> run.violations().size()).sum(),
                median(recoveries),
                most(recoveries));
    }

    private static List<Long> recoveries(List<Episode> episodes) {
        return episodes.stream()
                .map(Episode::recoveryMillis)
                .filter(millis -> millis >= 0)
                .sorted()
                .toList();
    }

    private static long median(List<Long> sorted) {
        return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) / 2);
    }

    private static long most(List<Long> sorted) {
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() - 1);
    }
}
