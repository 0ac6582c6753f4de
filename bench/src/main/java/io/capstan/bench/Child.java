package io.capstan.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One process of a measurement, spoken to line by line. Its standard input is a pipe that only we hold, and it ends with
 * it: so it ends with us, however we end.
 */
public final class Child implements AutoCloseable {
    // Below the range that systems hand out by themselves: a process must find its port free again after a crash.
    private static final int PORT_MIN = 10_000;
    private static final int PORT_MAX = 32_000;

    private final Process process;
    private final PrintWriter in;
    private final BufferedReader out;

    private Child(Process process) {
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
    public static Child start(Path files, List<String> flags, Class<?> main, String... arguments) throws IOException {
        return start(files, Map.of(), command(files, flags, main, arguments));
    }

    /** The command of {@link #start}, for whoever puts another before it. */
    public static List<String> command(Path files, List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-Dcapstan.log=" + files + ".log");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * The same of any program that answers to lines.
     *
     * @param environment beside our own
     */
    public static Child start(Path files, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(Path.of(files + ".err").toFile()));
        builder.environment().putAll(environment);
        return new Child(builder.start());
    }

    /** Asks for something. */
    public void say(String line) {
        in.println(line);
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

    /** Stops it as {@code SIGSTOP} does, or has it go on. */
    public void pause(boolean pauses) throws IOException, InterruptedException {
        new ProcessBuilder("kill", pauses ? "-STOP" : "-CONT", String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    /** As {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends its standard input; it ends with it. */
    public void end() {
        in.close();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** A port of the loopback that is free now. */
    public static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // Another, then.
            }
        }
    }
}
