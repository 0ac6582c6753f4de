package io.capstan.demo.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Counters that every node may add to. */
@Command(
        name = "counters",
        description = "Counters, as a node reads them: what it knows of the sum. They favour availability.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  capstan counters add visits",
            "  capstan counters add visits -- -2",
            "  capstan counters top 5",
            "  capstan counters watch visits --json"
        })
final class CountersCommand extends CommandGroup {
    @Command(name = "list", description = "All counters, by name.", mixinStandardHelpOptions = true)
    int list(@Mixin Asking asking, @Mixin PrefixParameter prefix) {
        return table(asking, "/counters?" + prefix.query());
    }

    @Command(name = "top", description = "The largest, largest first.", mixinStandardHelpOptions = true)
    int top(
            @Mixin Asking asking,
            @Parameters(
                            paramLabel = "K",
                            arity = "0..1",
                            defaultValue = "10",
                            description = "How many (${DEFAULT-VALUE}).")
                    int count) {
        return table(asking, "/counters?top=" + count);
    }

    private static int table(Asking asking, String path) {
        Table table = new Table("COUNTER", "VALUE");
        return asking.say(
                asking.get(path).path("counters"),
                table,
                counter -> table.row(
                        counter.path("name").asText(), counter.path("value").asText()));
    }

    @Command(
            name = "get",
            description = "The value of a counter: what the node knows.",
            mixinStandardHelpOptions = true)
    int get(@Mixin Asking asking, @Parameters(paramLabel = "NAME") String name) {
        JsonNode counter = asking.get("/counters/" + Asking.segment(name));
        return asking.say(counter, counter.path("value").asText());
    }

    @Command(
            name = "add",
            description = "Adds to a counter on the node asked; it begins at 0. Behind -- also what is negative.",
            mixinStandardHelpOptions = true)
    int add(
            @Mixin Asking asking,
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(
                            index = "1",
                            paramLabel = "N",
                            arity = "0..1",
                            defaultValue = "1",
                            description = "(${DEFAULT-VALUE})")
                    long delta) {
        JsonNode counter = asking.post("/counters/" + Asking.segment(name) + "?add=" + delta, "");
        return asking.say(counter, counter.path("value").asText());
    }

    @Command(
            name = "watch",
            description = "Tells the value of a counter, and every change, some times a second at most, until Ctrl-C.",
            mixinStandardHelpOptions = true)
    int watch(@Mixin Asking asking, @Parameters(paramLabel = "NAME") String name) {
        return asking.follow(
                "/watch/counters/" + Asking.segment(name),
                event -> asking.out().println(event.path("value").asText()));
    }
}
