package io.capstan.demo.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Names for single processes of the whole cluster. */
@Command(
        name = "names",
        description = "Names, as a node shows them: one process of the whole cluster each. They favour availability.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  capstan names list",
            "  capstan names register printer --node 127.0.0.1:8552",
            "  capstan names watch printer"
        })
final class NamesCommand extends CommandGroup {
    @Command(name = "list", description = "All names that somebody has.", mixinStandardHelpOptions = true)
    int list(@Mixin Asking asking, @Mixin PrefixParameter prefix) {
        Table table = new Table("NAME", "NODE", "PROCESS");
        return asking.say(
                asking.get("/names?" + prefix.query()).path("names"),
                table,
                name -> table.row(
                        name.path("name").asText(),
                        name.path("owner").asText(),
                        name.path("process").asText()));
    }

    @Command(
            name = "whereis",
            description = "Who has a name. Exit code 1 when nobody has.",
            mixinStandardHelpOptions = true)
    int whereis(@Mixin Asking asking, @Parameters(paramLabel = "NAME") String name) {
        JsonNode found = asking.get("/names/" + Asking.segment(name));
        boolean has = !found.path("owner").asText().isEmpty();
        asking.say(
                found,
                has
                        ? found.path("owner").asText() + "  "
                                + found.path("process").asText()
                        : "nobody has the name " + name);
        return has ? Capstan.OK : Capstan.NOT_AS_EXPECTED;
    }

    @Command(
            name = "register",
            description = {
                "Starts a small process on the node asked, and registers it: it says on which node it is, and lives until the name is",
                "unregistered or its node stops. Refused (3) when somebody has the name."
            },
            mixinStandardHelpOptions = true)
    int register(
            @Mixin Asking asking,
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--within",
                            defaultValue = "5s",
                            paramLabel = "TIME",
                            description = "As 500ms or 10s (${DEFAULT-VALUE}).")
                    String within) {
        long millis = LockCommand.duration("--within", within).toMillis();
        if (millis == 0) {
            throw new UserError("--within is at least 1ms, got " + within);
        }
        JsonNode done = asking.post("/names/" + Asking.segment(name) + "?within_ms=" + millis, "");
        return asking.say(
                done, name + " is registered, on node " + done.path("owner").asText());
    }

    @Command(
            name = "unregister",
            description = "Takes a name from whoever has it, on whatever node.",
            mixinStandardHelpOptions = true)
    int unregister(@Mixin Asking asking, @Parameters(paramLabel = "NAME") String name) {
        JsonNode done = asking.delete("/names/" + Asking.segment(name));
        return asking.say(done, done.path("had_owner").asBoolean() ? name + " is free" : "nobody had the name " + name);
    }

    @Command(
            name = "watch",
            description = "Tells who has a name, and every change, as the node sees it, until Ctrl-C.",
            mixinStandardHelpOptions = true)
    int watch(@Mixin Asking asking, @Parameters(paramLabel = "NAME") String name) {
        return asking.follow(
                "/watch/names/" + Asking.segment(name),
                event -> asking.out()
                        .println(
                                event.path("owner").asText().isEmpty()
                                        ? name + " is free"
                                        : name + " is on node "
                                                + event.path("owner").asText()));
    }
}
