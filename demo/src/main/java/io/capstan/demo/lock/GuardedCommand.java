package io.capstan.demo.lock;

import io.capstan.demo.UserError;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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
    // By session, not by group: shells with job control and timeout(1) make groups of their own. Again while there is
    // one,
    // for it may have started another meanwhile. Nothing but the shell itself is needed.
    private static final String SIGNAL = """
            signal() {
                round=0 more=yes
                while [ -n "$more" ] && [ $round -lt "$3" ]; do
                    more= round=$((round + 1))
                    for process in /proc/[0-9]*; do
                        read -r stat < "$process/stat" || continue
                        stat="${stat##*) }"
                        state="${stat%% *}" stat="${stat#* * * }"
                        if [ "${stat%% *}" = "$2" ] && [ "$state" != Z ]; then
                            more=yes
                            kill -s "$1" "${process#/proc/}"
                        fi
                    done
                done
            } 2> /dev/null
            """;
    private static final String ONCE = SIGNAL + "signal \"$1\" \"$2\" \"$3\"";
    private static final String ROUNDS_MAX = "50";
    // Ours dies, however it dies: what we started must not outlive the lock.
    private static final String WATCHER = SIGNAL
            + "trap '' INT TERM HUP; read -r session || exit 0; read -r end && exit 0; signal KILL \"$session\" "
            + ROUNDS_MAX;
    private static final String SHELL = "/bin/sh";

    private final Process process;
    private final @Nullable Process watcher;

    private GuardedCommand(Process process, @Nullable Process watcher) {
        this.process = process;
        this.watcher = watcher;
    }

    /**
     * Looks whether there is such a program.
     *
     * @throws UserError when there is none
     */
    static void require(String program) {
        if (!isThere(program)) {
            throw new UserError("cannot run " + program + ": there is no such program");
        }
    }

    private static boolean isThere(String program) {
        try {
            return program.contains(File.separator) ? Files.isExecutable(Path.of(program)) : find(program) != null;
        } catch (InvalidPathException unspeakable) {
            // No file can be called so, by this locale or by any.
            return false;
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
        boolean apart = setsid != null && setpriv != null && Files.isReadable(Path.of("/proc/self/stat"));
        List<String> all = new ArrayList<>();
        if (apart) {
            all.addAll(List.of(setsid, setpriv, "--pdeathsig", "KILL", "--"));
        }
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all).inheritIO();
        builder.environment().putAll(environment);
        try {
            Process watcher = apart
                    ? new ProcessBuilder(SHELL, "-c", WATCHER)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                    : null;
            Process process = builder.start();
            if (watcher != null) {
                tell(watcher, process.pid() + "\n");
            }
            return new GuardedCommand(process, watcher);
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
        signal("TERM", "1");
    }

    /** Ends all its processes. */
    void kill() {
        signal("KILL", ROUNDS_MAX);
    }

    private void signal(String signal, String rounds) {
        if (watcher != null && signalSession(signal, rounds)) {
            return;
        }
        boolean forcibly = signal.equals("KILL");
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

    private boolean signalSession(String signal, String rounds) {
        try {
            return new ProcessBuilder(SHELL, "-c", ONCE, SHELL, signal, String.valueOf(process.pid()), rounds)
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
        if (watcher != null) {
            signalSession("KILL", ROUNDS_MAX);
            try {
                tell(watcher, "done\n");
            } catch (IOException e) {
                watcher.destroyForcibly();
            }
        }
    }
}
