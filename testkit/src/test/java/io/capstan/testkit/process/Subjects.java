package io.capstan.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.capstan.testkit.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@link Subject}s, on what a machine must have for what is tried; without it the test is left out. */
final class Subjects implements AutoCloseable {
    final ProcessCluster cluster;
    final List<String> told = new ArrayList<>();

    /** Three: a, b and c. */
    Subjects(Path directory, Instrument... wanted) throws IOException {
        this(directory, List.of("a", "b", "c"), wanted);
    }

    Subjects(Path directory, List<String> names, Instrument... wanted) throws IOException {
        for (Instrument each : wanted) {
            assumeTrue(each.missing().isEmpty(), () -> each.missing().orElse(""));
        }
        cluster = ProcessCluster.of(directory, (place, first, all) -> Subject.command(place), Set.of(wanted), names)
                .telling(told::add)
                .startAll();
        assertThat(cluster.missing()).isEmpty();
        for (String name : cluster.names()) {
            cluster.child(name).answer("started");
        }
    }

    void apply(String faults) {
        Faults.parse(faults).applyTo(cluster);
    }

    void restart(String name) throws IOException {
        apply("restart " + name);
        cluster.child(name).answer("started");
    }

    /** Opens a connection; what came of it. */
    String dial(String from, String to) throws IOException {
        return ask(from, "dial " + cluster.place(to).address());
    }

    /** Over the connection that was opened; what came of it, and its milliseconds. */
    String exchange(String from, String to, int bytes) throws IOException {
        return ask(from, "exchange " + cluster.place(to).address() + " " + bytes);
    }

    /** One way, over a connection of its own; what came of it, and its milliseconds. */
    String pour(String from, String to, int bytes) throws IOException {
        return ask(from, "pour " + cluster.place(to).address() + " " + bytes);
    }

    String ask(String name, String line) throws IOException {
        return cluster.child(name).ask(line);
    }

    /** What one of them has appended. */
    List<String> written(String name) throws IOException {
        Path file = cluster.place(name).directory().resolve("written");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    static long millis(String answer) {
        return Long.parseLong(answer.substring(answer.lastIndexOf(' ') + 1));
    }

    @Override
    public void close() {
        cluster.close();
    }
}
