package io.capstan.bench.compare;

import io.capstan.bench.seat.Seating;
import io.capstan.testkit.process.ChildProcess;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the processes of a system are started. */
interface Launch {
    /** Why they cannot be, in one line; null when they can. */
    @Nullable
    String missing() throws IOException;

    /** Whether it is in this project, and on our own class path. */
    default boolean isOurs() {
        return false;
    }

    /**
     * Starts one; returns at once. What it says and is told is that of {@link io.capstan.bench.seat.Seat}.
     *
     * @param seating its errors go to a file beside its directory, its log too
     * @param flags more of them, where it is a JVM
     */
    ChildProcess start(Seating seating, List<String> flags) throws IOException;
}
