package io.capstan.actors.internal.tls;

import io.capstan.actors.StartFailure;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * TLS 1.3 between nodes: each end shows a certificate that the cluster's own authority has signed, whoever called.
 * Thread-safe.
 *
 * <p>This is one reading of the files, judged as a peer will judge them: Pekko's own engine starts happily with a missing key
 * store and fails at its first connection. {@link Certificates} reads them again.
 */
public final class NodeTls {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** A chain of certificates has some thousands of bytes; whatever else was named may never end. */
    private static final int FILE_BYTES_MAX = 1 << 20;

    /** How a key of each kind signs, by the name of its algorithm. */
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    private final X509Certificate own;
    private final SslContext calling;
    private final SslContext answering;
    private final SslContext serving;

    private NodeTls(X509Certificate own, SslContext calling, SslContext answering, SslContext serving) {
        this.own = own;
        this.calling = calling;
        this.answering = answering;
        this.serving = serving;
    }

    /**
     * Reads certificates and key.
     *
     * @throws StartFailure in one line, which names the key of the file that is no good
     */
    public static NodeTls read(TlsSettings settings) {
        X509Certificate[] authority = certificates("authority", settings.authority());
        X509Certificate[] own = certificates("certificate", settings.certificate());
        PrivateKey key = key(settings.key());
        requirePair(settings, own[0], key);
        requireTrusted(settings, own, authority);
        requireName(settings, own[0]);
        try {
            return new NodeTls(
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
                            .build(),
                    SslContextBuilder.forServer(key, own)
                            .sslProvider(SslProvider.JDK)
                            .protocols("TLSv1.3")
                            .build());
        } catch (SSLException e) {
            throw bad("certificate", settings.certificate(), "is no good for TLS 1.3: " + e.getMessage());
        }
    }

    /** TLS of a connection that is made to {@code host}. */
    public SSLEngine calling(String host, int port) {
        return calling.newEngine(ByteBufAllocator.DEFAULT, host, port);
    }

    /** TLS of a connection with another node that calls. */
    public SSLEngine answering() {
        return answering.newEngine(ByteBufAllocator.DEFAULT);
    }

    /** TLS of a connection with somebody who is no node and need show no certificate: for doors that ask for something else. */
    public SSLEngine serving() {
        return serving.newEngine(ByteBufAllocator.DEFAULT);
    }

    /** For logs: this node's certificate. */
    @Override
    public String toString() {
        return own.getSerialNumber().toString(16) + " of " + own.getSubjectX500Principal() + ", good until "
                + own.getNotAfter().toInstant();
    }

    /** Whose certificate it is: its subject's one common name; empty when it has none or several. */
    public static String nodeOf(X509Certificate certificate) {
        try {
            List<String> names = new LdapName(
                            certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                            .map(rdn -> String.valueOf(rdn.getValue()))
                            .toList();
            return names.size() == 1 ? names.get(0) : "";
        } catch (InvalidNameException e) {
            return "";
        }
    }

    private static X509Certificate[] certificates(String key, Path file) {
        try {
            var found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(read(key, file)));
            if (!found.isEmpty()) {
                return found.stream().map(X509Certificate.class::cast).toArray(X509Certificate[]::new);
            }
        } catch (GeneralSecurityException quoting) {
            // What the JDK says of it quotes the file: it may be the key's, and this is for the log.
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
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
            if (bytes.length > FILE_BYTES_MAX) {
                throw bad(key, file, "is longer than " + FILE_BYTES_MAX + " bytes");
            }
            return bytes;
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

    /** Otherwise every other node would refuse this one. */
    private static void requireName(TlsSettings settings, X509Certificate own) {
        if (!settings.node().isEmpty() && !nodeOf(own).equals(settings.node())) {
            throw bad(
                    "certificate",
                    settings.certificate(),
                    "is of " + own.getSubjectX500Principal() + ", not of node " + settings.node()
                            + ": its subject's common name (CN) must be the node's name, or " + TlsSettings.PATH
                            + ".verify-name off on all nodes");
        }
    }

    private static StartFailure bad(String key, Path file, String what) {
        return new StartFailure(
                StartFailure.Kind.BAD_SETTING,
                (TlsSettings.PATH + "." + key + ": " + (file + " " + what).strip()).replace('\n', ' '));
    }
}
