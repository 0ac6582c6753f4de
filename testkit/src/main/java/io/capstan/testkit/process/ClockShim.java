package io.capstan.testkit.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What takes the place of the C library's wall clock in one process, so that it jumps while the process runs; the monotonic
 * clock stays what it is. (With libfaketime, asking for the time took 0.25 ms and a JVM seconds to start.)
 *
 * <p>Not touched: what waits until a time of the wall clock, as {@code LockSupport.parkUntil}.
 */
final class ClockShim {
    private final Path library;
    private final Path control;

    /**
     * Shows what it is, until it is {@link #set}.
     *
     * @param directory for the library; compiled there unless it is there
     * @param control the file that tells this process how much more to show; made here
     */
    ClockShim(Path directory, Path control) throws IOException {
        library = CSource.library("clock-shim.c", directory);
        this.control = control;
        set(Duration.ZERO);
    }

    static Optional<String> missing() {
        return CSource.missing("clocks");
    }

    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "CAPSTAN_CLOCK", control.toString());
    }

    void set(Duration offset) throws IOException {
        ByteBuffer nanos =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, offset.toNanos());
        // Over what stands there: it is mapped by whoever runs.
        Files.write(control, nanos.array(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
