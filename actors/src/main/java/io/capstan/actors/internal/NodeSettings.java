package io.capstan.actors.internal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.capstan.actors.NodeId;
import io.capstan.actors.StartFailure;
import io.capstan.actors.internal.link.LinkAddress;
import io.capstan.actors.internal.link.LinkSettings;
import io.capstan.actors.internal.store.StoreSettings;
import io.capstan.actors.internal.tls.PlainTransport;
import io.capstan.actors.internal.tls.TlsSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The block {@code capstan.actors}; {@code reference.conf} tells what each key is for.
 *
 * @param formsMembership whether the node brings its Pekko system into Pekko's cluster
 */
record NodeSettings(
        String name,
        Path directory,
        boolean bootstrap,
        List<LinkAddress> join,
        String secret,
        boolean formsMembership,
        Duration membershipApartMax,
        Duration leaveWithin,
        LinkSettings link,
        StoreSettings store) {
    private static final String PATH = "capstan.actors";
    private static final Duration LEAVE_WITHIN_MAX = Duration.ofMinutes(1);
    private static final Duration APART_MIN = Duration.ofSeconds(1);
    private static final Duration APART_MAX = Duration.ofHours(1);

    NodeSettings {
        try {
            NodeId.requireName(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(PATH + ".name: " + e.getMessage(), e);
        }
        join = List.copyOf(join);
        if (membershipApartMax.compareTo(APART_MIN) < 0 || membershipApartMax.compareTo(APART_MAX) > 0) {
            throw new IllegalArgumentException(PATH + ".membership-apart-max must be " + APART_MIN + " to " + APART_MAX
                    + ", is " + membershipApartMax);
        }
        if (leaveWithin.isNegative() || leaveWithin.compareTo(LEAVE_WITHIN_MAX) > 0) {
            throw new IllegalArgumentException(
                    PATH + ".leave-within must be 0 to " + LEAVE_WITHIN_MAX + ", is " + leaveWithin);
        }
    }

    /** Whether a node that has no cluster forms one without asking anybody. */
    boolean foundsAlone() {
        return bootstrap && join.stream().allMatch(this::own);
    }

    /** Whether a node that has no cluster forms one when nobody of {@link #join} has one: the first of them does. */
    boolean foundsAmongOthers() {
        return bootstrap && !foundsAlone() && own(join.get(0));
    }

    private boolean own(LinkAddress address) {
        return address.host().equals(link.hostname()) && address.port() == link.port();
    }

    /** The secret as the links use it. */
    byte[] secretBytes() {
        return secret.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the block from a whole configuration.
     *
     * @throws StartFailure naming the key
     */
    static NodeSettings fromConfig(Config config) {
        try {
            PlainTransport.requireOnlyAtHome(config);
            // Read again by whoever uses them: what cannot be is told of here, as with every other key.
            TlsSettings.fromConfig(config);
            Config block = config.getConfig(PATH);
            requireArteryPort(block.getInt("artery-port"));
            String name = block.getString("name");
            String directory = block.getString("directory");
            return new NodeSettings(
                    name,
                    directory.isEmpty() ? Path.of("capstan-data", name) : Path.of(directory),
                    block.getBoolean("bootstrap"),
                    block.getStringList("join").stream()
                            .map(NodeSettings::address)
                            .toList(),
                    block.getString("secret"),
                    block.getBoolean("membership"),
                    block.getDuration("membership-apart-max"),
                    block.getDuration("leave-within"),
                    LinkSettings.fromConfig(block.getConfig("link")),
                    StoreSettings.fromConfig(config));
        } catch (IllegalArgumentException | ConfigException e) {
            throw new StartFailure(StartFailure.Kind.BAD_SETTING, String.valueOf(e.getMessage()));
        }
    }

    /** Pekko reads it again, and would speak of a key of its own. */
    private static void requireArteryPort(int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(PATH + ".artery-port must be 0 to 65535, is " + port);
        }
    }

    private static LinkAddress address(String text) {
        try {
            return LinkAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(PATH + ".join: " + e.getMessage(), e);
        }
    }
}
