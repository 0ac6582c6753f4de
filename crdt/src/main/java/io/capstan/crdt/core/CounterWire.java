package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Baseline.Seen;
import io.capstan.crdt.core.CounterKey.Operation;
import io.capstan.crdt.core.CounterKey.Reset;
import io.capstan.crdt.core.CounterKey.Total;
import io.capstan.crdt.core.Deltas.Delta;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of counters on the wire: a kind, a counter's name or an operation's id, and what the kind asks for.
 *
 * <ul>
 *   <li>Sums: added; taken, doubled, plus one when a {@code since} follows that is not 0.
 *   <li>Deltas: how many; of each a counter's name and its amount, doubled and inverted when below 0, so that small ones
 *       are short.
 *   <li>Baseline: how many slots, doubled, plus one when the counter is deleted; of each the slot, since, added, taken,
 *       operations.
 * </ul>
 */
public final class CounterWire implements RowCodec<CounterKey, CounterRow> {
    /** Longest name of a counter, in bytes of UTF-8. */
    public static final int NAME_BYTES_MAX = 255;

    /** Longest id of an operation, in bytes of UTF-8. */
    public static final int OPERATION_BYTES_MAX = 128;

    /** Most bytes that the deltas of one operation take, so that its row fits a frame of the mesh. */
    public static final int DELTAS_BYTES_MAX = 48 * 1024;

    /** Most bytes that a reset takes, for the same reason: some 600 starts of nodes that counted it. */
    public static final int BASELINE_BYTES_MAX = 48 * 1024;

    private static final byte SUMS = 1;
    private static final byte OPERATION = 2;
    private static final byte RESET = 3;

    private static final int DELTA_BYTES_MIN = 2;
    private static final int SLOT_BITS_BYTES = 16;
    private static final int SEEN_BYTES_MIN = SLOT_BITS_BYTES + 1 + 1 + Long.BYTES + 4;

    private static final Codec<NodeId> NODE = Codec.nodeId();

    private static final Codec<String> NAME = Codec.utf8(NAME_BYTES_MAX);
    private static final Codec<String> ID = Codec.utf8(OPERATION_BYTES_MAX);

    private CounterWire() {}

    /** How rows are written, on the wire and on disk. */
    public static RowCodec<CounterKey, CounterRow> rows() {
        return new CounterWire();
    }

    /** The protocol of channels 16 and 17. */
    public static TableWire<CounterKey, CounterRow> wire() {
        return new TableWire<>(new CounterWire());
    }

    /** How many bytes the deltas take, at most. */
    public static int bytes(Deltas deltas) {
        int bytes = Varint.BYTES_MAX;
        for (Delta delta : deltas.all()) {
            bytes += NAME.bytes(delta.counter()) + Varint.BYTES_MAX;
        }
        return bytes;
    }

    /** How many bytes a reset takes, at most. */
    public static int bytes(Baseline baseline) {
        int bytes = Varint.BYTES_MAX;
        for (Seen seen : baseline.seen()) {
            bytes += SLOT_BITS_BYTES + NODE.bytes(seen.slot().owner()) + 4 * Varint.BYTES_MAX;
        }
        return bytes;
    }

    @Override
    public int keyBytes(CounterKey key) {
        if (key instanceof Operation operation) {
            return 1 + ID.bytes(operation.id());
        }
        return 1 + NAME.bytes(key instanceof Reset reset ? reset.counter() : ((Total) key).counter());
    }

    @Override
    public void writeKey(CounterKey key, ByteBuffer out) {
        if (key instanceof Total total) {
            NAME.write(total.counter(), out.put(SUMS));
        } else if (key instanceof Operation operation) {
            ID.write(operation.id(), out.put(OPERATION));
        } else if (key instanceof Reset reset) {
            NAME.write(reset.counter(), out.put(RESET));
        }
    }

    @Override
    public CounterKey readKey(ByteBuffer in) {
        byte kind = in.get();
        return switch (kind) {
            case SUMS -> new Total(NAME.read(in));
            case OPERATION -> new Operation(ID.read(in));
            case RESET -> new Reset(NAME.read(in));
            default -> throw new MalformedFrame("a counter's row of unknown kind " + kind);
        };
    }

    @Override
    public int valueBytes(CounterKey key, CounterRow row) {
        if (row instanceof Deltas deltas) {
            return bytes(deltas);
        }
        return row instanceof Baseline baseline ? bytes(baseline) : 3 * Varint.BYTES_MAX;
    }

    @Override
    public void writeValue(CounterKey key, CounterRow row, ByteBuffer out) {
        if (row instanceof Deltas deltas) {
            Varint.write(deltas.all().size(), out);
            for (Delta delta : deltas.all()) {
                NAME.write(delta.counter(), out);
                Varint.write((delta.amount() << 1) ^ (delta.amount() >> 63), out);
            }
        } else if (row instanceof Baseline baseline) {
            Varint.write(((long) baseline.seen().size() << 1) | (baseline.deleted() ? 1 : 0), out);
            for (Seen seen : baseline.seen()) {
                NODE.write(
                        seen.slot().owner(),
                        out.putLong(seen.slot().high()).putLong(seen.slot().low()));
                Varint.write(seen.since(), out);
                Varint.write(seen.added(), out);
                Varint.write(seen.taken(), out);
                Varint.write(seen.operations(), out);
            }
        } else {
            long since = Since.since(row);
            Varint.write(Since.sums(row).added(), out);
            Varint.write((Since.sums(row).taken() << 1) | (since > 0 ? 1 : 0), out);
            if (since > 0) {
                Varint.write(since, out);
            }
        }
    }

    @Override
    public CounterRow readValue(CounterKey key, ByteBuffer in) {
        if (key instanceof Total) {
            long added = Varint.read(in);
            long taken = Varint.read(in);
            Sums sums = new Sums(added, taken >>> 1);
            return (taken & 1) != 0 ? new Since(Varint.read(in), sums) : sums;
        }
        return key instanceof Reset ? readBaseline(in) : readDeltas(in);
    }

    private static Deltas readDeltas(ByteBuffer in) {
        long count = Varint.read(in);
        if (count > in.remaining() / DELTA_BYTES_MIN) {
            throw new MalformedFrame("an operation that promises " + count + " deltas");
        }
        List<Delta> deltas = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            String counter = NAME.read(in);
            long amount = Varint.read(in);
            deltas.add(new Delta(counter, (amount >>> 1) ^ -(amount & 1)));
        }
        return new Deltas(deltas);
    }

    private static Baseline readBaseline(ByteBuffer in) {
        long countAndKind = Varint.read(in);
        long count = countAndKind >>> 1;
        if (count > in.remaining() / SEEN_BYTES_MIN) {
            throw new MalformedFrame("a reset that promises " + count + " slots");
        }
        List<Seen> seen = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            Slot slot = new Slot(in.getLong(), in.getLong(), NODE.read(in));
            seen.add(new Seen(slot, Varint.read(in), Varint.read(in), Varint.read(in), Varint.read(in)));
        }
        return new Baseline((countAndKind & 1) != 0, seen);
    }
}
