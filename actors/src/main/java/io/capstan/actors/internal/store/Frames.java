package io.capstan.actors.internal.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a frame of the write-ahead file holds: the changes of one group commit.
 *
 * <pre>
 *   4  how many bytes follow
 *   each change:
 *     1  1 put, 2 delete, 3 delete range
 *     1  length of the key space's name
 *     n  the name
 *     2  length of the key (of the range's beginning)
 *     n  the key
 *     4  length of the value (of the range's end; absent in a delete)
 *     n  the value
 * </pre>
 */
final class Frames {
    static final int HEAD_BYTES = 4;
    private static final int PUT = 1;
    private static final int DELETE = 2;
    private static final int DELETE_RANGE = 3;

    private Frames() {}

    /** Where encoded bytes go. */
    interface Sink {
        void put(byte[] bytes);
    }

    static void encode(Change change, Sink sink) {
        if (change instanceof Change.Put put) {
            encode(PUT, put.space(), put.key(), put.value(), sink);
        } else if (change instanceof Change.Delete delete) {
            sink.put(head(DELETE, delete.space(), delete.key()));
            sink.put(delete.key());
        } else if (change instanceof Change.DeleteRange range) {
            encode(DELETE_RANGE, range.space(), range.from(), range.to(), sink);
        }
    }

    private static void encode(int kind, Space space, byte[] key, byte[] value, Sink sink) {
        sink.put(head(kind, space, key));
        sink.put(key);
        sink.put(ByteBuffer.allocate(4).putInt(value.length).array());
        sink.put(value);
    }

    private static byte[] head(int kind, Space space, byte[] key) {
        byte[] name = space.name().getBytes(US_ASCII);
        return ByteBuffer.allocate(4 + name.length)
                .put((byte) kind)
                .put((byte) name.length)
                .put(name)
                .putShort((short) key.length)
                .array();
    }

    /** @throws IllegalArgumentException when they are no changes */
    static List<Change> decode(ByteBuffer bytes) {
        List<Change> changes = new ArrayList<>();
        try {
            while (bytes.hasRemaining()) {
                int kind = bytes.get();
                Space space = new Space(new String(block(bytes, bytes.get() & 0xff), US_ASCII));
                byte[] key = block(bytes, bytes.getShort() & 0xffff);
                if (key.length > Store.KEY_BYTES_MAX || (key.length == 0 && kind != DELETE_RANGE)) {
                    throw new IllegalArgumentException("a key of " + key.length + " bytes");
                }
                changes.add(
                        switch (kind) {
                            case PUT -> new Change.Put(space, key, block(bytes, bytes.getInt()));
                            case DELETE -> new Change.Delete(space, key);
                            case DELETE_RANGE -> new Change.DeleteRange(space, key, block(bytes, bytes.getInt()));
                            default -> throw new IllegalArgumentException("a change of unknown kind " + kind);
                        });
            }
        } catch (BufferUnderflowException cutShort) {
            throw new IllegalArgumentException("a change cut short");
        }
        return changes;
    }

    private static byte[] block(ByteBuffer bytes, int length) {
        // Before the array is made: a length that cannot be must not cost memory.
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalArgumentException(
                    "a block of " + length + " bytes where " + bytes.remaining() + " are left");
        }
        byte[] block = new byte[length];
        bytes.get(block);
        return block;
    }
}
