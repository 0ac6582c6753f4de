package io.capstan.actors.internal.link;

import io.capstan.actors.StartFailure;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * TLS 1.3 between nodes: each end shows a certificate that the cluster's own authority has signed, whoever called.
 *
 * <p>This is one reading of the files, judged as a peer will judge them: Pekko's own engine starts happily with a missing key
 * store and fails at its first connection. {@link LinkCertificates} reads them again.
 */
final class LinkTls {
    private static final long CLOSE_MS = 250;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** How a key of each kind signs, by the name of its algorithm. */
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    private final X509Certificate own;
    private final SslContext calling;
    private final SslContext answering;

    private LinkTls(X509Certificate own, SslContext calling, SslContext answering) {
        this.own = own;
        this.calling = calling;
        this.answering = answering;
    }

    /**
     * Reads certificates and key.
     *
     * @throws StartFailure in one line, which names the key of the file that is no good
     */
    static LinkTls read(TlsSettings settings) {
        X509Certificate[] authority = certificates("authority", settings.authority());
        X509Certificate[] own = certificates("certificate", settings.certificate());
        PrivateKey key = key(settings.key());
        requirePair(settings, own[0], key);
        requireTrusted(settings, own, authority);
        try {
            return new LinkTls(
                    own[0],
                    SslContextBuilder.forClient()
                            .sslProvider(SslProvider.JDK)
                            .protocols("TLSv1.3")
                            .keyManager(key, own)
                            .trustManager(authority)
                            .endpointIdentificationAlgorithm(settings.verifyHostname() ? "HTTPS" : null)
                            .build(),
                    SslContextBuilder.forServer(key, own)
                            .sslProvider(SslProvider.JDK)
                            .protocols("TLSv1.3")
                            .trustManager(authority)
                            .clientAuth(ClientAuth.REQUIRE)
                            .build());
        } catch (SSLException e) {
            throw bad("certificate", settings.certificate(), "is no good for TLS 1.3: " + e.getMessage());
        }
    }

    SslHandler calling(ByteBufAllocator allocator, LinkAddress to) {
        return hasty(calling.newHandler(allocator, to.host(), to.port()));
    }

    SslHandler answering(ByteBufAllocator allocator) {
        return hasty(answering.newHandler(allocator));
    }

    /** A peer that reads nothing is not to hold up the end of its connection, and with it a stop, for seconds. */
    private static SslHandler hasty(SslHandler handler) {
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MS);
        return handler;
    }

    /** Once there is TLS, the greeting is told of whose it is, before the first frame. */
    static ChannelHandler seal(SslHandler tls, Greeting greeting) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event)
                    throws SSLPeerUnverifiedException {
                if (event == SslHandshakeCompletionEvent.SUCCESS) {
                    SSLSession session = tls.engine().getSession();
                    greeting.sealed(hash(session.getLocalCertificates()[0]), hash(session.getPeerCertificates()[0]));
                }
                context.fireUserEventTriggered(event);
            }
        };
    }

    private static byte[] hash(Certificate certificate) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was shown has bytes, and every JDK has SHA-256", e);
        }
    }

    /** For logs: this node's certificate. */
    @Override
    public String toString() {
        return own.getSerialNumber().toString(16) + " of " + own.getSubjectX500Principal() + ", good until "
                + own.getNotAfter().toInstant();
    }

    /** What went wrong between two nodes, in one line. */
    static String told(Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            return "whoever this is has no TLS, which is on here (" + TlsSettings.PATH + ".enabled)";
        } else if (cause instanceof ClosedChannelException) {
            return "it closed before there was TLS with it: perhaps it has none";
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return "no TLS with it: "
                + String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }

    private static X509Certificate[] certificates(String key, Path file) {
        try {
            var found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(read(key, file)));
            if (!found.isEmpty()) {
                return found.stream().map(X509Certificate.class::cast).toArray(X509Certificate[]::new);
            }
        } catch (GeneralSecurityException e) {
            throw bad(key, file, "holds no certificates in PEM (" + e.getMessage() + ")");
        }
        throw bad(key, file, "holds no certificates in PEM");
    }

    private static PrivateKey key(Path file) {
        Matcher found = KEY.matcher(new String(read("key", file), StandardCharsets.US_ASCII));
        if (!found.find()) {
            throw bad(
                    "key",
                    file,
                    "holds no key that begins with BEGIN PRIVATE KEY (PKCS #8, not encrypted; openssl pkcs8 -topk8 -nocrypt makes one)");
        }
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                byte[] bytes = Base64.getMimeDecoder().decode(found.group(1));
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (GeneralSecurityException | IllegalArgumentException another) {
                // Another kind, then; or no Base64.
            }
        }
        throw bad("key", file, "holds a key that is neither RSA nor EC nor EdDSA");
    }

    private static byte[] read(String key, Path file) {
        if (file.toString().isEmpty()) {
            throw bad(key, file, "must be set, as " + TlsSettings.PATH + ".enabled is on");
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw bad(key, file, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static void requirePair(TlsSettings settings, X509Certificate own, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(SIGNATURES.getOrDefault(key.getAlgorithm(), "EdDSA"));
            byte[] anything = own.getSerialNumber().toByteArray();
            signature.initSign(key);
            signature.update(anything);
            byte[] signed = signature.sign();
            signature.initVerify(own);
            signature.update(anything);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException another) {
            // A key of another kind than the certificate's.
        }
        throw bad("key", settings.key(), "is not the key of the certificate in " + settings.certificate());
    }

    /** As a peer will see it, whichever of the two calls. */
    private static void requireTrusted(TlsSettings settings, X509Certificate[] own, X509Certificate[] authority) {
        try {
            own[0].checkValidity();
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authority.length; i++) {
                store.setCertificateEntry("authority-" + i, authority[i]);
            }
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            var trust = (X509TrustManager) factory.getTrustManagers()[0];
            trust.checkServerTrusted(own, "UNKNOWN");
            trust.checkClientTrusted(own, "UNKNOWN");
        } catch (GeneralSecurityException | IOException e) {
            throw bad(
                    "certificate",
                    settings.certificate(),
                    "will be refused by the others, who trust " + settings.authority() + ": " + e.getMessage());
        }
    }

    private static StartFailure bad(String key, Path file, String what) {
        return new StartFailure(
                StartFailure.Kind.BAD_SETTING,
                (TlsSettings.PATH + "." + key + ": " + (file + " " + what).strip()).replace('\n', ' '));
    }
}
