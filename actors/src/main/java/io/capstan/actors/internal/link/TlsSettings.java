package io.capstan.actors.internal.link;

import com.typesafe.config.Config;
import java.nio.file.Path;

/**
 * The keys of {@code capstan.actors.link.tls}; {@code reference.conf} tells what each is for.
 *
 * @param certificate of this node, and those between it and the authority, PEM
 * @param key the certificate's, PEM
 * @param authority who signs the certificates of all nodes, PEM
 */
public record TlsSettings(boolean enabled, Path certificate, Path key, Path authority, boolean verifyHostname) {
    static final String PATH = LinkSettings.PATH + ".tls";

    /** Links in the clear. */
    public static final TlsSettings OFF = new TlsSettings(false, Path.of(""), Path.of(""), Path.of(""), true);

    static TlsSettings fromConfig(Config tls) {
        return new TlsSettings(
                tls.getBoolean("enabled"),
                Path.of(tls.getString("certificate")),
                Path.of(tls.getString("key")),
                Path.of(tls.getString("authority")),
                tls.getBoolean("verify-hostname"));
    }
}
