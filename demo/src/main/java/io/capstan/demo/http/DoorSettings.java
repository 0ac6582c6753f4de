package io.capstan.demo.http;

import com.typesafe.config.Config;
import io.capstan.actors.internal.tls.PlainTransport;
import io.capstan.actors.internal.tls.TlsSettings;
import io.capstan.demo.UserError;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The keys of {@code capstan.demo.door}; {@code reference.conf} tells what each is for.
 *
 * @param port 0 for any free one
 * @param encrypted whether it speaks HTTPS, with the certificates of {@code capstan.actors.tls}
 * @param tokens who may do what; null: whoever reaches it may do all
 */
public record DoorSettings(
        String hostname,
        int port,
        boolean encrypted,
        @Nullable Tokens tokens) {
    static final String PATH = "capstan.demo.door";

    private static final String LOOPBACK = "127.0.0.1";

    /** A door of this machine alone: whoever reaches it may do all that this user may, so nobody else does. */
    public static DoorSettings loopback(int port) {
        return new DoorSettings(LOOPBACK, port, false, null);
    }

    /**
     * Reads them from a whole configuration.
     *
     * @throws io.capstan.actors.Failure in one line: a door that others reach has neither tokens nor TLS
     */
    public static DoorSettings fromConfig(Config config, int port) {
        String hostname = config.getString(PATH + ".hostname");
        String file = config.getString(PATH + ".tokens");
        Tokens tokens = file.isEmpty() ? null : Tokens.read(Path.of(file));
        boolean home = PlainTransport.atHome(hostname);
        boolean encrypted = !home && config.getBoolean(TlsSettings.PATH + ".enabled");
        if (!home && tokens == null) {
            throw new UserError("the HTTP door would listen on " + hostname
                    + ", which others can reach, for whoever comes: name a file of tokens in " + PATH
                    + ".tokens (capstan certs token makes one), or let " + PATH + ".hostname be " + LOOPBACK);
        }
        if (!encrypted) {
            PlainTransport.requireAtHome(config, "the HTTP door", hostname);
        }
        return new DoorSettings(hostname, port, encrypted, tokens);
    }

    String scheme() {
        return encrypted ? "https" : "http";
    }
}
