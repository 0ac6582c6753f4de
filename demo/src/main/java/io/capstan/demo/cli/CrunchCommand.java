package io.capstan.demo.cli;

import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.crunch.Job;
import io.capstan.demo.crunch.Ranking;
import io.capstan.demo.crunch.ResultFile;
import io.capstan.demo.crunch.Value;
import io.capstan.demo.process.CrunchRun;
import io.capstan.demo.process.LocalCluster;
import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Counts the values of a field of the user's files, on several processes. */
@Command(
        name = "crunch",
        description = {
            "Count the values of a whitespace-separated field of your files on a cluster of processes.",
            "Highest count first, ties in byte order; a line with too few fields counts as the empty value."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "  capstan crunch access.log --field 7 --top 5"})
final class CrunchCommand implements Callable<Integer> {
    private static final int NODES_MAX = 9;
    private static final int NODES_FOR_KILL_MIN = 3;

    /** With chunks under way, the lines counted then stay between 10 % and 90 %. */
    private static final int PERCENT_MIN = 15;

    private static final int PERCENT_MAX = 80;

    /** One value, as {@code --json} prints it: as text, or as base64 when it is not valid UTF-8. */
    record Line(@Nullable String value, @Nullable String valueBase64, long count) {}

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files to count.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--field", defaultValue = "1", description = "Which field; 0 is the whole line (${DEFAULT-VALUE}).")
    private int field;

    @Option(names = "--top", description = "How many values to print (all).")
    private int top = Integer.MAX_VALUE;

    @Option(names = "--nodes", defaultValue = "3", description = "How many processes, 1 to 9 (${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--out", description = "Keep the whole result in this file (it must not exist).")
    private @Nullable Path out;

    @Option(
            names = "--kill",
            description = "Kill -9 a process on the way, not the coordinator's; the counts stay exact.")
    private boolean kill;

    @Option(names = "--kill-coordinator", description = "Kill -9 the coordinator's process on the way.")
    private boolean killCoordinator;

    @Option(names = "--seed", description = "Draws whom to kill, and when (drawn itself, and printed).")
    private @Nullable Long seed;

    @Option(names = "--json", description = "One JSON object per value.")
    private boolean json;

    @CommandLine.Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        check();
        List<String> names = IntStream.range(0, nodes)
                .mapToObj(i -> String.valueOf((char) ('a' + i)))
                .toList();
        PrintWriter err = spec.commandLine().getErr();
        try (LocalCluster cluster = LocalCluster.start(names);
                ProgressBar bar = new ProgressBar(err, !json && Capstan.onTerminal())) {
            Path result = out == null ? cluster.directory().resolve("result") : out.toAbsolutePath();
            Job job = doomed(new Job("1", absolute(), field, nodes, result.toString()), names);
            List<CrunchRun.Killed> killed = new ArrayList<>();
            CrunchRun.Outcome outcome = CrunchRun.play(cluster, job, bar::show, killed::add);
            bar.close();
            ResultFile read = ResultFile.read(result);
            killed.forEach(victim -> tellOf(victim, read.ranking().total()));
            if (!job.victim().isEmpty() && killed.isEmpty()) {
                throw new UserError("nobody was killed: the files are too small to be interrupted");
            }
            report(outcome, read);
        }
        return Capstan.OK;
    }

    /** With a victim, when one is asked for: by default anybody but the coordinator, which runs on the first node. */
    private Job doomed(Job job, List<String> names) {
        if (!kill && !killCoordinator) {
            return job;
        }
        long drawn = seed == null ? new SplittableRandom().nextLong(Integer.MAX_VALUE) : seed;
        SplittableRandom random = new SplittableRandom(drawn);
        int percent = random.nextInt(PERCENT_MIN, PERCENT_MAX + 1);
        String victim = killCoordinator ? names.get(0) : names.get(1 + random.nextInt(names.size() - 1));
        PrintWriter err = spec.commandLine().getErr();
        err.println("--seed " + drawn + ": node " + victim + " dies once " + percent + " % are counted");
        err.flush();
        return job.killing(victim, percent);
    }

    private void tellOf(CrunchRun.Killed killed, long lines) {
        spec.commandLine()
                .getErr()
                .printf(
                        "killed node %s, which held chunk %d unacknowledged, after %d of %d lines (%.1f %%)%n",
                        killed.node(), killed.chunk(), killed.lines(), lines, 100.0 * killed.lines() / lines);
    }

    private void check() {
        for (Path file : files) {
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                throw new UserError((Files.exists(file) ? "cannot read " : "no such file: ") + file
                        + ". Name files that exist and can be read.");
            }
        }
        if (field < 0) {
            throw new UserError("--field counts from 1, or 0 for the whole line, got " + field);
        }
        if (top < 1) {
            throw new UserError("--top is at least 1, got " + top);
        }
        if (nodes < 1 || nodes > NODES_MAX) {
            throw new UserError("--nodes is 1 to " + NODES_MAX + ", got " + nodes);
        }
        if (kill && killCoordinator) {
            throw new UserError("one process is killed: choose --kill or --kill-coordinator");
        }
        if ((kill || killCoordinator) && nodes < NODES_FOR_KILL_MIN) {
            throw new UserError(
                    "a process can be spared only of three or more: the result needs a majority for its lock");
        }
        if (out != null) {
            checkOut(out.toAbsolutePath());
        }
    }

    /** Before anything is counted: it would be a pity afterwards. */
    private static void checkOut(Path out) {
        if (Files.exists(out)) {
            throw new UserError(out + " exists already, and a result is written once. Name another file with --out.");
        }
        Path folder = out.getParent();
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new UserError("cannot write " + out + ": " + folder
                    + " is no directory that can be written to. Name another file with --out.");
        }
    }

    private List<String> absolute() {
        return files.stream().map(file -> file.toAbsolutePath().toString()).toList();
    }

    private void report(CrunchRun.Outcome outcome, ResultFile result) {
        print(result.ranking().top(top));
        PrintWriter err = spec.commandLine().getErr();
        for (Map.Entry<String, Long> node : outcome.lines().entrySet()) {
            err.println("node " + node.getKey() + " counted " + node.getValue() + " lines"
                    + (node.getKey().equals(outcome.coordinator()) ? " and coordinated" : "")
                    + (node.getKey().equals(outcome.publisher())
                            ? " and published the counts it read, holding the lock with token " + outcome.token()
                            : ""));
        }
        err.flush();
    }

    /** As bytes: a value that is not text is printed as it stands in the file. */
    private void print(List<Ranking.Entry> entries) {
        PrintStream bytes = new PrintStream(new BufferedOutputStream(System.out), false, StandardCharsets.UTF_8);
        for (Ranking.Entry entry : entries) {
            if (json) {
                bytes.print(Json.line(line(entry)));
            } else {
                bytes.printf("%10d ", entry.count());
                bytes.writeBytes(entry.value().bytes());
            }
            bytes.print('\n');
        }
        bytes.flush();
    }

    private static Line line(Ranking.Entry entry) {
        Value value = entry.value();
        return value.text()
                .map(text -> new Line(text, null, entry.count()))
                .orElseGet(() -> new Line(null, value.base64(), entry.count()));
    }
}
