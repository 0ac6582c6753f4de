package io.capstan.demo.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.UserError;
import io.capstan.demo.process.NodeClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The replicated map. */
@Command(
        name = "kv",
        description = {
            "The replicated map of the nodes that vote (--voters). It is consistent: reads see the most recent write, and a side",
            "without a majority is refused. Every change has a version, which rises over the whole map."
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  capstan kv put colour green",
            "  capstan kv cas colour 17 blue          if its last change has version 17; 0: if not there",
            "  echo '{\"if\": [{\"key\": \"a\", \"value\": \"1\"}], \"then\": [{\"put\": \"b\", \"value\": \"2\"}, {\"delete\":"
                    + " \"a\"}]}' | capstan kv txn -"
        })
final class KvCommand extends CommandGroup {
    @Command(name = "list", description = "Keys, values and versions, in their order.", mixinStandardHelpOptions = true)
    int list(@Mixin Asking asking, @Mixin PrefixParameter prefix, @Mixin Staleness staleness) {
        Table table = new Table("KEY", "VERSION", "VALUE");
        String from = "";
        while (true) {
            JsonNode page = asking.get(
                    "/kv?" + prefix.query() + "&from=" + NodeClient.segment(from) + staleness.parameter("&"));
            for (JsonNode entry : page.path("entries")) {
                if (asking.json()) {
                    asking.out().println(entry);
                }
                table.row(
                        entry.path("key").asText(),
                        entry.path("version").asText(),
                        entry.path("value").asText());
                from = entry.path("key").asText() + "\0";
            }
            if (!page.path("more").asBoolean()) {
                break;
            }
        }
        if (!asking.json()) {
            asking.print(table);
        }
        asking.out().flush();
        return Capstan.OK;
    }

    /** How fresh a read is. */
    static final class Staleness {
        @Option(names = "--stale", description = "Ask only the node's own member, also in a minority.")
        private boolean stale;

        private String parameter(String before) {
            return stale ? before + "stale=true" : "";
        }
    }

    @Command(
            name = "get",
            description = "The value of a key. Exit code 1 when there is none.",
            mixinStandardHelpOptions = true)
    int get(@Mixin Asking asking, @Parameters(paramLabel = "KEY") String key, @Mixin Staleness staleness) {
        JsonNode entry = asking.get("/kv/" + Asking.segment(key) + staleness.parameter("?"));
        boolean there = entry.path("version").asLong() > 0;
        asking.say(entry, there ? entry.path("value").asText() : "there is no key " + key);
        return there ? Capstan.OK : Capstan.NOT_AS_EXPECTED;
    }

    @Command(name = "put", description = "Sets a key.", mixinStandardHelpOptions = true)
    int put(
            @Mixin Asking asking,
            @Parameters(paramLabel = "KEY") String key,
            @Parameters(paramLabel = "VALUE") String value) {
        return written(asking, key, asking.post("/kv/" + Asking.segment(key), value));
    }

    @Command(
            name = "cas",
            description =
                    "Compare and set: only if the key's last change has VERSION; 0: only if it is not there. Else refused (3).",
            mixinStandardHelpOptions = true)
    int cas(
            @Mixin Asking asking,
            @Parameters(paramLabel = "KEY") String key,
            @Parameters(paramLabel = "VERSION") long version,
            @Parameters(paramLabel = "VALUE") String value) {
        return written(asking, key, asking.post("/kv/" + Asking.segment(key) + "?expect=" + version, value));
    }

    private static int written(Asking asking, String key, JsonNode done) {
        return asking.say(
                done, key + " is written, version " + done.path("version").asText());
    }

    @Command(name = "delete", description = "Removes a key.", mixinStandardHelpOptions = true)
    int delete(@Mixin Asking asking, @Parameters(paramLabel = "KEY") String key) {
        JsonNode done = asking.delete("/kv/" + Asking.segment(key));
        return asking.say(done, done.path("existed").asBoolean() ? key + " is removed" : "there was no key " + key);
    }

    @Command(
            name = "txn",
            description = {
                "Several keys at once, all or nothing: a transaction as JSON, from FILE or from standard input (-). Exit code 1 when",
                "its conditions did not hold."
            },
            mixinStandardHelpOptions = true)
    int txn(@Mixin Asking asking, @Parameters(paramLabel = "FILE", description = "A file, or -.") String file) {
        JsonNode done = asking.post("/kv", text(file));
        boolean held = done.path("done").asBoolean();
        asking.say(
                done,
                held
                        ? "done, version " + done.path("version").asText()
                        : "the conditions did not hold: what is under \"else\" was done, if anything");
        return held ? Capstan.OK : Capstan.NOT_AS_EXPECTED;
    }

    private static String text(String file) {
        try {
            return file.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new UserError("no such file: " + file + " (- is standard input)");
        } catch (IOException e) {
            throw new UserError("cannot read " + file + ": " + e.getMessage());
        }
    }

    @Command(
            name = "watch",
            description = "Tells of all keys that begin with PREFIX, then of every change, in order, until Ctrl-C.",
            mixinStandardHelpOptions = true)
    int watch(
            @Mixin Asking asking, @Parameters(paramLabel = "PREFIX", arity = "0..1", defaultValue = "") String prefix) {
        return asking.follow(
                "/watch/kv?prefix=" + NodeClient.segment(prefix),
                event -> asking.out()
                        .println(Printable.of(
                                event.path("deleted").asBoolean()
                                        ? event.path("key").asText() + " is removed, version "
                                                + event.path("version").asText()
                                        : event.path("key").asText() + " = "
                                                + event.path("value").asText() + " @"
                                                + event.path("version").asText())));
    }
}
