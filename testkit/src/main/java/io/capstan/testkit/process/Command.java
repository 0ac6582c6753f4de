package io.capstan.testkit.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A command of this machine, run to its end. */
final class Command {
    /** What somebody who is not root puts before a program, where the kernel lets everybody be root in a world of his own. */
    static final String AS_ROOT_OF_ITS_OWN = "unshare -Urnm sh -c 'mount -t tmpfs none /run && ...'";

    private Command() {}

    /**
     * What it says.
     *
     * @throws IOException with the command and what it said, in one line, when it fails or is not there
     */
    static String run(String... command) throws IOException {
        return run(List.of(command), "");
    }

    /** The same, with so much on its standard input. */
    static String run(List<String> command, String input) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException endedBeforeItRead) {
            // What it says tells why.
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (ended(process) != 0) {
            throw new IOException(
                    String.join(" ", command) + ": " + said.strip().replaceAll("\\s*\\R\\s*", "; "));
        }
        return said;
    }

    /**
     * Waits for what surely ends soon; returns its exit code. An interrupt, as by a test's time limit, is kept for later: what
     * was done to the machine is taken back all the same.
     */
    static int ended(Process process) {
        boolean interrupted = false;
        while (true) {
            try {
                int code = process.waitFor();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return code;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /** Whether it is installed. */
    static boolean exists(String name) {
        try {
            run("sh", "-c", "command -v " + name);
            return true;
        } catch (IOException absent) {
            return false;
        }
    }
}
