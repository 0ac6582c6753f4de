package io.capstan.demo.certs;

import io.capstan.actors.NodeId;
import io.capstan.demo.UserError;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs certificates of nodes: EC keys on P-256, SHA-256 with ECDSA, as every TLS 1.3 knows them. */
public final class Authority {
    /** How long an authority is good for. */
    public static final Duration VALIDITY = Duration.ofDays(3650);

    /** A clock that is behind is to believe it, too. */
    private static final Duration BEFORE = Duration.ofHours(1);

    private static final String SIGNATURE = "SHA256withECDSA";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final CertificateFolder folder;
    private final X509Certificate certificate;
    private final PrivateKey key;

    private Authority(CertificateFolder folder, X509Certificate certificate, PrivateKey key) {
        this.folder = folder;
        this.certificate = certificate;
        this.key = key;
    }

    /**
     * Makes a new one.
     *
     * @throws UserError in one line when one is there
     */
    public static Authority init(CertificateFolder folder) {
        if (Files.exists(folder.authorityKey()) || Files.exists(folder.authority())) {
            throw new UserError("there is an authority in " + folder.path()
                    + ": a new one would sign what the nodes of the old one do not believe. Choose another folder");
        }
        KeyPair keys = keys();
        var subject = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, "Capstan development authority")
                .build();
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                subject,
                serial(),
                Date.from(now.minus(BEFORE)),
                Date.from(now.plus(VALIDITY)),
                subject,
                keys.getPublic());
        try {
            var identifiers = new JcaX509ExtensionUtils();
            // Length 0: it signs nodes, and nobody who signs.
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            identifiers.createSubjectKeyIdentifier(keys.getPublic()));
            X509Certificate certificate = sign(builder, keys.getPrivate());
            folder.make();
            folder.write(folder.authorityKey(), keys.getPrivate());
            folder.write(folder.authority(), certificate);
            return new Authority(folder, certificate, keys.getPrivate());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The one that was made in {@code folder}.
     *
     * @throws UserError in one line when there is none
     */
    public static Authority open(CertificateFolder folder) {
        if (!Files.exists(folder.authorityKey()) || !Files.exists(folder.authority())) {
            throw new UserError("there is no authority in " + folder.path() + ": capstan certs init " + folder.path()
                    + " makes one");
        }
        try (var certificates = new PEMParser(Files.newBufferedReader(folder.authority()));
                var keys = new PEMParser(Files.newBufferedReader(folder.authorityKey()))) {
            if (certificates.readObject() instanceof X509CertificateHolder holder
                    && keys.readObject() instanceof PrivateKeyInfo info) {
                return new Authority(
                        folder,
                        new JcaX509CertificateConverter().getCertificate(holder),
                        new JcaPEMKeyConverter().getPrivateKey(info));
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new UserError("the authority in " + folder.path() + " cannot be read: " + e.getMessage());
        }
        throw new UserError("the authority in " + folder.path() + " is not what capstan certs init made");
    }

    /** Until when it is good. */
    public Instant end() {
        return certificate.getNotAfter().toInstant();
    }

    /**
     * Makes a key and a certificate for a node, in the folder of its name within the authority's; again, for renewal: whoever
     * reads them meanwhile reads the old pair or the new one, or, for a moment, one of each, which Capstan passes over.
     *
     * @param node its name; the certificate's common name, as links look at it
     * @param hosts names and addresses that others call it by
     * @throws UserError in one line when that cannot be
     */
    public CertificateFolder sign(String node, List<String> hosts, Duration validity) {
        NodeId.requireName(node);
        Instant now = Instant.now();
        if (now.plus(validity).isAfter(end())) {
            throw new UserError("the authority in " + folder.path() + " is good until " + end()
                    + ", so none of its certificates can be good for longer: fewer --days, or a new authority");
        }
        KeyPair keys = keys();
        var builder = new JcaX509v3CertificateBuilder(
                certificate,
                serial(),
                Date.from(now.minus(BEFORE)),
                Date.from(now.plus(validity)),
                new javax.security.auth.x500.X500Principal("CN=" + node),
                keys.getPublic());
        GeneralName[] names = hosts.stream().map(Authority::name).toArray(GeneralName[]::new);
        try {
            var identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }))
                    .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            identifiers.createAuthorityKeyIdentifier(certificate));
            X509Certificate signed = sign(builder, key);
            CertificateFolder own = new CertificateFolder(folder.path().resolve(node));
            own.make();
            own.write(own.authority(), certificate);
            own.write(own.key(), keys.getPrivate());
            own.write(own.certificate(), signed);
            return own;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static GeneralName name(String host) {
        boolean address = NetUtil.createByteArrayFromIpAddressString(host) != null;
        if (!address && !host.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")) {
            throw new UserError("--host is a host's name or address, got \"" + host + "\"");
        }
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey by)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(by)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has EC on P-256", e);
        }
    }

    private static BigInteger serial() {
        return new BigInteger(127, RANDOM).setBit(126);
    }
}
