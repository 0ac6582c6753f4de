package io.capstan.raft.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes big-endian values, one after the other. */
public final class Out {
    private ByteBuffer bytes;

    /** {@code expected} bytes are reserved; more may come. Exactly as many are not copied once more. */
    public Out(int expected) {
        bytes = ByteBuffer.allocate(expected);
    }

    public Out u8(int value) {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("not a byte: " + value);
        }
        room(1).put((byte) value);
        return this;
    }

    public Out flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    public Out i32(int value) {
        room(4).putInt(value);
        return this;
    }

    public Out i64(long value) {
        room(8).putLong(value);
        return this;
    }

    /** One byte of length, then UTF-8. */
    public Out text(String value) {
        byte[] utf8 = value.getBytes(UTF_8);
        if (utf8.length > 255) {
            throw new IllegalArgumentException("longer than 255 bytes: \"" + value + "\"");
        }
        u8(utf8.length);
        room(utf8.length).put(utf8);
        return this;
    }

    /** Four bytes of length, then the bytes. */
    public Out block(byte[] value) {
        i32(value.length);
        return raw(value);
    }

    /** The bytes alone. */
    public Out raw(byte[] value) {
        room(value.length).put(value);
        return this;
    }

    /** How many were written. */
    public int length() {
        return bytes.position();
    }

    /** What was written, at the begin of an array that may be longer, and belongs to this. */
    public byte[] soFar() {
        return bytes.array();
    }

    /** What was written; nothing is to be written afterwards. */
    public byte[] toBytes() {
        return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
    }

    private ByteBuffer room(int more) {
        if (bytes.remaining() < more) {
            int capacity = Math.max(bytes.capacity() * 2, bytes.position() + more);
            bytes = ByteBuffer.allocate(capacity).put(bytes.array(), 0, bytes.position());
        }
        return bytes;
    }
}
