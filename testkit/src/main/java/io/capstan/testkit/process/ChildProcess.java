package io.capstan.testkit.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that is spoken to line by line. Its standard input is a pipe that only we hold, and it is expected to end with
 * it: so it ends with us, however we end.
 *
 * <p>For one thread that listens; any may speak, pause and kill.
 */
public final class ChildProcess implements AutoCloseable {
    /** The signal is only begun when {@code kill} returns: threads run on until the kernel has come to each of them. */
    private static final String HOLD = """
            kill -STOP $1 || exit 1
            while grep -hs '^State:' /proc/$1/task/*/status | grep -qv '[TZX] ('; do :; done
            echo stopped
            read end
            kill -CONT $1
            """;

    private final Process process;
    private final PrintWriter in;
    private final BufferedReader out;
    private @Nullable Process holder;

    private ChildProcess(Process process) {
        this.process = process;
        in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts one; returns at once.
     *
     * @param files its errors go to {@code files.err}, its log to {@code files.log}
     * @param flags of its JVM
     */
    public static ChildProcess start(Path files, List<String> flags, Class<?> main, String... arguments)
            throws IOException {
        return start(files, Map.of(), command(files, flags, main, arguments));
    }

    /** The command of {@link #start}, for whoever puts another before it. */
    public static List<String> command(Path files, List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-Dcapstan.log=" + files + ".log");
        command.addAll(SharedClasses.flags(System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * The same of any program that answers to lines.
     *
     * @param environment beside our own
     */
    public static ChildProcess start(Path files, Map<String, String> environment, List<String> command)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(Path.of(files + ".err").toFile()));
        builder.environment().putAll(environment);
        return new ChildProcess(builder.start());
    }

    /** Asks for something. */
    public void say(String line) {
        in.println(line);
    }

    /** Asks for something, and waits for the line that begins with the same word; the rest of that. */
    public String ask(String line) throws IOException {
        say(line);
        return answer(line.split(" ", 2)[0]);
    }

    /** The rest of the line that begins with this word; whatever comes before it is of the log. */
    public String answer(String word) throws IOException {
        return next(word).substring(word.length()).trim();
    }

    /** The next line that begins with one of these words; whatever comes before it is of the log. */
    public String next(String... words) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (List.of(words).contains(line.split(" ", 2)[0])) {
                return line;
            }
        }
        throw new IOException("a process ended before it said one of " + List.of(words));
    }

    /** The next line, whatever it is; null when there are no more, because the process has ended. */
    public @Nullable String line() throws IOException {
        return out.readLine();
    }

    /** A figure of {@code /proc/PID/status}, in KiB: {@code VmRSS}, {@code VmHWM}; 0 where there is no such file. */
    public long status(String name) throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }

    /**
     * Stops it as {@code SIGSTOP} does, or has it go on; returns when that is so. A process that is stopped could not notice
     * our end: whoever stops it is a process too, which lets it go on when we end.
     */
    public synchronized void pause(boolean pauses) throws IOException {
        if (pauses && holder == null && process.isAlive()) {
            Process holding = new ProcessBuilder("sh", "-c", HOLD, "hold", String.valueOf(process.pid())).start();
            holder = holding;
            if (holding.getInputStream().read() < 0) {
                letGo();
            }
        } else if (!pauses) {
            letGo();
        }
    }

    private synchronized void letGo() throws IOException {
        Process holding = holder;
        holder = null;
        if (holding == null) {
            return;
        }
        holding.getOutputStream().close();
        Command.ended(holding);
    }

    /** As {@code kill -9}; returns when it is gone. What it has said so far can still be heard. */
    public void kill() throws IOException {
        // Through the handle, which leaves its output open.
        process.toHandle().destroyForcibly();
        Command.ended(process);
        letGo();
    }

    /** Whether it has ended within {@code time}. */
    public boolean awaitEnd(Duration time) throws IOException {
        try {
            return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a process", e);
        }
    }

    /**
     * How it ended: its exit code, or 128 and the number of the signal that ended it.
     *
     * @throws IllegalThreadStateException while it lives
     */
    public int exitCode() {
        return process.exitValue();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Ends its standard input; it ends with it. */
    public void end() {
        in.close();
    }

    /** As {@link #kill}, without waiting. */
    @Override
    public synchronized void close() {
        process.destroyForcibly();
        if (holder != null) {
            holder.destroy();
        }
    }
}
