package io.capstan.raft.internal.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.capstan.actors.internal.store.Store.Space;
import io.capstan.actors.internal.store.StoreReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

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
    private static final int DAMAGE = 5;
    private static final int LOSSES = 6;

    private final byte[] prefix;

    public LogKeys(String group) {
        byte[] name = group.getBytes(UTF_8);
        prefix = ByteBuffer.allocate(1 + name.length)
                .put((byte) name.length)
                .put(name)
                .array();
    }

    /** The groups that have records in {@code store}, in the order of their keys. */
    static List<String> groups(StoreReader store) {
        List<String> groups = new ArrayList<>();
        byte[] at = {1};
        byte[] end = {(byte) 0xff};
        while (at.length > 0) {
            byte[][] found = {{}};
            store.scan(SPACE, at, end, (key, value) -> {
                found[0] = key;
                return false;
            });
            at = new byte[0];
            int length = found[0].length == 0 ? 0 : found[0][0] & 0xff;
            if (length > 0 && found[0].length > length) {
                String group = new String(found[0], 1, length, UTF_8);
                groups.add(group);
                at = new LogKeys(group).end();
            }
        }
        return groups;
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

    byte[] damage() {
        return single(DAMAGE);
    }

    byte[] losses() {
        return single(LOSSES);
    }

    /**
     * What outlives the member: the highest recovery epoch that this directory has seen of the group. Before the first
     * group's name: not one of the member's records.
     */
    byte[] formerEpoch() {
        return ByteBuffer.allocate(1 + prefix.length).put((byte) 0).put(prefix).array();
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

    /** Before the member's first record. */
    byte[] begin() {
        return single(0);
    }

    /** After its last. */
    byte[] end() {
        return single(0xff);
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
