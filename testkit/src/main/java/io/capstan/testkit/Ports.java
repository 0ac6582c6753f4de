package io.capstan.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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

    private Ports() {}

    /** A port that is free now and that no other cluster of this JVM has been given. */
    public static int free() {
        synchronized (TAKEN) {
            for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
                int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
                if (!TAKEN.contains(port) && isFree(port)) {
                    TAKEN.add(port);
                    return port;
                }
            }
        }
        throw new IllegalStateException("no free port from " + LOWEST + " to " + HIGHEST + " on " + HOST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
