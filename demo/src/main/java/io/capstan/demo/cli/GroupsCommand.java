package io.capstan.demo.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Many processes under one name. */
@Command(
        name = "groups",
        description =
                "Groups, as a node shows them: many processes of the whole cluster each. They favour availability.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  capstan groups join room",
            "  capstan groups watch room",
            "  capstan groups publish room 'hello, all'"
        })
final class GroupsCommand extends CommandGroup {
    @Command(name = "list", description = "All groups that have members.", mixinStandardHelpOptions = true)
    int list(@Mixin Asking asking) {
        Table table = new Table("GROUP", "MEMBERS", "NODES");
        return asking.say(
                asking.get("/groups").path("groups"),
                table,
                group -> table.row(
                        group.path("group").asText(), group.path("members").size(), nodes(group)));
    }

    private static String counted(int members) {
        return members == 1 ? "1 member" : members + " members";
    }

    private static String nodes(JsonNode group) {
        List<String> nodes = new ArrayList<>();
        group.path("members").forEach(member -> nodes.add(member.path("node").asText()));
        Collections.sort(nodes);
        return String.join(" ", nodes);
    }

    @Command(
            name = "members",
            description = "Who is in a group. Exit code 1 when nobody is.",
            mixinStandardHelpOptions = true)
    int members(@Mixin Asking asking, @Parameters(paramLabel = "GROUP") String group) {
        Table table = new Table("NODE", "PROCESS");
        JsonNode members = asking.get("/groups/" + Asking.segment(group)).path("members");
        if (members.isEmpty() && !asking.json()) {
            asking.say(members, "nobody is in the group " + group);
            return Capstan.NOT_AS_EXPECTED;
        }
        asking.say(
                members,
                table,
                member -> table.row(
                        member.path("node").asText(), member.path("process").asText()));
        return members.isEmpty() ? Capstan.NOT_AS_EXPECTED : Capstan.OK;
    }

    @Command(
            name = "join",
            description =
                    "Starts a small process on the node asked, which joins the group and hears what is published to it.",
            mixinStandardHelpOptions = true)
    int join(@Mixin Asking asking, @Parameters(paramLabel = "GROUP") String group) {
        JsonNode now = asking.post("/groups/" + Asking.segment(group), "");
        return asking.say(
                now, "joined; " + group + " has " + counted(now.path("members").size()) + ": " + nodes(now));
    }

    @Command(
            name = "leave",
            description = "Stops the processes of the node asked that are in the group.",
            mixinStandardHelpOptions = true)
    int leave(@Mixin Asking asking, @Parameters(paramLabel = "GROUP") String group) {
        JsonNode now = asking.delete("/groups/" + Asking.segment(group));
        return asking.say(now, "left");
    }

    @Command(
            name = "publish",
            description = "Sends a text to every member; whoever watches the group on a member's node sees it.",
            mixinStandardHelpOptions = true)
    int publish(
            @Mixin Asking asking,
            @Parameters(paramLabel = "GROUP") String group,
            @Parameters(paramLabel = "TEXT") String text) {
        JsonNode sent = asking.post("/groups/" + Asking.segment(group) + "/publish", text);
        return asking.say(sent, "sent to " + counted(sent.path("members").asInt()) + ", one message per node");
    }

    @Command(
            name = "watch",
            description = {
                "Tells who is in a group, then every join and leave, and what its members on the node asked hear, until Ctrl-C."
            },
            mixinStandardHelpOptions = true)
    int watch(@Mixin Asking asking, @Parameters(paramLabel = "GROUP") String group) {
        return asking.follow("/watch/groups/" + Asking.segment(group), event -> {
            String what = event.path("event").asText();
            asking.out()
                    .println(
                            what.equals("said")
                                    ? "heard: "
                                            + Printable.of(event.path("text").asText())
                                    : what + ": " + Printable.of(nodes(event)));
        });
    }
}
