package io.capstan.actors.internal.link;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Which cluster: 128 random bits, drawn once, by the node that was told to form it. Nodes of two clusters refuse each
 * other, whatever their names and addresses are.
 */
public record ClusterId(long high, long low) {
    /** Draws a new one. */
    public static ClusterId random() {
        var random = new SecureRandom();
        return new ClusterId(random.nextLong(), random.nextLong());
    }

    /** Big-endian: 16 bytes. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    /** Reads what {@link #toBytes} wrote. */
    public static ClusterId fromBytes(byte[] bytes) {
        if (bytes.length != 16) {
            throw new IllegalArgumentException("a cluster id has 16 bytes, got " + bytes.length);
        }
        var buffer = ByteBuffer.wrap(bytes);
        return new ClusterId(buffer.getLong(), buffer.getLong());
    }

    /** The first 32 bits in hexadecimal: enough for people. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high).substring(0, 8);
    }
}
