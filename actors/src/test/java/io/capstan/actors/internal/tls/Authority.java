package io.capstan.actors.internal.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;

/**
 * Signs certificates for tests, made when they are needed, so that none of them ever expires in a repository: X.509 as far
 * as RFC 5280 asks for it. (The JDK's keytool does the same, at a second each.)
 */
public final class Authority {
    private static final byte[] ECDSA_WITH_SHA256 = HexFormat.of().parseHex("300a06082a8648ce3d040302");
    private static final byte[] IS_AUTHORITY = HexFormat.of().parseHex("300f0603551d130101ff040530030101ff");
    private static final byte[] OTHER_NAMES = HexFormat.of().parseHex("0603551d11");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path folder;
    private final String name;
    private final KeyPair keys = keys();

    /** Makes one with a key of its own, in {@code folder}. */
    public Authority(Path folder, String name) throws IOException {
        this.folder = folder;
        this.name = name;
        write(name, keys, certificate(name, keys, IS_AUTHORITY, Duration.ofHours(1)));
    }

    /** The settings of a node with a certificate that is good for an address; names of nodes are not looked at. */
    public TlsSettings signAddress(String node, String address) throws IOException {
        return sign(node, tlv(0x87, InetAddress.getByName(address).getAddress()), Duration.ofHours(1));
    }

    /** The same for a host. */
    public TlsSettings signHost(String node, String host) throws IOException {
        return sign(node, tlv(0x82, host.getBytes(StandardCharsets.US_ASCII)), Duration.ofHours(1));
    }

    /** The same for an address, but a day too late. */
    public TlsSettings signExpired(String node, String address) throws IOException {
        return sign(node, tlv(0x87, InetAddress.getByName(address).getAddress()), Duration.ofDays(-1));
    }

    private TlsSettings sign(String node, byte[] otherName, Duration validity) throws IOException {
        KeyPair own = keys();
        byte[] extension = tlv(0x30, OTHER_NAMES, tlv(0x04, tlv(0x30, otherName)));
        write(node, own, certificate(node, own, extension, validity));
        return new TlsSettings(
                true,
                folder.resolve(node + ".pem"),
                folder.resolve(node + ".key"),
                folder.resolve(name + ".pem"),
                "",
                true,
                Duration.ofMillis(20));
    }

    private byte[] certificate(String subject, KeyPair own, byte[] extension, Duration validity) {
        Instant now = Instant.now();
        byte[] toSign = tlv(
                0x30,
                tlv(0xa0, tlv(0x02, new byte[] {2})),
                tlv(0x02, BigInteger.valueOf(now.toEpochMilli()).toByteArray()),
                ECDSA_WITH_SHA256,
                new X500Principal("CN=" + name).getEncoded(),
                tlv(0x30, time(now.minus(Duration.ofDays(2))), time(now.plus(validity))),
                new X500Principal("CN=" + subject).getEncoded(),
                own.getPublic().getEncoded(),
                tlv(0xa3, tlv(0x30, extension)));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(toSign);
            return tlv(0x30, toSign, ECDSA_WITH_SHA256, tlv(0x03, new byte[1], signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] time(Instant time) {
        return tlv(0x17, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One value of DER: what it is, how long, and what is in it. */
    private static byte[] tlv(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        var all = new ByteArrayOutputStream();
        all.write(tag);
        if (content.size() > 127) {
            byte[] length = BigInteger.valueOf(content.size()).toByteArray();
            int from = length[0] == 0 ? 1 : 0;
            all.write(0x80 | (length.length - from));
            all.write(length, from, length.length - from);
        } else {
            all.write(content.size());
        }
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }

    private void write(String alias, KeyPair own, byte[] certificate) throws IOException {
        Files.writeString(folder.resolve(alias + ".pem"), pem("CERTIFICATE", certificate));
        Files.writeString(
                folder.resolve(alias + ".key"),
                pem("PRIVATE KEY", own.getPrivate().getEncoded()));
    }

    private static String pem(String what, byte[] bytes) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }

    /** The key of the certificate with which whoever listens there on the loopback answers. */
    public static PublicKey shownAt(int port) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {new Trusting()}, null);
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
                socket.startHandshake();
                return socket.getSession().getPeerCertificates()[0].getPublicKey();
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
