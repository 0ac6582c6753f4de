package io.capstan.demo.cli;

import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.story.Step;
import io.capstan.demo.story.Story;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Three nodes as three processes, the story of a split on them, and then they are the user's. */
@Command(
        name = "demo",
        description = {
            "Start three nodes as three processes, play the story of a split on them, and leave them running.",
            "Without a terminal it ends after the story. Exit code 0 only if every step was observed."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final List<String> NODES = List.of("a", "b", "c");

    @Option(names = "--story", description = "Only the story; end with its verdict.")
    private boolean storyOnly;

    @Option(names = "--until", paramLabel = "N", description = "Stop after step N, a cut standing, until Ctrl-C.")
    private @Nullable Integer until;

    @Option(names = "--json", description = "One JSON object per step, then the verdict.")
    private boolean json;

    @CommandLine.Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        if (until != null && (until < 1 || until > Story.STEPS)) {
            throw new UserError("--until takes a step of the story, 1 to " + Story.STEPS + ", got " + until);
        }
        PrintWriter out = spec.commandLine().getOut();
        say(out, "Starting three nodes …");
        try (LocalCluster cluster = LocalCluster.start(NODES)) {
            introduce(out, cluster);
            Story.Verdict verdict = Story.play(cluster, until == null ? Story.STEPS : until, step -> tell(out, step));
            conclude(out, verdict);
            boolean stay = until != null || (!storyOnly && Capstan.onTerminal());
            if (stay && verdict.passed()) {
                invite(out, cluster);
                new CountDownLatch(1).await();
            }
            return verdict.passed() ? Capstan.OK : Capstan.NOT_AS_EXPECTED;
        }
    }

    private void introduce(PrintWriter out, LocalCluster cluster) {
        if (json) {
            return;
        }
        out.println();
        out.printf("  %-5s %-8s %-18s %s%n", "node", "pid", "links", "HTTP");
        for (LocalCluster.Member member : cluster.members()) {
            out.printf(
                    "  %-5s %-8d %-18s %s%n",
                    member.name(),
                    member.process().pid(),
                    member.ready().link(),
                    member.ready().http());
        }
        out.println();
        out.println("  logs: " + cluster.directory());
        out.println();
        out.flush();
    }

    private void tell(PrintWriter out, Step step) {
        if (json) {
            out.println(Json.line(step));
        } else {
            out.printf("  %s %s (%d ms)%n", step.ok() ? "✓" : "✗", step.step(), step.ms());
            if (!step.ok()) {
                out.printf("      on %s: expected \"%s\", saw \"%s\"%n", step.node(), step.expected(), step.observed());
            }
        }
        out.flush();
    }

    private void conclude(PrintWriter out, Story.Verdict verdict) {
        if (json) {
            out.println(Json.line(verdict));
        } else {
            out.printf("%nThe story %s: %d steps in %.1f s.%n", verdict.story(), verdict.steps(), verdict.ms() / 1e3);
        }
        out.flush();
    }

    private void invite(PrintWriter out, LocalCluster cluster) {
        String b = cluster.member("b").ready().http();
        String c = cluster.member("c").ready().http();
        say(out, "");
        say(out, "The cluster is yours until Ctrl-C. Every node answers for itself, for example:");
        say(out, "  curl " + b + "/names");
        say(out, "  curl " + c + "/counters");
        say(out, "  curl -X POST '" + c + "/counters/visits?add=1'");
        say(out, "  curl -X POST '" + c + "/lab/cut?peer=a,b'     (and the same towards c on a and b)");
        say(out, "  curl -X POST " + c + "/lab/heal");
        say(out, "  kill -9 " + cluster.member("a").process().pid() + "   then start it again with");
        say(out, "  ./" + cluster.member("a").again());
    }

    private void say(PrintWriter out, String line) {
        if (!json) {
            out.println(line);
            out.flush();
        }
    }
}
