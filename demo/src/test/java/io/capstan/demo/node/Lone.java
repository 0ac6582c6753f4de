package io.capstan.demo.node;

import io.capstan.actors.Start;
import java.nio.file.Path;
import java.util.List;

/** A node with everything on it and nobody beside it, for tests of what asks one. */
public final class Lone {
    private Lone() {}

    /** Node {@code a}, in this process. */
    public static DemoNode start(Path directory) {
        return DemoNode.start(new DemoNode.Settings(
                "a", "127.0.0.1", 0, 0, directory.resolve("a"), Start.bootstrap(), List.of("a"), "local", false));
    }
}
