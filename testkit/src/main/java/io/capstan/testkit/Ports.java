package io.capstan.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of the loopback. Taken from below the range that systems hand out by themselves, as a member must find its
 * port free again after a crash.
 */
public final class Ports {
    /** The loopback. */
    public static final String HOST = "127.0.0.1";

    private static final int LOWEST = 10_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS_MAX = 1_000;
    private static final Set<Integer> TAKEN = new HashSet<>();
    // A byte for each port, locked by whose it is until its JVM ends. What was only free was now and then given to two
    // JVMs of one build, before the first had bound it.
    private static final FileChannel CLAIMS = claims();

    private Ports() {}

    /** A port that is free now, and that nobody else who asks here has been given: in this JVM, or in another of this user's. */
    public static int free() {
        synchronized (TAKEN) {
            for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
                int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
                if (!TAKEN.contains(port) && isFree(port) && claim(port)) {
                    TAKEN.add(port);
                    return port;
                }
            }
        }
        throw new IllegalStateException("no free port from " + LOWEST + " to " + HIGHEST + " on " + HOST);
    }

    private static FileChannel claims() {
        Path file =
                Path.of(System.getProperty("java.io.tmpdir"), "capstan-ports-of-" + System.getProperty("user.name"));
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IllegalStateException("cannot open " + file + ", where ports are claimed", e);
        }
    }

    private static boolean claim(int port) {
        try {
            return CLAIMS.tryLock(port, 1, false) != null;
        } catch (IOException e) {
            throw new IllegalStateException("cannot claim port " + port, e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
