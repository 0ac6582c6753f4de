package io.capstan.demo.certs;

import io.capstan.demo.UserError;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.util.io.pem.PemObjectGenerator;

/**
 * A folder of certificates: the authority's, or a node's.
 *
 * <pre>
 *   authority.pem     who signs
 *   authority.key     with what: in the authority's folder alone
 *   certificate.pem   a node's
 *   key.pem           its key
 * </pre>
 */
public record CertificateFolder(Path path) {
    public Path authority() {
        return path.resolve("authority.pem");
    }

    public Path authorityKey() {
        return path.resolve("authority.key");
    }

    public Path certificate() {
        return path.resolve("certificate.pem");
    }

    public Path key() {
        return path.resolve("key.pem");
    }

    /** Makes the folder, for its owner alone, if it is not there. */
    void make() {
        try {
            if (!Files.isDirectory(path)) {
                Path parent = path.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectory(path, mode("rwx------"));
            }
        } catch (IOException e) {
            throw new UserError("cannot make the folder " + path + ": " + e);
        }
    }

    void write(Path file, X509Certificate certificate) {
        write(file, certificate, "rw-r--r--");
    }

    void write(Path file, PrivateKey key) {
        try {
            write(file, new JcaPKCS8Generator(key, null), "rw-------");
        } catch (IOException e) {
            throw new IllegalStateException("a key that was just made can be written", e);
        }
    }

    /** In one moment, so that a node which watches the file never reads half of it. */
    private void write(Path file, Object what, String mode) {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(draft);
            Files.createFile(draft, mode(mode));
            Files.writeString(draft, pem(what), StandardCharsets.US_ASCII);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (FileAlreadyExistsException e) {
            throw new UserError("somebody else writes " + draft + " at the same time: say it again");
        } catch (IOException e) {
            throw new UserError("cannot write " + file + ": " + e);
        }
    }

    private static String pem(Object what) throws IOException {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            if (what instanceof PemObjectGenerator generator) {
                writer.writeObject(generator);
            } else {
                writer.writeObject(what);
            }
        }
        return text.toString();
    }

    private FileAttribute<?>[] mode(String mode) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }
}
