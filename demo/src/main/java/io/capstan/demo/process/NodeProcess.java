package io.capstan.demo.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.testkit.process.SharedClasses;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One {@code capstan node} in a JVM of its own.
 *
 * <p>Its standard input is a pipe that only we hold: when we end, however we end, it ends too. Its standard output is
 * the one line that says it is ready; its errors go to a file and are quoted when it does not come up.
 */
public final class NodeProcess {
    /** What a node prints when it serves. */
    public record Ready(String node, long incarnation, String link, String http) {}

    private static final Duration STOP_MAX = Duration.ofSeconds(10);

    private final String name;
    private final List<String> arguments;
    private final Path errors;
    private final Process process;
    private final CompletableFuture<Ready> ready = new CompletableFuture<>();

    private NodeProcess(String name, List<String> arguments, Path errors, Process process) {
        this.name = name;
        this.arguments = arguments;
        this.errors = errors;
        this.process = process;
    }

    /**
     * Starts a node; returns at once.
     *
     * @param arguments of {@code capstan node}, without the command itself
     * @param directory exists; the node's log and errors go there
     */
    static NodeProcess start(String name, List<String> arguments, Path directory) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Small and quick to start: three of them share a laptop. None of these flags is needed for Capstan to work.
        command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.add("-Dcapstan.log=" + directory.resolve(name + ".log"));
        command.addAll(SharedClasses.flags(System.getProperty("java.class.path")));
        command.addAll(List.of("io.capstan.demo.cli.Capstan", "node"));
        command.addAll(arguments);
        command.add("--tied");
        Path errors = directory.resolve(name + ".err");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            NodeProcess started = new NodeProcess(name, List.copyOf(arguments), errors, process);
            started.listen();
            return started;
        } catch (IOException e) {
            throw new UserError("cannot start node " + name + ": " + e.getMessage());
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    /** The arguments of {@code capstan node} that start this node again, by hand. */
    public List<String> arguments() {
        return arguments;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until the node serves; throws {@link UserError} with the node's own words when it does not. */
    public Ready awaitReady(Duration max) {
        try {
            return ready.get(max.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new UserError("node " + name + " did not come up within " + max.toSeconds() + " s; see " + errors);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted while node " + name + " came up");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UserError told ? told : new UserError("node " + name + ": " + e.getCause());
        }
    }

    /** As {@code kill -9}. */
    public void kill() {
        process.destroyForcibly();
        await(STOP_MAX);
    }

    /** Asks the node to stop and waits; kills it when it does not within ten seconds. */
    public void stop() {
        askToStop();
        if (!await(STOP_MAX)) {
            kill();
        }
    }

    /** Closes the pipe, which the node takes as the wish to stop. */
    void askToStop() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroy();
        }
    }

    private boolean await(Duration max) {
        try {
            return process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void listen() {
        Thread reader = new Thread(this::read, "capstan-node-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = out.readLine()) != null) {
                if (!ready.isDone() && line.startsWith("{")) {
                    ready.complete(Json.MAPPER.readValue(line, Ready.class));
                }
            }
            process.waitFor();
            ready.completeExceptionally(new UserError("node " + name + ": " + lastWords()));
        } catch (JsonProcessingException e) {
            ready.completeExceptionally(
                    new UserError("node " + name + " said something unexpected: " + e.getMessage()));
        } catch (IOException e) {
            ready.completeExceptionally(new UserError("node " + name + ": " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the node itself said when it ended: its first line of error. */
    private String lastWords() {
        try (var lines = Files.lines(errors)) {
            return lines.filter(line -> line.startsWith("capstan: "))
                    .findFirst()
                    .map(line -> line.substring("capstan: ".length()))
                    .orElse("ended with exit code " + process.exitValue() + "; see " + errors);
        } catch (IOException | UncheckedIOException e) {
            return "ended with exit code " + process.exitValue();
        }
    }
}
