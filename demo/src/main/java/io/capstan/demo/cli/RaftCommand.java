package io.capstan.demo.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.process.NodeClient;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an operator does with the Raft groups of a cluster that runs, one of the commands at a time. */
@Command(
        name = "raft",
        description = {
            "Shows and changes the Raft groups of a cluster that runs, through a node's HTTP door. What is done to the directory",
            "of a node that does not run is under `capstan raft offline`."
        },
        subcommands = OfflineCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  capstan raft groups",
            "  capstan raft members capstan-locks",
            "  capstan raft transfer capstan-locks b",
            "",
            "Changes are single steps, each done once it is committed, and done already if it was done before: whoever was",
            "interrupted runs the same command again. The node asked waits for capstan.raft.client.change-within at most."
        })
final class RaftCommand extends CommandGroup {
    /** A little more than the node itself waits, as it is set by default. */
    private static final Duration CHANGE_MAX = Duration.ofSeconds(70);

    /** So many groups are asked for at a time. */
    private static final int ASKED_MAX = 16;

    private static final String ROW = "  %-16s %-8s %12s %10s  %s%n";

    /** What every change is told. */
    private static final class Change {
        @Mixin
        private NodesOption nodes = new NodesOption();

        @Parameters(index = "0", paramLabel = "GROUP", description = "The group's name.")
        private String group = "";

        @Parameters(index = "1", paramLabel = "NODE", description = "The node's name.")
        private String member = "";

        @Option(names = "--json", description = "One JSON object.")
        private boolean json;
    }

    /** A group that could not be described. */
    private record Unknown(String group, String error) {}

    @Command(
            name = "groups",
            description = {
                "The groups that the node asked has a member of, as that member knows them. For what the leader knows of each:",
                "`capstan raft members`."
            },
            mixinStandardHelpOptions = true)
    int groups(@Mixin Asking asking) {
        Table table = new Table("GROUP", "ROLE", "TERM", "LEADER", "COMMIT", "APPLIED", "VOTERS", "IN REACH");
        return asking.say(
                asking.get("/raft").path("groups"),
                table,
                group -> table.row(
                        group.path("group").asText(),
                        group.path("role").asText(),
                        group.path("term").asText(),
                        group.path("leader").asText("nobody"),
                        group.path("commit").asText(),
                        group.path("applied").asText(),
                        StatusCommand.words(group.path("voters")),
                        group.path("voters_reached").asText()));
    }

    @Command(
            name = "members",
            description = {
                "The members of a group as its leader knows them: who votes, up to which entry each has the log, for how long the",
                "leader has heard nothing of it. Without GROUP: of all groups that the node asked has a member of. Exit code 0:",
                "every group was described; 1: of one nobody leads, as its line says."
            },
            mixinStandardHelpOptions = true)
    int members(
            @Mixin NodesOption asking,
            @Parameters(paramLabel = "GROUP", arity = "0..1", description = "The group's name.") @Nullable String group,
            @Option(names = "--json", description = "One JSON object per group and line.") boolean json)
            throws InterruptedException {
        NodeClient node = asking.first();
        if (group != null) {
            print(describe(node, group).required(), json);
            return Capstan.OK;
        }
        List<String> groups = StreamSupport.stream(
                        node.get("/raft").required().path("groups").spliterator(), false)
                .map(known -> known.path("group").asText())
                .toList();
        if (groups.isEmpty() && !json) {
            spec.commandLine().getOut().println("node " + node.node() + " has no member of any group");
        }
        int code = Capstan.OK;
        ExecutorService askers = Executors.newFixedThreadPool(ASKED_MAX);
        try {
            List<Future<NodeClient.Answer>> answers = askers.invokeAll(groups.stream()
                    .map(each -> (Callable<NodeClient.Answer>) () -> describe(node, each))
                    .toList());
            for (int i = 0; i < groups.size(); i++) {
                code = Math.max(code, print(groups.get(i), answers.get(i), json));
            }
        } finally {
            askers.shutdownNow();
        }
        return code;
    }

    @Command(
            name = "add",
            description = {
                "Gives the member on NODE, which has started one, the log of the group without counting it: a learner. Fewer",
                "voters than capstan.raft.membership.voters-target are raised to it by the leader itself."
            },
            mixinStandardHelpOptions = true)
    int add(@Mixin Change change) {
        return change("add", change);
    }

    @Command(
            name = "promote",
            description = {"Has the member on NODE vote, as soon as it has caught up; adds it first if need be."},
            mixinStandardHelpOptions = true)
    int promote(@Mixin Change change) {
        return change("promote", change);
    }

    @Command(
            name = "remove",
            description = {
                "Removes the member on NODE from the group: never so that the rest would have no quorum. Its log stays where it is",
                "(`capstan raft offline forget` removes it). Done already when NODE has no member in the group."
            },
            mixinStandardHelpOptions = true)
    int remove(@Mixin Change change) {
        return change("remove", change);
    }

    @Command(
            name = "transfer",
            description = {
                "Has the voter on NODE lead. Writes are refused meanwhile, and their callers try them again by themselves."
            },
            mixinStandardHelpOptions = true)
    int transfer(@Mixin Change change) {
        return change("transfer", change);
    }

    @Command(
            name = "snapshot",
            description = {
                "Has the member on NODE write a snapshot now, so that its log can forget what is in it; tells up to which entry it",
                "goes, once it is durable."
            },
            mixinStandardHelpOptions = true)
    int snapshot(@Mixin Change change) {
        return change("snapshot", change);
    }

    @Command(
            name = "backup",
            description = {
                "Saves what the member of the node that is ASKED (--node) has executed to FILE, while the group goes on: at least",
                "what was committed before. The node writes it, on its own machine and as its own user; a relative FILE is taken",
                "from where this command runs. `capstan raft offline restore` makes the group again from it."
            },
            mixinStandardHelpOptions = true)
    int backup(
            @Mixin NodesOption asking,
            @Parameters(paramLabel = "GROUP", description = "The group's name.") String group,
            @Parameters(paramLabel = "FILE", description = "Where to, in the node's file system; it must not be there.")
                    Path file,
            @Option(names = "--json", description = "One JSON object.") boolean json) {
        JsonNode saved = asking.first()
                .post(
                        path(group) + "/backup?file="
                                + NodeClient.segment(file.toAbsolutePath().toString()),
                        CHANGE_MAX)
                .required();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(saved);
        } else {
            out.printf(
                    "group %s is saved to %s on the machine of node %s: recovery epoch %d, log to entry %d%n",
                    group,
                    saved.path("file").asText(),
                    saved.path("node").asText(),
                    saved.path("epoch").asLong(),
                    saved.path("last_index").asLong());
        }
        out.flush();
        return Capstan.OK;
    }

    private int change(String step, Change change) {
        JsonNode done = change.nodes
                .first()
                .post(path(change.group) + "/" + step + "?member=" + NodeClient.segment(change.member), CHANGE_MAX)
                .required();
        PrintWriter out = spec.commandLine().getOut();
        if (change.json) {
            out.println(done);
        } else {
            out.printf("group %s: %s%n", change.group, done.path("now").asText());
        }
        out.flush();
        return Capstan.OK;
    }

    private static String path(String group) {
        return "/raft/" + NodeClient.part(group);
    }

    private static NodeClient.Answer describe(NodeClient node, String group) {
        return node.get(path(group));
    }

    private int print(String group, Future<NodeClient.Answer> asked, boolean json) throws InterruptedException {
        String why;
        try {
            NodeClient.Answer answer = asked.get();
            if (answer.isOk()) {
                print(answer.body(), json);
                return Capstan.OK;
            }
            why = answer.text("error");
        } catch (ExecutionException failed) {
            why = failed.getCause() instanceof UserError silent
                    ? String.valueOf(silent.getMessage())
                    : String.valueOf(failed);
        }
        if (json) {
            spec.commandLine().getOut().println(Json.line(new Unknown(group, why)));
        } else {
            spec.commandLine().getOut().printf("group %s: UNKNOWN, %s%n", group, why);
        }
        spec.commandLine().getOut().flush();
        return Capstan.NOT_AS_EXPECTED;
    }

    private void print(JsonNode group, boolean json) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(group);
        } else {
            out.printf(
                    "group %s: led by %s in term %d, committed to entry %d, recovery epoch %d%n",
                    group.path("group").asText(),
                    group.path("leader").asText(),
                    group.path("term").asLong(),
                    group.path("commit").asLong(),
                    group.path("epoch").asLong());
            out.printf(ROW, "NODE", "", "LOG TO", "SILENT", "STATE");
            group.path("members").forEach(member -> print(member, group, out));
        }
        out.flush();
    }

    private static void print(JsonNode member, JsonNode group, PrintWriter out) {
        boolean leads = member.path("node").asText().equals(group.path("leader").asText());
        out.printf(
                ROW,
                member.path("node").asText(),
                member.path("votes").asBoolean() ? "voter" : "learner",
                member.path("match").asLong(),
                leads ? "-" : member.path("silent_millis").asLong() + " ms",
                leads ? "leads" : member.path("caught_up").asBoolean() ? "caught up" : "behind");
    }
}
