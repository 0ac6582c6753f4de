package io.capstan.raft.internal.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.capstan.actors.internal.store.Store.Space;
import java.nio.ByteBuffer;

/**
 * The keys of one group's log in the key space {@code raft}: length of the group's name (u8), the name, what (u8), and
 * for entries the index, big-endian, so that the order of the bytes is the order of the log.
 */
public final class LogKeys {
    /** All groups of the node share it. */
    public static final Space SPACE = new Space("raft");

    private static final int MEMBER = 1;
    private static final int HARD_STATE = 2;
    private static final int SNAPSHOT = 3;
    private static final int ENTRY = 4;

    private final byte[] prefix;

    public LogKeys(String group) {
        byte[] name = group.getBytes(UTF_8);
        prefix = ByteBuffer.allocate(1 + name.length)
                .put((byte) name.length)
                .put(name)
                .array();
    }

    byte[] member() {
        return single(MEMBER);
    }

    byte[] hardState() {
        return single(HARD_STATE);
    }

    byte[] snapshot() {
        return single(SNAPSHOT);
    }

    byte[] entry(long index) {
        return ByteBuffer.allocate(prefix.length + 9)
                .put(prefix)
                .put((byte) ENTRY)
                .putLong(index)
                .array();
    }

    /** After the last possible entry. */
    byte[] entriesEnd() {
        return single(ENTRY + 1);
    }

    long index(byte[] entryKey) {
        return ByteBuffer.wrap(entryKey).getLong(prefix.length + 1);
    }

    private byte[] single(int what) {
        return ByteBuffer.allocate(prefix.length + 1)
                .put(prefix)
                .put((byte) what)
                .array();
    }
}
