package io.capstan.crdt.internal;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.crdt.core.Codec;
import io.capstan.crdt.core.CounterKey;
import io.capstan.crdt.core.CounterRow;
import io.capstan.crdt.core.CounterWire;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.MalformedFrame;
import io.capstan.crdt.core.Row;
import io.capstan.crdt.core.RowCodec;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.Table;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counters in the node's store, in the key space {@code counters}.
 *
 * <pre>
 *   key   16 slot  'm'              value  1 format, owner, 8 known, 8 floor, 4 CRC32C of key and all before
 *   key   16 slot  'r'  8 version   value  1 format, 1 removal or not, row's key, its value, 4 CRC32C
 * </pre>
 *
 * <p>The entry {@code m} is written last: rows above its {@code known} are of a write that a crash has interrupted, and
 * are not there.
 */
final class CounterDisk implements Gate.Disk<CounterKey, CounterRow> {
    static final Store.Space SPACE = new Store.Space("counters");

    private static final Logger LOG = LoggerFactory.getLogger(CounterDisk.class);

    private static final byte FORMAT = 1;
    private static final byte META = 'm';
    private static final byte ROW = 'r';
    private static final int SLOT_BYTES = 16;
    private static final int CRC_BYTES = 4;

    private static final Codec<NodeId> NODE = Codec.nodeId();
    private static final RowCodec<CounterKey, CounterRow> ROWS = CounterWire.rows();

    private final Store store;
    private final LongConsumer durable;
    private final Consumer<StoreFailure> failed;

    /**
     * Neither is called on the caller's thread.
     *
     * @param durable told the numbers of writes, in order
     * @param failed told that nothing is written any more
     */
    CounterDisk(Store store, LongConsumer durable, Consumer<StoreFailure> failed) {
        this.store = store;
        this.durable = durable;
        this.failed = failed;
    }

    @Override
    public boolean write(List<Effect.Store<CounterKey, CounterRow>> stores, long number) {
        List<List<Change>> writes = new ArrayList<>();
        stores.forEach(slot -> writes.addAll(writes(slot)));
        try {
            for (int i = 0; i < writes.size(); i++) {
                boolean last = i == writes.size() - 1;
                store.write(writes.get(i), new Store.Completion() {
                    @Override
                    public void durable() {
                        if (last) {
                            durable.accept(number);
                        }
                    }

                    @Override
                    public void failed(StoreFailure failure) {
                        failed.accept(failure);
                    }
                });
            }
            return true;
        } catch (StoreFailure refusal) {
            // Writing the first ones again is harmless: they say the same.
            if (refusal.kind() == StoreFailure.Kind.OVERLOADED || refusal.kind() == StoreFailure.Kind.DISK_FULL) {
                return false;
            }
            failed.accept(refusal);
            return false;
        }
    }

    /** Gives the table what earlier starts left. */
    void load(Table<CounterKey, CounterRow> table) {
        List<Change> interrupted = new ArrayList<>();
        Loading loading = new Loading(table, interrupted);
        store.scan(SPACE, new byte[] {0}, ends(), (key, value) -> {
            loading.entry(key, value);
            return true;
        });
        loading.finish();
        if (!interrupted.isEmpty()) {
            store.write(interrupted, new Store.Completion() {
                @Override
                public void durable() {}

                @Override
                public void failed(StoreFailure failure) {
                    failed.accept(failure);
                }
            });
        }
    }

    /** As few as the store takes, the one with the slot's {@code known} last. */
    private List<List<Change>> writes(Effect.Store<CounterKey, CounterRow> slot) {
        List<List<Change>> writes = new ArrayList<>();
        List<Change> next = new ArrayList<>();
        long bytes = 0;
        long bytesMax = store.writeBytesMax() / 2;
        if (slot.whole()) {
            next.add(new Change.DeleteRange(SPACE, key(slot.slot(), META), key(slot.slot(), (byte) (ROW + 1))));
        }
        for (Row<CounterKey, CounterRow> row : slot.rows()) {
            Change.Put put = put(slot.slot(), row);
            long more = (long) put.key().length + put.value().length;
            bytes += more;
            if (bytes > bytesMax) {
                writes.add(next);
                next = new ArrayList<>();
                bytes = more;
            }
            next.add(put);
        }
        for (long version : slot.gone()) {
            next.add(new Change.Delete(SPACE, key(slot.slot(), version)));
        }
        next.add(meta(slot));
        writes.add(next);
        return writes;
    }

    private static Change.Put meta(Effect.Store<CounterKey, CounterRow> slot) {
        NodeId owner = slot.slot().owner();
        ByteBuffer value = ByteBuffer.allocate(1 + NODE.bytes(owner) + 2 * Long.BYTES + CRC_BYTES);
        NODE.write(owner, value.put(FORMAT));
        value.putLong(slot.known()).putLong(slot.floor());
        return sealed(key(slot.slot(), META), value);
    }

    private static Change.Put put(Slot slot, Row<CounterKey, CounterRow> row) {
        CounterRow value = row.value();
        int bytes = 2 + ROWS.keyBytes(row.key()) + (value == null ? 0 : ROWS.valueBytes(row.key(), value)) + CRC_BYTES;
        ByteBuffer out = ByteBuffer.allocate(bytes).put(FORMAT).put((byte) (value == null ? 1 : 0));
        ROWS.writeKey(row.key(), out);
        if (value != null) {
            ROWS.writeValue(row.key(), value, out);
        }
        return sealed(key(slot, row.version()), out);
    }

    private static Change.Put sealed(byte[] key, ByteBuffer value) {
        byte[] bytes = new byte[value.position() + CRC_BYTES];
        value.flip().get(bytes, 0, bytes.length - CRC_BYTES);
        ByteBuffer.wrap(bytes).putInt(bytes.length - CRC_BYTES, checksum(key, bytes, bytes.length - CRC_BYTES));
        return new Change.Put(SPACE, key, bytes);
    }

    private static int checksum(byte[] key, byte[] value, int length) {
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(value, 0, length);
        return (int) crc.getValue();
    }

    private static byte[] key(Slot slot, byte kind) {
        return ByteBuffer.allocate(SLOT_BYTES + 1)
                .putLong(slot.high())
                .putLong(slot.low())
                .put(kind)
                .array();
    }

    private static byte[] key(Slot slot, long version) {
        return ByteBuffer.allocate(SLOT_BYTES + 1 + Long.BYTES)
                .putLong(slot.high())
                .putLong(slot.low())
                .put(ROW)
                .putLong(version)
                .array();
    }

    private static byte[] ends() {
        byte[] last = new byte[SLOT_BYTES + 1 + Long.BYTES + 1];
        Arrays.fill(last, (byte) 0xff);
        return last;
    }

    /** One pass over the key space: slot by slot, of each its {@code m} first. */
    private static final class Loading {
        private final Table<CounterKey, CounterRow> table;
        private final List<Change> interrupted;
        private final List<Row<CounterKey, CounterRow>> rows = new ArrayList<>();
        private @Nullable Slot slot;
        private long high;
        private long low;
        private long known;
        private long floor;
        private boolean sound = true;

        Loading(Table<CounterKey, CounterRow> table, List<Change> interrupted) {
            this.table = table;
            this.interrupted = interrupted;
        }

        void entry(byte[] key, byte[] value) {
            ByteBuffer at = ByteBuffer.wrap(key);
            long entryHigh = at.getLong();
            long entryLow = at.getLong();
            if (entryHigh != high || entryLow != low) {
                finish();
                high = entryHigh;
                low = entryLow;
            }
            byte kind = at.get();
            try {
                ByteBuffer in = opened(key, value);
                if (kind == META) {
                    slot = new Slot(high, low, NODE.read(in));
                    known = in.getLong();
                    floor = in.getLong();
                } else if (slot == null || at.getLong(SLOT_BYTES + 1) > known) {
                    interrupted.add(new Change.Delete(SPACE, key));
                } else {
                    boolean removal = in.get() != 0;
                    CounterKey name = ROWS.readKey(in);
                    rows.add(new Row<>(name, at.getLong(SLOT_BYTES + 1), removal ? null : ROWS.readValue(name, in)));
                }
            } catch (MalformedFrame | BufferUnderflowException e) {
                sound = false;
            }
        }

        void finish() {
            Slot read = slot;
            if (!sound) {
                LOG.error(
                        "the copy of slot {} on disk is damaged and not used; it is taken from another node, if one has it",
                        String.format("%016x%016x", high, low));
            } else if (read != null) {
                table.restore(read, known, floor, List.copyOf(rows));
            }
            rows.clear();
            slot = null;
            sound = true;
        }

        private static ByteBuffer opened(byte[] key, byte[] value) {
            int length = value.length - CRC_BYTES;
            if (length < 1 || ByteBuffer.wrap(value).getInt(length) != checksum(key, value, length)) {
                throw new MalformedFrame("a checksum that does not fit");
            }
            if (value[0] != FORMAT) {
                throw new MalformedFrame("format " + value[0]);
            }
            return ByteBuffer.wrap(value, 1, length - 1);
        }
    }
}
