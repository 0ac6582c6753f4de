package io.capstan.demo.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.capstan.demo.UserError;
import io.capstan.demo.lock.LockNotHeld;
import io.capstan.demo.lock.LockedRun;
import io.capstan.demo.process.NodeClient;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a command under a lock, and shows locks. */
@Command(
        name = "lock",
        description = "Run a command while holding a consistent lock of the cluster.",
        customSynopsis = {
            "capstan lock NAME [--ttl D] [--wait D] [--node ADDRESS] -- COMMAND [ARGUMENT...]",
            "capstan lock (list | show NAME | release NAME TOKEN) [--node ADDRESS] [--json]"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " :the command's own; 128 and the signal when a signal ended it",
            "121:the lock was lost, or may have been, while the command ran; the command was ended",
            "124:another held the lock until --wait was over",
            "125:the lock could not be asked for: no node answered, or no majority",
            "126:the command cannot be run"
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The command finds the lock's fencing token in CAPSTAN_FENCE, as 1763846400000-17-0, and in CAPSTAN_FENCE_SORTED in a",
            "form whose order is that of texts. Whatever the lock guards must refuse a token below the highest it has seen: a",
            "lock can be lost while its holder is paused, and no lock service can prevent that.",
            "",
            "The node that is asked holds the lock for this process, as long as this process asks for it: stopped (SIGSTOP),",
            "suspended or cut off for longer than --ttl it has lost it. A command that is not stopped with it runs on until this",
            "process goes on, and only the token tells it from the next holder's.",
            "",
            "The command is ended before the lock may be another's, and dies with this process, also when that is killed with -9",
            "(on Linux, with setsid and setpriv: it has a session of its own then)."
        })
final class LockCommand implements Callable<Integer> {
    static final int LOST = 121;
    static final int HELD = 124;
    static final int NOT_ASKED = 125;
    static final int NOT_RUN = 126;

    private static final String ROW = "%-24s %-16s %10s %8s %-20s %s%n";

    @Mixin
    private NodesOption nodes = new NodesOption();

    @Option(
            names = "--ttl",
            defaultValue = "10s",
            paramLabel = "D",
            description = "After which the lock of a node that vanished is free, 500ms to 1h (${DEFAULT-VALUE}).")
    private String ttl = "";

    @Option(
            names = "--wait",
            defaultValue = "1m",
            paramLabel = "D",
            description = "How long to wait while another holds it; 0s: not at all (${DEFAULT-VALUE}).")
    private String wait = "";

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description = "The lock's name, 1 to 200 bytes; not list, show or release.",
            arity = "0..1")
    private @Nullable String name;

    @Parameters(index = "1..*", paramLabel = "COMMAND", description = "What to run, after --.")
    private List<String> command = List.of();

    @CommandLine.Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        if (name == null || command.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "a lock's name and a command after --: capstan lock NAME -- COMMAND");
        }
        if (List.of("", ".", "..").contains(name)) {
            // As parts of a path they would name something else.
            throw new UserError("a lock's name has 1 to 200 bytes and is not . or .., got \"" + name + "\"");
        }
        Duration held = duration("--ttl", ttl);
        if (held.toMillis() < 500 || held.compareTo(Duration.ofHours(1)) > 0) {
            throw new UserError("--ttl is 500ms to 1h, got " + ttl);
        }
        Duration patience = duration("--wait", wait);
        List<URI> asked = nodes.addresses();
        PrintWriter err = spec.commandLine().getErr();
        try {
            LockedRun.Result result = LockedRun.run(asked, name, held, patience, note(), command);
            if (result instanceof LockedRun.Result.Lost lost) {
                err.println("capstan: " + Printable.of(lost.why()) + "; the command "
                        + (lost.ended() ? "was ended" : "had ended by itself, perhaps after the lock was another's"));
                return LOST;
            }
            return ((LockedRun.Result.Ended) result).exitCode();
        } catch (LockNotHeld refused) {
            err.println("capstan: " + Printable.of(String.valueOf(refused.getMessage())));
            return refused.isHeldByAnother() ? HELD : NOT_ASKED;
        } catch (UserError refused) {
            err.println("capstan: " + Printable.of(String.valueOf(refused.getMessage())));
            return NOT_RUN;
        }
    }

    private static String note() {
        return "capstan lock, pid " + ManagementFactory.getRuntimeMXBean().getPid();
    }

    /**
     * What somebody wrote behind an option.
     *
     * @throws UserError in one line when it is no time
     */
    static Duration duration(String option, String text) {
        try {
            Duration duration = ConfigFactory.parseMap(Map.of("it", text)).getDuration("it");
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (ConfigException e) {
            // Said below.
        }
        throw new UserError(option + " is a time as 500ms, 10s or 2m, got \"" + text + "\"");
    }

    @Command(
            name = "list",
            description = "All locks that are held or waited for, as the node asked knows them.",
            mixinStandardHelpOptions = true)
    int list(
            @Mixin NodesOption asking,
            @Option(names = "--json", description = "One JSON object per line.") boolean json) {
        JsonNode locks = asking.first().get("/locks").required().path("locks");
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            out.printf(ROW, "LOCK", "HOLDER", "HELD FOR", "WAITING", "TOKEN", "NOTE");
        }
        locks.forEach(lock -> print(lock, json, out));
        out.flush();
        return Capstan.OK;
    }

    @Command(
            name = "show",
            description = "Who holds a lock, for how long, and who waits for it.",
            mixinStandardHelpOptions = true)
    int show(
            @Mixin NodesOption asking,
            @Parameters(paramLabel = "NAME") String lock,
            @Option(names = "--json", description = "One JSON object.") boolean json) {
        String path = "/locks/" + NodeClient.part(lock);
        JsonNode found = asking.first().get(path).required();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(found);
        } else if (found.path("holder").asText().isEmpty()) {
            out.printf("lock %s: nobody holds it%n", Printable.of(lock));
        } else {
            out.printf(
                    "lock %s: held by %s for %s, token %s%s%n",
                    Printable.of(lock),
                    found.path("holder").asText(),
                    seconds(found),
                    found.path("token").asText(),
                    found.path("note").asText().isEmpty()
                            ? ""
                            : " (" + Printable.of(found.path("note").asText()) + ")");
            found.path("waiters").forEach(waiter -> out.printf("  waits: %s%n", waiter.asText()));
        }
        out.flush();
        return Capstan.OK;
    }

    @Command(
            name = "release",
            description = {
                "AN OPERATOR'S WORD: takes a lock from whoever holds it by the grant of that token (capstan lock list shows it).",
                "The holder hears of it with its next renewal, and believes in the lock until then: be sure that what the lock",
                "guards looks at tokens. Logged by the node as a warning."
            },
            mixinStandardHelpOptions = true)
    int release(
            @Mixin NodesOption asking,
            @Parameters(paramLabel = "NAME") String lock,
            @Parameters(paramLabel = "TOKEN") String token,
            @Option(names = "--json", description = "One JSON object: the lock as it is now.") boolean json) {
        String path = "/locks/" + NodeClient.part(lock) + "?token=" + NodeClient.segment(token);
        JsonNode now = asking.first().delete(path).required();
        String words = "lock " + Printable.of(lock) + ": the grant " + Printable.of(token) + " holds it no longer";
        spec.commandLine().getOut().println(json ? now.toString() : words);
        return Capstan.OK;
    }

    private static String seconds(JsonNode lock) {
        return lock.path("held_millis").asLong() / 1000 + " s";
    }

    private static void print(JsonNode lock, boolean json, PrintWriter out) {
        if (json) {
            out.println(lock);
            return;
        }
        out.printf(
                ROW,
                Printable.of(lock.path("lock").asText()),
                lock.path("holder").asText().isEmpty()
                        ? "-"
                        : lock.path("holder").asText(),
                seconds(lock),
                lock.path("waiting").asInt(),
                lock.path("token").asText(),
                Printable.of(lock.path("note").asText()));
    }
}
