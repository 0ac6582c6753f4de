package io.capstan.actors.internal.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.capstan.actors.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Whose a data directory is, and in which format: the file {@code stamp}.
 *
 * <pre>
 *   8  "CAPSTAN\n"
 *   1  format version of the whole directory: 2 (1 had no write-ahead files)
 *   1  length of the node's name
 *   n  the node's name
 *   4  CRC32C of all before, big-endian
 * </pre>
 *
 * @param version of the directory
 * @param nodeName whose it is
 */
record Stamp(int version, String nodeName) {
    static final int VERSION = 2;
    private static final byte[] MAGIC = "CAPSTAN\n".getBytes(US_ASCII);
    private static final int BYTES_MAX = MAGIC.length + 1 + 1 + NodeId.NAME_LENGTH_MAX + 4;

    byte[] toBytes() {
        byte[] name = nodeName.getBytes(UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(MAGIC.length + 2 + name.length + 4);
        bytes.put(MAGIC).put((byte) version).put((byte) name.length).put(name);
        return bytes.putInt(checksum(bytes.array(), bytes.position())).array();
    }

    static Stamp read(Path file, Path directory) throws IOException {
        byte[] head = new byte[MAGIC.length + 1];
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(BYTES_MAX + 1);
        }
        System.arraycopy(bytes, 0, head, 0, Math.min(bytes.length, head.length));
        if (!Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw damaged(directory);
        }
        // Before everything else: what comes after the version may mean anything in a newer format.
        int version = head[MAGIC.length] & 0xff;
        if (version > VERSION) {
            throw new StoreFailure(
                    StoreFailure.Kind.NEWER_FORMAT,
                    "data directory " + directory + " has format " + version + ", this Capstan knows up to " + VERSION
                            + ": start the version that wrote it, or a newer one");
        }
        return parse(bytes, directory);
    }

    private static Stamp parse(byte[] bytes, Path directory) {
        int nameAt = MAGIC.length + 2;
        if (bytes.length < nameAt) {
            throw damaged(directory);
        }
        int nameLength = bytes[nameAt - 1] & 0xff;
        int end = nameAt + nameLength;
        int version = bytes[MAGIC.length];
        if (version < 1 || bytes.length != end + 4 || ByteBuffer.wrap(bytes).getInt(end) != checksum(bytes, end)) {
            throw damaged(directory);
        }
        return new Stamp(version, new String(bytes, nameAt, nameLength, UTF_8));
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static StoreFailure damaged(Path directory) {
        return new StoreFailure(
                StoreFailure.Kind.UNUSABLE_DIRECTORY,
                "the file stamp in data directory " + directory
                        + " is damaged: restore it from a backup, or use an empty directory");
    }
}
