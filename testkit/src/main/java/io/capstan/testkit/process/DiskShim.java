package io.capstan.testkit.process;

import io.capstan.testkit.DiskState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/**
 * What takes the place of the C library's writes and flushes in one process, and has them fail or take longer, from one moment
 * to another while it runs. The process must be started with {@link #environment}.
 *
 * <p>Not touched: what is written through a mapping, but for its flush; direct system calls.
 */
public final class DiskShim {
    private static final int ENOSPC = 28;
    // Whatever stood there before is overwritten.
    private static final int LINE_LENGTH = 4_400;

    private final Path library;
    private final Path control;
    private final Path subject;
    private long generation;

    /**
     * Lets all go well, until it is {@link #set}.
     *
     * @param directory for the library; compiled there unless it is there
     * @param control the file that tells this process what to do; made here
     * @param subject below which writes find no space
     */
    public DiskShim(Path directory, Path control, Path subject) throws IOException {
        library = CSource.library("disk-shim.c", directory);
        this.control = control;
        this.subject = subject;
        set(new DiskState.Ok());
    }

    /** Why this machine cannot have it, in one line. */
    public static Optional<String> missing() {
        return CSource.missing("disk shims");
    }

    /** What the process must be started with. */
    public Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "CAPSTAN_DISK", control.toString());
    }

    /**
     * From now on.
     *
     * @throws UnsupportedOperationException for {@code full}: that is another disk's
     */
    public void set(DiskState state) throws IOException {
        if (state instanceof DiskState.Ok) {
            tell(-1, -1, 0, 0, "-");
        } else if (state instanceof DiskState.SyncError error) {
            tell(error.after(), -1, 0, 0, "-");
        } else if (state instanceof DiskState.WriteError error) {
            tell(-1, error.after(), 0, 0, error.part().isEmpty() ? "-" : error.part());
        } else if (state instanceof DiskState.SlowSync slow) {
            tell(-1, -1, slow.time().toNanos() / 1_000, 0, "-");
        } else if (state instanceof DiskState.NoSpace) {
            refuseWrites(ENOSPC, subject.toString());
        } else {
            throw new UnsupportedOperationException("disk " + state + ": a shim has no disk to fill, only to refuse");
        }
    }

    /**
     * Writes to files whose path has this part fail with this error, and all else goes well.
     *
     * @param part without blanks
     */
    public void refuseWrites(int error, String part) throws IOException {
        tell(-1, -1, 0, error, part);
    }

    private synchronized void tell(long syncs, long writes, long micros, int error, String part) throws IOException {
        String line = String.join(" ", "" + ++generation, "" + syncs, "" + writes, "" + micros, "" + error, part);
        // In one write, over the one before, so that nobody reads half of both.
        Files.write(
                control,
                String.format("%-" + LINE_LENGTH + "s\n", line).getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
    }
}
