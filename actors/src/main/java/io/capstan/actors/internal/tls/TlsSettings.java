package io.capstan.actors.internal.tls;

import com.typesafe.config.Config;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The keys of {@code capstan.actors.tls}; {@code reference.conf} tells what each is for.
 *
 * @param certificate of this node, and those between it and the authority, PEM
 * @param key the certificate's, PEM
 * @param authority who signs the certificates of all nodes, PEM
 * @param node the name that the certificate must have; empty: names are not looked at, neither here nor at a peer
 * @param checkEvery how often it is looked whether a file has changed
 */
public record TlsSettings(
        boolean enabled,
        Path certificate,
        Path key,
        Path authority,
        String node,
        boolean verifyHostname,
        Duration checkEvery) {
    /** Where the keys are. */
    public static final String PATH = "capstan.actors.tls";

    /** In the clear. */
    public static final TlsSettings OFF =
            new TlsSettings(false, Path.of(""), Path.of(""), Path.of(""), "", true, Duration.ofSeconds(5));

    public TlsSettings {
        if (checkEvery.toMillis() < 10) {
            throw new IllegalArgumentException(PATH + ".check-every must be at least 10 ms, is " + checkEvery);
        }
    }

    /** Reads them from a whole configuration. */
    public static TlsSettings fromConfig(Config config) {
        Config tls = config.getConfig(PATH);
        return new TlsSettings(
                tls.getBoolean("enabled"),
                file(tls, "certificate"),
                file(tls, "key"),
                file(tls, "authority"),
                tls.getBoolean("verify-name") ? config.getString("capstan.actors.name") : "",
                tls.getBoolean("verify-hostname"),
                tls.getDuration("check-every"));
    }

    private static Path file(Config tls, String key) {
        try {
            return Path.of(tls.getString(key));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(PATH + "." + key + " is no path: " + e.getReason(), e);
        }
    }
}
