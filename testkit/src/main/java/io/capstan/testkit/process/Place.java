package io.capstan.testkit.process;

import java.nio.file.Path;

/**
 * Where a member lives; the same at each of its starts.
 *
 * @param host its address, for it to listen at and for others to find it
 * @param port that nobody else has
 * @param directory its own; made before its first start
 */
public record Place(String name, String host, int port, Path directory) {
    /** {@code host:port}. */
    public String address() {
        return host + ":" + port;
    }
}
