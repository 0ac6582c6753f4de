package io.capstan.bench.compare;

import io.capstan.bench.compare.report.Figure;
import io.capstan.bench.compare.report.Results;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.cli.Capstan;
import io.capstan.demo.cli.MoreCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Capstan beside every peer. */
@Command(
        name = "bench",
        description = {
            "Measure Capstan beside the peers that one would pick otherwise, in one run, in turns: ratios are the result.",
            "All processes are on this machine, and share it; whoever claims durability flushes. Takes long: --quick does not."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "  capstan bench raft --quick",
            "  capstan bench locks --with capstan,zookeeper --rounds 20 --json",
            "",
            "Tables and plots go to bench/RESULTS.md, RESULTS.html and RESULTS.jsonl: what is measured anew takes the place of",
            "what was there. OTP takes part where erl is installed (Debian: apt-get install erlang-base), etcd and ra where those",
            "are (apt-get install etcd-server rabbitmq-server)."
        })
public final class BenchCommand implements MoreCommand {
    private static final int ROUNDS = 10;
    private static final int ROUNDS_QUICK = 3;
    private static final int ROUNDS_MAX = 1_000;
    private static final int SIZE = 10_000;
    private static final int SIZE_QUICK = 2_000;
    private static final int SIZE_MIN = 50;

    @Parameters(
            arity = "0..*",
            description = {
                "Which of: raft, reads, locks, failover, names, groups, counters, actors, idle, paths, curves, all (all).",
                "curves: ours with more and more under way, of names and so on, up to ten times --size."
            })
    private List<String> benches = new ArrayList<>();

    @Option(
            names = "--with",
            split = ",",
            description = "Only these systems (all): ${COMPLETION-CANDIDATES}.",
            completionCandidates = Systems.class)
    private List<String> with = new ArrayList<>();

    @Option(names = "--rounds", description = "In which all take turns (10; with --quick 3).")
    private @Nullable Integer rounds;

    @Option(names = "--seconds", description = "Of each load in each round (5; with --quick 2).")
    private @Nullable Double seconds;

    @Option(
            names = "--warm-up",
            description =
                    "Seconds of each load before the first round that it gets no faster (15; with --quick 3); at most ten times as many in all.")
    private @Nullable Double warmUp;

    @Option(
            names = "--size",
            description = "Names, members or counters where many are needed (10000; with --quick 2000).")
    private @Nullable Integer size;

    @Option(names = "--quick", description = "Minutes instead of hours, and less sure.")
    private boolean quick;

    @Option(
            names = "--flags",
            split = ",",
            description =
                    "More flags for the JVM of each process, a profiler's for one; %%name is its system's name and its own.")
    private List<String> flags = new ArrayList<>();

    @Option(names = "--out", description = "Directory of the results (that of the bench module).")
    private @Nullable Path out;

    @Option(names = "--json", description = "Print one line of JSON for each figure, and write no results.")
    private boolean json;

    @CommandLine.Spec
    private CommandSpec spec = CommandSpec.create();

    /** For the help. */
    static final class Systems extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Systems() {
            addAll(Benches.systems());
        }
    }

    @Override
    public Integer call() throws IOException {
        Set<String> wanted = wanted();
        Set<String> systems = new LinkedHashSet<>(with.isEmpty() ? Benches.systems() : with);
        for (String system : systems) {
            if (!Benches.systems().contains(system)) {
                throw new UserError(
                        "there is no system \"" + system + "\". There are: " + String.join(", ", Benches.systems()));
            }
        }
        Occasion occasion = new Occasion(
                systems,
                rounds(),
                positive("--seconds", seconds, quick ? 2 : 5),
                positive("--warm-up", warmUp, quick ? 3 : 15),
                size(),
                List.copyOf(flags),
                Files.createTempDirectory("capstan-bench"),
                this::say);
        Path directory = out == null ? Contestants.home() : Files.createDirectories(out);
        Benches.run(occasion, wanted, () -> {
            if (!json) {
                Results.write(directory, occasion.figures().all(), occasion.notes(), conditions(occasion));
            }
        });
        List<Figure> figures = occasion.figures().all();
        if (json) {
            figures.forEach(figure -> out().println(Json.line(figure)));
        } else {
            out().print(Results.tables(figures));
            occasion.notes().forEach(note -> out().println("- " + note));
            say("in " + directory + ": RESULTS.md, RESULTS.html, RESULTS.jsonl");
        }
        out().flush();
        return Capstan.OK;
    }

    private Set<String> wanted() {
        Set<String> wanted = new LinkedHashSet<>(benches.isEmpty() ? List.of("all") : benches);
        if (wanted.remove("all")) {
            wanted.addAll(Benches.NAMES);
        }
        for (String name : wanted) {
            if (!Benches.NAMES.contains(name)) {
                throw new UserError(
                        "there is no bench \"" + name + "\". There are: all, " + String.join(", ", Benches.NAMES));
            }
        }
        return wanted;
    }

    private int rounds() {
        int wanted = rounds == null ? quick ? ROUNDS_QUICK : ROUNDS : rounds;
        if (wanted < 1 || wanted > ROUNDS_MAX) {
            throw new UserError("--rounds is 1 to " + ROUNDS_MAX + ", got " + wanted);
        }
        return wanted;
    }

    private int size() {
        int wanted = size == null ? quick ? SIZE_QUICK : SIZE : size;
        if (wanted < SIZE_MIN) {
            throw new UserError("--size is at least " + SIZE_MIN + ", got " + wanted);
        }
        return wanted;
    }

    private static double positive(String option, @Nullable Double given, double otherwise) {
        double wanted = given == null ? otherwise : given;
        if (!(wanted > 0)) {
            throw new UserError(option + " is more than 0, got " + wanted);
        }
        return wanted;
    }

    private static String conditions(Occasion occasion) {
        return occasion.rounds() + " rounds, " + occasion.seconds() + " s each after " + occasion.warmUp()
                + " s of warming up; " + Runtime.getRuntime().availableProcessors() + " processors, "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", Java "
                + System.getProperty("java.version");
    }

    private void say(String line) {
        PrintWriter to = spec.commandLine().getErr();
        to.println(line);
        to.flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
