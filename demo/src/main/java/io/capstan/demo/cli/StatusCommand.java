package io.capstan.demo.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.UserError;
import io.capstan.demo.process.NodeClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Every node's own view of the cluster. */
@Command(
        name = "status",
        description = {
            "How each of the nodes of --node sees the cluster: whom it has links to, whom it can reach through others, and what its",
            "members of Raft groups do. Exit code 1 when one of them does not answer."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  capstan status --node 127.0.0.1:8551,127.0.0.1:8552"})
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private Asking asking = new Asking();

    @Override
    public Integer call() {
        Table nodes = new Table("NODE", "INCARNATION", "LINKED TO", "VISIBLE", "CLUSTER");
        Table groups = new Table("NODE", "GROUP", "ROLE", "TERM", "LEADER", "COMMIT", "VOTERS IN REACH");
        int code = Capstan.OK;
        boolean answered = false;
        for (NodeClient node : asking.nodes().all()) {
            try {
                JsonNode status = node.get("/status").required();
                JsonNode raft = node.get("/raft").required();
                answered = true;
                String name = status.path("node").asText();
                if (asking.json()) {
                    asking.out().println(status);
                    raft.path("groups").forEach(group -> asking.out().println(group));
                }
                nodes.row(
                        name,
                        status.path("incarnation").asText(),
                        words(status.path("linked")),
                        words(status.path("visible")),
                        status.path("cluster").asText());
                raft.path("groups")
                        .forEach(group -> groups.row(
                                name,
                                group.path("group").asText(),
                                group.path("role").asText(),
                                group.path("term").asText(),
                                group.path("leader").asText(),
                                group.path("commit").asText(),
                                group.path("voters_reached").asText() + " of "
                                        + group.path("voters").size()));
            } catch (UserError silent) {
                asking.silent(node.node(), String.valueOf(silent.getMessage()));
                code = Capstan.NOT_AS_EXPECTED;
            }
        }
        if (answered && !asking.json()) {
            asking.print(nodes);
            asking.out().println();
            asking.print(groups);
        }
        asking.out().flush();
        return code;
    }

    static String words(JsonNode array) {
        List<String> words = new ArrayList<>();
        array.forEach(word -> words.add(word.asText()));
        return words.isEmpty() ? "nobody" : String.join(" ", words);
    }
}
