package io.capstan.demo.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.SyntaxError;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The same commands, one after the other, without a JVM's start before each. */
@Command(
        name = "shell",
        description = {
            "Reads commands and runs them, with history and completion (Tab): names list, kv put colour green, and so on. Ends with",
            "exit, or Ctrl-D; Ctrl-C ends a command that goes on, as names watch, and clears a line. What --node says here holds for every command that does not say it itself. Without a terminal it",
            "reads commands from standard input, and ends with the first exit code that is not 0."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  capstan shell --node 127.0.0.1:8552",
            "  printf 'counters add visits\\nkv put colour green\\n' | capstan shell"
        })
final class ShellCommand implements Callable<Integer> {
    /** They would not return, or lead nowhere from here. */
    private static final Set<String> NOT_HERE = Set.of("shell", "node", "demo", "lab", "completion");

    private static final Parser PARSER = new DefaultParser().eofOnUnclosedQuote(true);

    @Mixin
    private NodesOption nodes = new NodesOption();

    @Option(
            names = "--history",
            paramLabel = "FILE",
            defaultValue = "${sys:user.home}/.capstan_history",
            description = "Where it remembers what was typed (${DEFAULT-VALUE}).")
    private Path history = Path.of("");

    @CommandLine.Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        // What nobody could ask is said now, and not at every line.
        nodes.addresses();
        return Capstan.onTerminal() ? withSomebody(nodes.text()) : fromPipe(nodes.text());
    }

    private int withSomebody(String node) throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .parser(PARSER)
                    .completer(completer())
                    .variable(LineReader.HISTORY_FILE, history)
                    // What is written into a map may have any character in it.
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build();
            // While a command runs; while a line is read it clears that.
            terminal.handle(Terminal.Signal.INT, interrupt(Thread.currentThread()));
            while (true) {
                try {
                    Integer code = obey(reader.readLine("capstan> "), node);
                    Thread.interrupted();
                    if (code == null) {
                        return Capstan.OK;
                    }
                } catch (UserInterruptException cleared) {
                    // Ctrl-C on a line: the next one.
                } catch (EndOfFileException end) {
                    return Capstan.OK;
                }
            }
        }
    }

    private static Terminal.SignalHandler interrupt(Thread shell) {
        return signal -> shell.interrupt();
    }

    /** Nobody is there to be asked: no terminal, and nothing remembered. */
    private int fromPipe(String node) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Integer code = obey(line, node);
            if (code == null) {
                break;
            }
            if (code != Capstan.OK) {
                return code;
            }
        }
        return Capstan.OK;
    }

    /** @return the command's exit code; null when this was the last line */
    private @Nullable Integer obey(String given, String node) {
        String line = given.strip();
        if (line.isEmpty() || line.startsWith("#")) {
            return Capstan.OK;
        }
        List<String> words;
        try {
            words = PARSER.parse(line, line.length()).words();
        } catch (SyntaxError unclosed) {
            spec.commandLine().getErr().println("capstan: " + unclosed.getMessage() + " in: " + Printable.of(line));
            return Capstan.USAGE;
        }
        return Set.of("exit", "quit").contains(words.get(0)) ? null : run(words, node);
    }

    private int run(List<String> words, String node) {
        if (NOT_HERE.contains(words.get(0))) {
            spec.commandLine()
                    .getErr()
                    .println("capstan: " + words.get(0)
                            + " is no command of the shell: end it with exit, and run capstan " + words.get(0));
            return Capstan.USAGE;
        }
        return Capstan.runOn(
                node, spec.commandLine().getOut(), spec.commandLine().getErr(), words.toArray(String[]::new));
    }

    /** What picocli knows of the commands and their options. */
    private Completer completer() {
        CommandSpec root = spec.root();
        return (reader, line, candidates) -> complete(root, line, candidates);
    }

    private static void complete(CommandSpec root, ParsedLine line, List<Candidate> candidates) {
        String[] words = line.words().toArray(String[]::new);
        List<CharSequence> found = new ArrayList<>();
        AutoComplete.complete(root, words, line.wordIndex(), line.wordCursor(), line.cursor(), found);
        for (CharSequence rest : found) {
            String word = line.word().substring(0, line.wordCursor()) + rest;
            if (line.wordIndex() > 0 || !NOT_HERE.contains(word)) {
                candidates.add(new Candidate(word));
            }
        }
    }
}
