package io.capstan.demo.lock;

import io.capstan.demo.UserError;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
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
 * A command with our input and outputs. On Linux it has a session of its own, so that all its processes can be ended together;
 * its first process gets a signal when our thread that started it ends, and a watcher that reads from us kills the others when
 * it reads no more.
 */
final class GuardedCommand {
    // Ours dies, however it dies: what we started must not outlive the lock.
    private static final String WATCHER =
            "trap '' INT TERM HUP; read -r group || exit 0; read -r end && exit 0; kill -s KILL -- \"-$group\"";

    private final Process process;
    private final @Nullable Process watcher;
    private final @Nullable String kill;

    private GuardedCommand(Process process, @Nullable Process watcher, @Nullable String kill) {
        this.process = process;
        this.watcher = watcher;
        this.kill = kill;
    }

    /**
     * Looks whether there is such a program.
     *
     * @throws UserError when there is none
     */
    static void require(String program) {
        boolean there = program.contains(File.separator) ? Files.isExecutable(Path.of(program)) : find(program) != null;
        if (!there) {
            throw new UserError("cannot run " + program + ": there is no such program");
        }
    }

    /**
     * Starts it. The calling thread must live as long as the command.
     *
     * @throws UserError when it cannot be run
     */
    static GuardedCommand start(List<String> command, Map<String, String> environment) {
        String setsid = find("setsid");
        String setpriv = find("setpriv");
        String kill = find("kill");
        boolean grouped = setsid != null && setpriv != null && kill != null;
        List<String> all = new ArrayList<>();
        if (grouped) {
            all.addAll(List.of(setsid, setpriv, "--pdeathsig", "KILL", "--"));
        }
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all).inheritIO();
        builder.environment().putAll(environment);
        try {
            Process watcher = grouped
                    ? new ProcessBuilder("/bin/sh", "-c", WATCHER)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                    : null;
            Process process = builder.start();
            if (watcher != null) {
                tell(watcher, process.pid() + "\n");
            }
            return new GuardedCommand(process, watcher, grouped ? kill : null);
        } catch (IOException e) {
            throw new UserError("cannot run " + command.get(0) + ": " + e.getMessage());
        }
    }

    /** The path of a program; null when there is none. */
    static @Nullable String find(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String directory : path.split(File.pathSeparator, -1)) {
            Path found = Path.of(directory.isEmpty() ? "." : directory, program);
            if (Files.isExecutable(found) && !Files.isDirectory(found)) {
                return found.toString();
            }
        }
        return null;
    }

    private static void tell(Process watcher, String line) throws IOException {
        OutputStream to = watcher.getOutputStream();
        to.write(line.getBytes(StandardCharsets.US_ASCII));
        to.flush();
    }

    /** Waits for its end; false when it still runs. */
    boolean waitFor(Duration most) throws InterruptedException {
        return process.waitFor(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** As a shell says it: 128 and the signal when it was one. */
    int exitCode() {
        return process.exitValue();
    }

    /** Asks all its processes to end. */
    void terminate() {
        signal("TERM", false);
    }

    /** Ends all its processes. */
    void kill() {
        signal("KILL", true);
    }

    private void signal(String signal, boolean forcibly) {
        if (kill != null && run(kill, "-s", signal, "--", "-" + process.pid())) {
            return;
        }
        process.descendants().forEach(child -> {
            if (forcibly) {
                child.destroyForcibly();
            } else {
                child.destroy();
            }
        });
        if (forcibly) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
    }

    private static boolean run(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** It has ended: what it left behind in its session ends too, and the watcher has nothing to watch. */
    void end() {
        if (kill != null) {
            run(kill, "-s", "KILL", "--", "-" + process.pid());
        }
        if (watcher != null) {
            try {
                tell(watcher, "done\n");
            } catch (IOException e) {
                watcher.destroyForcibly();
            }
        }
    }
}
