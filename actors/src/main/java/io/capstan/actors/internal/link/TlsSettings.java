package io.capstan.actors.internal.link;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The keys of {@code capstan.actors.link.tls}; {@code reference.conf} tells what each is for.
 *
 * @param certificate of this node, and those between it and the authority, PEM
 * @param key the certificate's, PEM
 * @param authority who signs the certificates of all nodes, PEM
 * @param checkEvery how often it is looked whether a file has changed
 */
public record TlsSettings(
        boolean enabled, Path certificate, Path key, Path authority, boolean verifyHostname, Duration checkEvery) {
    static final String PATH = LinkSettings.PATH + ".tls";

    /** Links in the clear. */
    public static final TlsSettings OFF =
            new TlsSettings(false, Path.of(""), Path.of(""), Path.of(""), true, Duration.ofSeconds(5));

    public TlsSettings {
        if (checkEvery.toMillis() < 10) {
            throw new IllegalArgumentException(PATH + ".check-every must be at least 10 ms, is " + checkEvery);
        }
    }

    static TlsSettings fromConfig(Config tls) {
        return new TlsSettings(
                tls.getBoolean("enabled"),
                Path.of(tls.getString("certificate")),
                Path.of(tls.getString("key")),
                Path.of(tls.getString("authority")),
                tls.getBoolean("verify-hostname"),
                tls.getDuration("check-every"));
    }
}
