package io.capstan.demo.cli;

import java.io.PrintWriter;

/** One line on a terminal that says how far it is; silent elsewhere. */
final class ProgressBar implements AutoCloseable {
    private static final int WIDTH = 40;

    private final PrintWriter terminal;
    private final boolean shown;

    ProgressBar(PrintWriter terminal, boolean shown) {
        this.terminal = terminal;
        this.shown = shown;
    }

    /** Shows {@code done} of {@code all}. */
    void show(int done, int all) {
        if (shown && all > 0) {
            int filled = (int) ((long) WIDTH * done / all);
            terminal.printf("\r[%s%s] %3d %%", "█".repeat(filled), " ".repeat(WIDTH - filled), 100L * done / all);
            terminal.flush();
        }
    }

    /** Wipes the line. */
    @Override
    public void close() {
        if (shown) {
            terminal.print("\r\033[K");
            terminal.flush();
        }
    }
}
