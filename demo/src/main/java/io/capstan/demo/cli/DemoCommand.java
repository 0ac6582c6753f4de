package io.capstan.demo.cli;

import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.lab.Lab;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.process.Member;
import io.capstan.demo.story.Audience;
import io.capstan.demo.story.Scene;
import io.capstan.demo.story.Step;
import io.capstan.demo.story.Story;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Three nodes as three processes: the lab over them, or the story of a split. */
@Command(
        name = "demo",
        description = {
            "Start three nodes as three processes and open the lab, a page on which they can be cut apart, killed, asked and healed;",
            "the story of a split is told there, too. Without a terminal, and with --story: the story alone, step by step, and exit",
            "code 0 only if every step was observed."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  capstan demo                       the lab, until Ctrl-C",
            "  capstan demo --story               the story, told here",
            "  capstan demo --story --until 13    two owners of one name: the cut stands, the lab is open"
        })
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--story", description = "Only the story; end with its verdict.")
    private boolean storyOnly;

    @Option(
            names = "--until",
            paramLabel = "N",
            description = "Stop the story after step N, a cut standing, and open the lab until Ctrl-C.")
    private @Nullable Integer until;

    @Option(names = "--json", description = "One JSON object per step, then the verdict.")
    private boolean json;

    @Option(
            names = "--port",
            defaultValue = "0",
            description = "Of the lab's page, on loopback (${DEFAULT-VALUE}: any free one).")
    private int port;

    @Option(names = "--no-open", description = "Do not open a browser.")
    private boolean noOpen;

    @CommandLine.Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        if (until != null && (until < 1 || until > Story.STEPS)) {
            throw new UserError("--until takes a step of the story, 1 to " + Story.STEPS + ", got " + until);
        }
        LabCommand.requirePort(port);
        PrintWriter out = spec.commandLine().getOut();
        say(out, "Starting three nodes …");
        try (LocalCluster cluster = LocalCluster.start(Story.NODES)) {
            boolean tells = storyOnly || json || until != null || !Capstan.onTerminal();
            if (tells) {
                Story.Verdict verdict = tell(out, cluster);
                if (until == null || !verdict.passed()) {
                    return verdict.passed() ? Capstan.OK : Capstan.NOT_AS_EXPECTED;
                }
            }
            try (Lab lab = Lab.over(cluster, port)) {
                if (!json) {
                    LabCommand.introduce(out, lab, false);
                    invite(out, cluster);
                    if (!noOpen && until == null) {
                        Desktop.open(lab.address());
                    }
                }
                new CountDownLatch(1).await();
            }
            return Capstan.OK;
        }
    }

    private Story.Verdict tell(PrintWriter out, LocalCluster cluster) {
        Story.Verdict verdict = Story.play(cluster, until == null ? Story.STEPS : until, new Audience() {
            @Override
            public void begins(Scene scene) {
                if (Capstan.onTerminal() && !json) {
                    out.printf("%n  %d. %s%n     %s%n", scene.number(), scene.text(), scene.why());
                    out.flush();
                }
            }

            @Override
            public void observed(Step step) {
                told(out, step);
            }
        });
        if (!verdict.passed() && Capstan.ending()) {
            return verdict;
        }
        if (json) {
            out.println(Json.line(verdict));
        } else {
            out.printf("%nThe story %s: %d steps in %.1f s.%n", verdict.story(), verdict.steps(), verdict.ms() / 1e3);
        }
        out.flush();
        return verdict;
    }

    private void told(PrintWriter out, Step step) {
        if (!step.ok() && Capstan.ending()) {
            // Ctrl-C: the nodes are gone because they were told to.
            return;
        }
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

    private void invite(PrintWriter out, LocalCluster cluster) {
        Member a = cluster.member("a");
        String c = cluster.member("c").ready().http();
        say(out, "Every node answers for itself, too, for example:");
        say(out, "  curl " + a.ready().http() + "/names");
        say(out, "  curl -X POST '" + c + "/counters/visits?add=1'");
        say(out, "  kill -9 " + a.process().pid() + "   then start it again in the lab, or with");
        say(out, "  ./" + a.command());
    }

    private void say(PrintWriter out, String line) {
        if (!json) {
            out.println(line);
            out.flush();
        }
    }
}
