package io.capstan.demo.http;

import io.capstan.demo.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens of a door, from a file that only its owner may read: a role and a token in each line, {@code #} before a comment.
 * They are kept and compared as hashes, all of them each time, so that the time it takes tells nothing. Immutable.
 */
public final class Tokens {
    /** Shorter ones can be guessed. In characters. */
    public static final int LENGTH_MIN = 20;

    /** How many one file may have: each request is compared with all. */
    static final int COUNT_MAX = 1_000;

    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final int RANDOM_BYTES = 32;
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rwx------");

    private record Known(Role role, byte[] hash) {}

    private final List<Known> known;

    private Tokens(List<Known> known) {
        this.known = known;
    }

    /**
     * Reads the file.
     *
     * @throws UserError in one line, without a word of what is in it
     */
    public static Tokens read(Path file) {
        try {
            requireOwners(file);
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw bad(file, "is larger than 1 MiB");
            }
            List<Known> known = new ArrayList<>();
            int number = 0;
            for (String line : Files.readString(file).lines().toList()) {
                number++;
                String said = line.strip();
                if (!said.isEmpty() && !said.startsWith("#")) {
                    known.add(known(file, number, said.split("\\s+")));
                }
            }
            if (known.isEmpty() || known.size() > COUNT_MAX) {
                throw bad(file, "has " + known.size() + " tokens: 1 to " + COUNT_MAX);
            }
            return new Tokens(List.copyOf(known));
        } catch (IOException e) {
            throw bad(file, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static void requireOwners(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")
                && !OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
            throw bad(file, "may be read by others: chmod 600 " + file);
        }
    }

    private static Known known(Path file, int number, String[] words) {
        for (Role role : Role.values()) {
            if (words.length == 2 && words[0].equals(role.toString()) && words[1].length() >= LENGTH_MIN) {
                return new Known(role, hash(words[1]));
            }
        }
        throw bad(
                file,
                "has in line " + number + " no role (read, operate or admin) and token of at least " + LENGTH_MIN
                        + " characters");
    }

    /**
     * Makes a token, and the file if it is not there, for its owner alone.
     *
     * @return the token
     * @throws UserError in one line when the file is others' to read, or cannot be written
     */
    public static String add(Path file, Role role) {
        byte[] chance = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(chance);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(chance);
        try {
            makeForOwner(file);
            requireOwners(file);
            Files.writeString(file, role + " " + token + "\n", StandardOpenOption.APPEND);
            return token;
        } catch (IOException e) {
            throw bad(file, "cannot be written (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static void makeForOwner(Path file) throws IOException {
        FileAttribute<?>[] mode =
                file.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try {
            Files.createFile(file, mode);
        } catch (FileAlreadyExistsException there) {
            // Then it is added to.
        }
    }

    /** What whoever shows {@code token} may do; empty for a token that nobody was given. */
    Optional<Role> roleOf(String token) {
        byte[] shown = hash(token);
        Role found = null;
        for (Known each : known) {
            if (MessageDigest.isEqual(each.hash(), shown)) {
                found = each.role();
            }
        }
        return Optional.ofNullable(found);
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static UserError bad(Path file, String what) {
        return new UserError(DoorSettings.PATH + ".tokens: " + file + " " + what);
    }
}
