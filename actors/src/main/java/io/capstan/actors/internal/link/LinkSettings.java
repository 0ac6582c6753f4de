package io.capstan.actors.internal.link;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The keys of {@code capstan.actors.link}; {@code reference.conf} tells what each is for.
 *
 * @param bindHostname where to listen; empty means {@code hostname}
 */
public record LinkSettings(
        String hostname,
        int port,
        String bindHostname,
        Duration heartbeat,
        Duration silenceMax,
        Duration dialTimeout,
        Duration dialPauseMin,
        Duration dialPauseMax,
        int windowBytes,
        int peersMax,
        int callersMax,
        int socketBufferBytes) {
    static final String PATH = "capstan.actors.link";

    /** Smallest window, in bytes: four frames, as credit comes back in quarters. */
    public static final int WINDOW_BYTES_MIN = 4 * Mesh.PAYLOAD_BYTES_MAX;

    /** Largest window, in bytes: whoever sends must hold as much for each receiver that does not keep up. */
    public static final int WINDOW_BYTES_MAX = 64 * 1024 * 1024;

    public LinkSettings {
        require(!hostname.isEmpty(), "hostname", hostname, "not be empty");
        require(port >= 0 && port <= 65535, "port", port, "be 0 to 65535");
        require(heartbeat.toMillis() >= 10, "heartbeat", heartbeat, "be at least 10 ms");
        require(
                silenceMax.compareTo(heartbeat.multipliedBy(3)) >= 0,
                "silence-max",
                silenceMax,
                "be at least three heartbeats (" + heartbeat + "): one may be late and one under way");
        require(dialTimeout.toMillis() >= 10, "dial-timeout", dialTimeout, "be at least 10 ms");
        require(dialPauseMin.toMillis() >= 10, "dial-pause-min", dialPauseMin, "be at least 10 ms");
        require(
                dialPauseMax.compareTo(dialPauseMin) >= 0,
                "dial-pause-max",
                dialPauseMax,
                "not be shorter than dial-pause-min (" + dialPauseMin + ")");
        require(
                windowBytes >= WINDOW_BYTES_MIN && windowBytes <= WINDOW_BYTES_MAX,
                "window-bytes",
                windowBytes,
                "be " + WINDOW_BYTES_MIN + " to " + WINDOW_BYTES_MAX);
        require(
                peersMax >= 1 && peersMax <= ControlCodec.NODES_MAX,
                "peers-max",
                peersMax,
                "be 1 to " + ControlCodec.NODES_MAX);
        require(callersMax >= 1, "callers-max", callersMax, "be at least 1");
        require(socketBufferBytes >= 4096, "socket-buffer-bytes", socketBufferBytes, "be at least 4096");
    }

    /** Reads the block {@code capstan.actors.link}. */
    public static LinkSettings fromConfig(Config link) {
        return new LinkSettings(
                link.getString("hostname"),
                link.getInt("port"),
                link.getString("bind-hostname"),
                link.getDuration("heartbeat"),
                link.getDuration("silence-max"),
                link.getDuration("dial-timeout"),
                link.getDuration("dial-pause-min"),
                link.getDuration("dial-pause-max"),
                (int) Math.min(Integer.MAX_VALUE, link.getBytes("window-bytes")),
                link.getInt("peers-max"),
                link.getInt("callers-max"),
                (int) Math.min(Integer.MAX_VALUE, link.getBytes("socket-buffer-bytes")));
    }

    /** Where it listens. */
    String listenHost() {
        return bindHostname.isEmpty() ? hostname : bindHostname;
    }

    /** How often the mesh looks at its clocks. */
    Duration tick() {
        return Duration.ofMillis(Math.max(5, heartbeat.toMillis() / 4));
    }

    private static void require(boolean holds, String key, Object value, String what) {
        if (!holds) {
            throw new IllegalArgumentException(PATH + "." + key + " must " + what + ", is " + value);
        }
    }
}
