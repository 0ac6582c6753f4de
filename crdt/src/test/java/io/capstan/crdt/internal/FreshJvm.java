package io.capstan.crdt.internal;

import io.capstan.testkit.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A JVM where nothing else comes and goes: what other tests leave behind is more than what is looked for. */
final class FreshJvm {
    private FreshJvm() {}

    /** The numbers that a main class says behind "found". */
    static long[] measured(Path directory, Class<?> main, String... arguments) throws IOException {
        List<String> flags = List.of("-Xmx3g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        try (ChildProcess jvm = ChildProcess.start(directory.resolve("measured"), flags, main, arguments)) {
            return Arrays.stream(jvm.answer("found").split(" ", -1))
                    .mapToLong(Long::parseLong)
                    .toArray();
        } catch (IOException ended) {
            throw new AssertionError(Files.readString(directory.resolve("measured.err")), ended);
        }
    }

    /** Bytes of heap in use here, without garbage. */
    static long used() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
