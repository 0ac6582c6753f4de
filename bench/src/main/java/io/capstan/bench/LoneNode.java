package io.capstan.bench;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** A node that is a cluster of its own, in a fresh directory. */
public final class LoneNode {
    private LoneNode() {}

    /** Starts one. */
    public static Node start() {
        try {
            String directory = Files.createTempDirectory("capstan-bench").toString();
            return Node.start(
                    "bench",
                    Start.bootstrap(),
                    ConfigFactory.parseString("capstan.actors.directory = \"" + directory + "\""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
