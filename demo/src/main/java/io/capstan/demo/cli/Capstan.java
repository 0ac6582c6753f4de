package io.capstan.demo.cli;

import io.capstan.actors.Failure;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command's door: finds the subcommand, and turns whatever goes wrong into one line and an exit code. */
@Command(
        name = "capstan",
        description = "Names, groups, counters and locks for clusters of Java processes.",
        subcommands = {
            DemoCommand.class,
            LabCommand.class,
            NodeCommand.class,
            CertsCommand.class,
            StatusCommand.class,
            NamesCommand.class,
            GroupsCommand.class,
            CountersCommand.class,
            KvCommand.class,
            LockCommand.class,
            RaftCommand.class,
            CrunchCommand.class,
            ShellCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and as it should be",
            "1:done, and something was not as it should be, or was not there",
            "2:the command line was not understood",
            "3:refused: one line says why, and what to do",
            " :capstan lock has some of its own"
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Try:",
            "  capstan demo                       a live cluster, and a page to cut it",
            "  capstan crunch FILE --field 7      counts a field's values on three processes",
            "  capstan node --name a --bootstrap  a node of your own",
            "  capstan names list                 what a node shows; --json, --node",
            "  source <(capstan completion)       completion in bash and zsh",
            "  capstan torture --minutes 5        real processes under faults, and a verdict",
            "  capstan bench raft --quick         beside its peers, on this machine"
        },
        mixinStandardHelpOptions = true,
        version = "capstan 0.1.0")
public final class Capstan extends CommandGroup {
    public static final int OK = 0;
    public static final int NOT_AS_EXPECTED = 1;
    static final int USAGE = 2;
    static final int REFUSED = 3;

    private static final int HELP_WIDTH = 100;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print stack traces of what goes wrong.")
    private boolean debug;

    private Capstan() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Whether a person looks on. The launcher knows: Java's own console exists without a terminal since JDK 22. */
    static boolean onTerminal() {
        return Boolean.getBoolean("capstan.terminal");
    }

    /** For people only, and not for those who do not want any (no-color.org). */
    private static boolean colours() {
        return onTerminal() && System.getenv("NO_COLOR") == null;
    }

    private static int run(String... arguments) {
        return run(utf8(System.out), utf8(System.err), arguments);
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return runOn("", out, err, arguments);
    }

    /** @param nodes which to ask when the arguments do not say: as {@code --node}; empty for what the environment says */
    static int runOn(String nodes, PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine command = new CommandLine(new Capstan());
        ServiceLoader.load(MoreCommand.class).forEach(command::addSubcommand);
        CommandLine completion = new CommandLine(new AutoComplete.GenerateCompletion());
        // Its help says how to call it.
        completion.getCommandSpec().name("completion");
        command.addSubcommand("completion", completion);
        Prose.flow(command);
        if (!nodes.isEmpty()) {
            command.setDefaultValueProvider(argument -> argument instanceof OptionSpec option
                            && option.longestName().equals("--node")
                    ? nodes
                    : null);
        }
        return command.setOut(out)
                .setUsageHelpWidth(HELP_WIDTH)
                .setUsageHelpAutoWidth(onTerminal())
                .setColorScheme(CommandLine.Help.defaultColorScheme(colours() ? Ansi.ON : Ansi.OFF))
                .setErr(err)
                .setParameterExceptionHandler(Capstan::notUnderstood)
                .setExecutionExceptionHandler(Capstan::refused)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }

    /** Whatever the locale: what we print is read by other programs too. */
    private static PrintWriter utf8(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    private static int notUnderstood(ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("capstan: " + cause(error) + ". See: "
                + command.getCommandSpec().qualifiedName() + " --help");
        return USAGE;
    }

    private static String cause(ParameterException error) {
        boolean groups = error.getCommandLine().getCommandSpec().userObject() instanceof CommandGroup;
        if (!groups || !(error instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(error.getMessage());
        }
        return "unknown command or option: " + String.join(" ", unmatched.getUnmatched());
    }

    /** Whether this process was told to end: only then may no hook be added. */
    static boolean ending() {
        Thread probe = new Thread(() -> {}, "capstan-probe");
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException shutdownInProgress) {
            return true;
        }
    }

    private static int refused(Exception error, CommandLine command, ParseResult parsed) throws Exception {
        Capstan root = (Capstan) command.getCommandSpec().root().userObject();
        if (root.debug) {
            error.printStackTrace(command.getErr());
        }
        if (ending()) {
            // Ctrl-C: whatever breaks off now is what was asked for.
            return REFUSED;
        }
        if (error instanceof Failure failure) {
            command.getErr().println("capstan: " + Printable.of(String.valueOf(failure.getMessage())));
            return REFUSED;
        }
        if (root.debug) {
            return REFUSED;
        }
        command.getErr().println("capstan: unexpected: " + error + " (--debug shows where; please report it)");
        return REFUSED;
    }
}
