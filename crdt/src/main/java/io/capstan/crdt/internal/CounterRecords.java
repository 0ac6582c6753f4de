package io.capstan.crdt.internal;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.crdt.core.Codec;
import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.MalformedFrame;
import io.capstan.crdt.core.Row;
import io.capstan.crdt.core.RowCodec;
import io.capstan.crdt.core.Slot;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What counters are on disk, in the key space {@code counters}.
 *
 * <pre>
 *   key   16 slot  'm'              value  1 format, owner, 8 known, 8 floor, 4 CRC32C of key and all before
 *   key   16 slot  'r'  8 version   value  1 format, 1 removal or not, row's key, its value, 4 CRC32C
 * </pre>
 *
 * <p>The entry {@code m} is written after the rows: rows above its {@code known} are of a write that a crash has
 * interrupted, and are not there.
 */
final class CounterRecords {
    static final Store.Space SPACE = new Store.Space("counters");

    private static final byte FORMAT = 1;
    /** Of rows that tell of operations that are forgotten: who does not know them must not count without them. */
    private static final byte FORMAT_CUT = 2;

    /** The last that is known here. */
    static final byte FORMAT_LAST = FORMAT_CUT;

    private static final byte META = 'm';
    private static final byte ROW = 'r';
    private static final int SLOT_BYTES = 16;
    private static final int KEY_BYTES_MAX = SLOT_BYTES + 1 + Long.BYTES;
    private static final int CRC_BYTES = 4;

    private static final Codec<NodeId> NODE = Codec.nodeId();
    private static final RowCodec<CounterKey, CounterRow> ROWS = CounterWire.rows();

    private CounterRecords() {}

    /** Whose entry a key is: a slot's bits, and of a row its version. */
    record Place(long high, long low, boolean meta, long version) {}

    /** The slot as it is once all its rows are there. */
    record Meta(Slot slot, long known, long floor) {}

    /**
     * The changes that one effect asks for, in as few writes as a store takes: rows, then the slot's {@code known}, which
     * makes them count, then deletions.
     *
     * <p>A crash may come between any two of them. So a row goes after what replaced it counts; and the oldest go first:
     * a removal that went before what it had removed would bring that back. Only a slot that is replaced as a whole is
     * cleared first: it came from another node, and after a crash comes from there again.
     */
    static List<List<Change>> writes(Effect.Store<CounterKey, CounterRow> slot, long bytesMax) {
        List<Change> changes = new ArrayList<>();
        if (slot.whole()) {
            changes.add(deleteAll(slot.slot().high(), slot.slot().low()));
            if (slot.known() == 0) {
                return List.of(changes); // Folded: nothing of it is to be found by the next start.
            }
        }
        slot.rows().forEach(row -> changes.add(put(slot.slot(), row)));
        changes.add(meta(new Meta(slot.slot(), slot.known(), slot.floor())));
        slot.gone().stream()
                .sorted()
                .forEach(version -> changes.add(new Change.Delete(SPACE, key(slot.slot(), version))));
        return inParts(changes, bytesMax);
    }

    /** The changes in order, in writes that a store takes. */
    private static List<List<Change>> inParts(List<Change> changes, long bytesMax) {
        List<List<Change>> writes = new ArrayList<>();
        List<Change> next = new ArrayList<>();
        long bytes = 0;
        for (Change change : changes) {
            bytes += change.bytes();
            if (bytes > bytesMax && !next.isEmpty()) {
                writes.add(next);
                next = new ArrayList<>();
                bytes = change.bytes();
            }
            next.add(change);
        }
        writes.add(next);
        return writes;
    }

    /** Leaves nothing of a slot. */
    static Change deleteAll(long high, long low) {
        return new Change.DeleteRange(SPACE, key(high, low, META), key(high, low, (byte) (ROW + 1)));
    }

    /** The rows above {@code known}: of a write that a crash has interrupted. */
    static Change deleteAbove(long high, long low, long known) {
        return new Change.DeleteRange(
                SPACE,
                ByteBuffer.allocate(KEY_BYTES_MAX)
                        .put(key(high, low, ROW))
                        .putLong(known + 1)
                        .array(),
                key(high, low, (byte) (ROW + 1)));
    }

    /** Below all keys. */
    static byte[] first() {
        return new byte[1];
    }

    /** Above all keys. */
    static byte[] last() {
        byte[] last = new byte[KEY_BYTES_MAX + 1];
        java.util.Arrays.fill(last, (byte) 0xff);
        return last;
    }

    /**
     * Reads a key.
     *
     * @throws MalformedFrame when it is none of these
     */
    static Place place(byte[] key) {
        boolean meta = key.length == SLOT_BYTES + 1 && key[SLOT_BYTES] == META;
        boolean row = key.length == KEY_BYTES_MAX && key[SLOT_BYTES] == ROW;
        if (!meta && !row) {
            throw new MalformedFrame("a key of " + key.length + " bytes that is none of a counter's");
        }
        ByteBuffer in = ByteBuffer.wrap(key);
        return new Place(in.getLong(), in.getLong(), meta, row ? in.getLong(SLOT_BYTES + 1) : 0);
    }

    /**
     * Reads the value of an entry {@code m}.
     *
     * @throws MalformedFrame when it is damaged
     * @throws IllegalStateException when it is of a format unknown here
     */
    static Meta meta(Place place, byte[] key, byte[] value) {
        ByteBuffer in = opened(key, value);
        try {
            Slot slot = new Slot(place.high(), place.low(), NODE.read(in));
            return new Meta(slot, in.getLong(), in.getLong());
        } catch (BufferUnderflowException e) {
            throw new MalformedFrame("an end that comes too early");
        }
    }

    /**
     * Reads the value of an entry {@code r}.
     *
     * @throws MalformedFrame when it is damaged
     * @throws IllegalStateException when it is of a format unknown here
     */
    static Row<CounterKey, CounterRow> row(Place place, byte[] key, byte[] value) {
        ByteBuffer in = opened(key, value);
        try {
            boolean removal = in.get() != 0;
            CounterKey rowKey = ROWS.readKey(in);
            return new Row<>(rowKey, place.version(), removal ? null : ROWS.readValue(rowKey, in));
        } catch (BufferUnderflowException e) {
            throw new MalformedFrame("an end that comes too early");
        }
    }

    private static Change.Put meta(Meta meta) {
        NodeId owner = meta.slot().owner();
        ByteBuffer value = ByteBuffer.allocate(1 + NODE.bytes(owner) + 2 * Long.BYTES);
        NODE.write(owner, value.put(FORMAT));
        value.putLong(meta.known()).putLong(meta.floor());
        return sealed(key(meta.slot().high(), meta.slot().low(), META), value);
    }

    private static Change.Put put(Slot slot, Row<CounterKey, CounterRow> row) {
        CounterRow value = row.value();
        int bytes = 2 + ROWS.keyBytes(row.key()) + (value == null ? 0 : ROWS.valueBytes(row.key(), value));
        ByteBuffer out = ByteBuffer.allocate(bytes).put(format(row.key())).put((byte) (value == null ? 1 : 0));
        ROWS.writeKey(row.key(), out);
        if (value != null) {
            ROWS.writeValue(row.key(), value, out);
        }
        return sealed(key(slot, row.version()), out);
    }

    private static byte format(CounterKey key) {
        boolean cut = key instanceof CounterKey.Trimmed
                || key instanceof CounterKey.Trim
                || key instanceof CounterKey.TakenOut;
        return cut ? FORMAT_CUT : FORMAT;
    }

    private static Change.Put sealed(byte[] key, ByteBuffer value) {
        int length = value.position();
        byte[] bytes = new byte[length + CRC_BYTES];
        value.flip().get(bytes, 0, length);
        ByteBuffer.wrap(bytes).putInt(length, checksum(key, bytes, length));
        return new Change.Put(SPACE, key, bytes);
    }

    private static ByteBuffer opened(byte[] key, byte[] value) {
        int length = value.length - CRC_BYTES;
        if (length < 1 || ByteBuffer.wrap(value).getInt(length) != checksum(key, value, length)) {
            throw new MalformedFrame("a checksum that does not fit");
        }
        if (value[0] < FORMAT || value[0] > FORMAT_LAST) {
            // Whole, and of another version of Capstan: not to be taken for damage, which is overwritten.
            throw new IllegalStateException("counters on disk are of format " + value[0] + ", and " + FORMAT + " to "
                    + FORMAT_LAST + " are known here: start the version of Capstan that wrote them");
        }
        return ByteBuffer.wrap(value, 1, length - 1);
    }

    private static int checksum(byte[] key, byte[] value, int length) {
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(value, 0, length);
        return (int) crc.getValue();
    }

    private static byte[] key(long high, long low, byte kind) {
        byte[] key = new byte[SLOT_BYTES + 1];
        ByteBuffer.wrap(key).putLong(high).putLong(low).put(kind);
        return key;
    }

    private static byte[] key(Slot slot, long version) {
        byte[] key = new byte[KEY_BYTES_MAX];
        ByteBuffer.wrap(key).putLong(slot.high()).putLong(slot.low()).put(ROW).putLong(version);
        return key;
    }
}
