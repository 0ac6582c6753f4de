package io.capstan.bench.torture;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A run that leaves nothing behind when its process is told to end, by Ctrl-C or {@code SIGTERM}, at whatever moment: no
 * process, no namespace, no mount. ({@code SIGKILL} leaves namespaces and mounts to whoever comes next.)
 */
final class InterruptedRun implements AutoCloseable {
    private final Thread hook = new Thread(this::abandon, "torture-ends");
    private @Nullable TortureRun run;

    /** How a run is made. */
    interface Making {
        TortureRun make() throws IOException;
    }

    /** @throws IllegalStateException when the process is ending already */
    InterruptedRun() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Makes it; the end of the process waits for that, as what is half made could not be taken away. */
    synchronized TortureRun make(Making making) throws IOException {
        TortureRun made = making.make();
        run = made;
        return made;
    }

    private void abandon() {
        try {
            end();
        } catch (IOException | RuntimeException e) {
            System.err.println("capstan: something of this run may be left behind: " + e.getMessage());
        }
    }

    private synchronized void end() throws IOException {
        if (run != null) {
            run.close();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The hook does what is to be done.
            return;
        }
        end();
    }
}
