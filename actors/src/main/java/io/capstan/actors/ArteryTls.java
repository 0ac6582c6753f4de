package io.capstan.actors;

import io.capstan.actors.internal.tls.Certificates;
import io.capstan.actors.internal.tls.SystemCertificates;
import io.capstan.actors.internal.tls.TlsSettings;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import scala.Option;

/**
 * TLS of Pekko's remoting with the certificates of {@code capstan.actors.tls}, as the links have it: both ends show one,
 * whoever is called must have the host that was called among its names, and files that change are read again.
 *
 * <p>A system that Capstan starts uses it by itself. A program's own says so:
 *
 * <pre>{@code
 * pekko.remote.artery { transport = tls-tcp, ssl.ssl-engine-provider = io.capstan.actors.ArteryTls }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class ArteryTls implements SSLEngineProvider {
    private final Certificates certificates;

    /**
     * Made by Pekko, as the system starts.
     *
     * @throws StartFailure in one line when TLS is off, or a file is no good
     */
    public ArteryTls(ActorSystem system) {
        certificates = SystemCertificates.of(system)
                .orElseThrow(() -> new StartFailure(
                        StartFailure.Kind.BAD_SETTING,
                        "pekko.remote.artery.transport is tls-tcp with Capstan's certificates, but " + TlsSettings.PATH
                                + ".enabled is off: set both or neither"));
    }

    @Override
    public SSLEngine createServerSSLEngine(String hostname, int port) {
        return certificates.current().answering();
    }

    @Override
    public SSLEngine createClientSSLEngine(String hostname, int port) {
        return certificates.current().calling(hostname, port);
    }

    /** Nothing is left to look at: the engines have. */
    @Override
    public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
        return Option.empty();
    }

    @Override
    public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
        return Option.empty();
    }
}
