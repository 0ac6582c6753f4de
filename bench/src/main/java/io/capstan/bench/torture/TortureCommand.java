package io.capstan.bench.torture;

import io.capstan.bench.torture.record.Recorded;
import io.capstan.bench.torture.report.Campaign;
import io.capstan.bench.torture.report.Report;
import io.capstan.bench.torture.workload.Workload;
import io.capstan.bench.torture.workload.Workloads;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.cli.Capstan;
import io.capstan.demo.cli.MoreCommand;
import io.capstan.testkit.Faults;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Real nodes under real faults, and what is made of it. */
@Command(
        name = "torture",
        description = {
            "Start nodes as processes of their own, let clients loose on them, inject faults, heal, demand progress,",
            "and judge everything that the clients were told. Exit code 0: nothing is wrong; 1: something is.",
            "Links are cut between network namespaces, which takes root on Linux: without, the other faults remain."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "  capstan torture --minutes 5                        all workloads, one after the other, and a table",
            "  capstan torture --workload mutex --faults 'pause leader 6s; wait 7s'",
            "  capstan torture --check history.jsonl",
            "  capstan torture --sum DIRECTORY                    one table of all reports below it",
            "",
            "The report, with a picture of it all, and the history as JSON lines are in the directory that is named."
        })
public final class TortureCommand implements MoreCommand {
    private static final int MINUTES_MAX = 24 * 60;
    private static final int CLIENTS_MAX = 20;

    /** The last line of {@code --json}. */
    record Line(
            String torture,
            String workload,
            int faults,
            long operations,
            long unknown,
            int violations,
            long recoveryMsMax,
            String history) {}

    /** The last line of {@code --json} with {@code --check}. */
    record Checked(String check, String workload, long operations, int violations, String history) {}

    @Option(
            names = "--workload",
            split = ",",
            defaultValue = "all",
            description = "Which, with a comma between: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).",
            completionCandidates = Names.class)
    private List<String> workloads = new ArrayList<>();

    @Option(names = "--faults", description = "These, again and again, instead of drawn ones: 'cut a|b,c; wait 5s'.")
    private @Nullable String faults;

    @Option(names = "--kinds", split = ",", description = "Draw these kinds of faults only, with a comma between.")
    private List<String> kinds = new ArrayList<>();

    @Option(
            names = "--downing",
            negatable = true,
            description = "Whether nodes declare down who is out of reach, by Pekko's split brain resolver (drawn).")
    private @Nullable Boolean downing;

    @Option(names = "--minutes", defaultValue = "1", description = "Of each workload (${DEFAULT-VALUE}).")
    private double minutes;

    @Option(names = "--seed", description = "Draws faults and requests (drawn itself, and printed).")
    private @Nullable Long seed;

    @Option(names = "--nodes", defaultValue = "3", description = "3 or 5 (${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--clients", defaultValue = "3", description = "Of each node (${DEFAULT-VALUE}).")
    private int clients;

    @Option(names = "--recovery", defaultValue = "60", description = "Seconds to recover in (${DEFAULT-VALUE}).")
    private int recovery;

    @Option(names = "--out", description = "Directory for the report, which must not exist (a temporary one).")
    private @Nullable Path out;

    @Option(names = "--check", paramLabel = "FILE", description = "Only judge a history that was written before.")
    private @Nullable Path check;

    @Option(names = "--sum", paramLabel = "DIRECTORY", description = "Only put together the reports in it and below.")
    private @Nullable Path sum;

    @Option(names = "--json", description = "One line of JSON at the end.")
    private boolean json;

    @CommandLine.Spec
    private CommandSpec spec = CommandSpec.create();

    /** For the help. */
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Names() {
            add("all");
            addAll(Workloads.names());
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (check != null) {
            return check(check);
        }
        if (sum != null) {
            return sum(sum);
        }
        requireSensible();
        long drawn = seed == null ? new SplittableRandom().nextLong(Integer.MAX_VALUE) : seed;
        Optional<Faults> given = Optional.ofNullable(faults).map(TortureCommand::parsed);
        given.ifPresent(each -> Rehearsal.of(each, Plan.names(nodes)));
        Path directory = directory();
        List<String> names = workloads.contains("all") ? Workloads.names() : workloads;
        // The lowest bit decides about disks.
        boolean down = downing == null ? given.isEmpty() && (drawn & 2) != 0 : downing;
        say("--seed " + drawn + ", " + nodes + " nodes" + (down ? " that declare down who is out of reach" : "")
                + ", report in " + directory);
        List<Campaign.Run> runs = new ArrayList<>();
        for (String name : names) {
            Path own = names.size() == 1 ? directory : Files.createDirectories(directory.resolve(name));
            Plan plan = new Plan(
                    name,
                    nodes,
                    Duration.ofMillis((long) (minutes * 60_000)),
                    drawn,
                    given,
                    clients,
                    Duration.ofSeconds(recovery),
                    own,
                    System.getProperty("java.class.path"),
                    down,
                    Set.copyOf(kinds));
            runs.add(new Campaign.Run(torture(plan, runs.isEmpty()), own));
        }
        if (names.size() > 1) {
            Campaign.write(runs, directory);
            say("");
            tell(runs);
        }
        return verdict(names, runs.stream().map(Campaign.Run::outcome).toList(), directory);
    }

    private void tell(List<Campaign.Run> runs) {
        Campaign.of(runs.stream().map(Campaign.Run::outcome).toList()).lines().forEach(this::say);
    }

    private int verdict(List<String> names, List<Outcome> outcomes, Path directory) {
        boolean passed = outcomes.stream().allMatch(Outcome::passed);
        if (json) {
            out().println(Json.line(line(names, outcomes, passed, directory)));
        }
        out().flush();
        return passed ? Capstan.OK : Capstan.NOT_AS_EXPECTED;
    }

    /** Reports of earlier runs; writes the table beside them too. */
    private int sum(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new UserError("there is no directory " + directory + ". Name one with reports in it or below.");
        }
        List<Campaign.Run> runs;
        try {
            runs = Campaign.below(directory);
        } catch (IOException | UncheckedIOException unreadable) {
            throw new UserError("not all reports below " + directory + " can be read: " + unreadable.getMessage());
        }
        if (runs.isEmpty()) {
            throw new UserError("there is no report.json in " + directory + " or below.");
        }
        Campaign.write(runs, directory);
        tell(runs);
        return verdict(
                runs.stream().map(run -> run.outcome().workload()).distinct().toList(),
                runs.stream().map(Campaign.Run::outcome).toList(),
                directory);
    }

    private Outcome torture(Plan plan, boolean first) throws IOException, InterruptedException {
        say("");
        say(plan.workload() + ":");
        try (InterruptedRun interrupted = new InterruptedRun()) {
            TortureRun run = interrupted.make(() -> new TortureRun(plan, this::say));
            if (first) {
                run.missing().forEach(line -> say("  left out on this machine: " + line));
            }
            Outcome outcome = run.run();
            Report.write(outcome, plan.directory());
            say(String.format(
                    "  %s: %,d operations, %,d unknown, %d faults, recovered within %,d ms",
                    outcome.passed() ? "passed" : "FAILED",
                    outcome.operations(),
                    outcome.unknown(),
                    outcome.faults(),
                    outcome.recoveryMillisMax()));
            outcome.violations().forEach(line -> say("  " + line));
            return outcome;
        }
    }

    private Line line(List<String> names, List<Outcome> outcomes, boolean passed, Path directory) {
        return new Line(
                passed ? "passed" : "failed",
                String.join(",", names),
                outcomes.stream().mapToInt(Outcome::faults).sum(),
                outcomes.stream().mapToLong(Outcome::operations).sum(),
                outcomes.stream().mapToLong(Outcome::unknown).sum(),
                outcomes.stream().mapToInt(each -> each.violations().size()).sum(),
                outcomes.stream().mapToLong(Outcome::recoveryMillisMax).max().orElse(0),
                outcomes.size() == 1 ? outcomes.get(0).history() : directory.toString());
    }

    private int check(Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new UserError("there is no history " + file + " that can be read. Name a history.jsonl.");
        }
        Recorded recorded;
        try {
            recorded = Recorded.read(file);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new UserError(unreadable.getMessage() + ". It is no history of ours.");
        }
        String name =
                recorded.about().map(about -> about.path("workload").asText()).orElse(workloads.get(0));
        Workload workload = Workloads.of(name)
                .orElseThrow(() ->
                        new UserError(file + " does not say of which workload it is. Name it with --workload, one of "
                                + String.join(", ", Workloads.names())));
        List<String> violations = TortureRun.violations(workload.judge(), recorded);
        violations.forEach(this::say);
        say(name + ": " + (violations.isEmpty() ? "passed" : "FAILED") + ", "
                + recorded.operations().size() + " operations");
        if (json) {
            out().println(Json.line(new Checked(
                    violations.isEmpty() ? "passed" : "failed",
                    name,
                    recorded.operations().size(),
                    violations.size(),
                    file.toString())));
        }
        out().flush();
        return violations.isEmpty() ? Capstan.OK : Capstan.NOT_AS_EXPECTED;
    }

    private void requireSensible() {
        if (nodes != 3 && nodes != 5) {
            throw new UserError("--nodes is 3 or 5, got " + nodes);
        }
        if (!(minutes > 0 && minutes <= MINUTES_MAX)) {
            throw new UserError("--minutes is more than 0 and at most " + MINUTES_MAX + ", got " + minutes);
        }
        if (clients < 1 || clients > CLIENTS_MAX) {
            throw new UserError("--clients is 1 to " + CLIENTS_MAX + ", got " + clients);
        }
        if (recovery < 1) {
            throw new UserError("--recovery is at least 1 second, got " + recovery);
        }
        if (faults != null && !kinds.isEmpty()) {
            throw new UserError("--faults says what is played, and --kinds what is drawn: one of them");
        }
        Set<String> known = Draw.all();
        for (String kind : kinds) {
            if (!known.contains(kind)) {
                throw new UserError(
                        "there is no kind of fault \"" + kind + "\". There are: " + String.join(", ", known));
            }
        }
        for (String name : workloads) {
            if (!name.equals("all") && Workloads.of(name).isEmpty()) {
                throw new UserError("there is no workload \"" + name + "\". There are: all, "
                        + String.join(", ", Workloads.names()));
            }
        }
    }

    private static Faults parsed(String text) {
        try {
            return Faults.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new UserError("--" + wrong.getMessage());
        }
    }

    private Path directory() throws IOException {
        if (out == null) {
            return Files.createTempDirectory("capstan-torture");
        }
        Path wanted = out.toAbsolutePath();
        if (Files.exists(wanted)) {
            throw new UserError(wanted + " exists already. Name another directory with --out.");
        }
        try {
            return Files.createDirectories(wanted);
        } catch (IOException refused) {
            throw new UserError(
                    "cannot make the directory " + wanted + ": " + refused.getMessage() + ". Name another with --out.");
        }
    }

    private void say(String line) {
        PrintWriter to = json ? spec.commandLine().getErr() : out();
        to.println(line);
        to.flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
