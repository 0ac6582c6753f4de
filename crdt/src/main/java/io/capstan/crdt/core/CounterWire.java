package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Baseline.Seen;
import io.capstan.crdt.core.CounterKey.Bounded;
import io.capstan.crdt.core.CounterKey.Folded;
import io.capstan.crdt.core.CounterKey.Kept;
import io.capstan.crdt.core.CounterKey.Operation;
import io.capstan.crdt.core.CounterKey.Reset;
import io.capstan.crdt.core.CounterKey.TakenOut;
import io.capstan.crdt.core.CounterKey.Total;
import io.capstan.crdt.core.CounterKey.Trim;
import io.capstan.crdt.core.CounterKey.Trimmed;
import io.capstan.crdt.core.CounterKey.Windowed;
import io.capstan.crdt.core.Deltas.Delta;
import io.capstan.crdt.core.Escrow.Given;
import io.capstan.crdt.core.KeptDeltas.Origin;
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
 *   <li>Ring: the last bucket, how many, the counts.
 *   <li>Escrow: made, used, received, wanted, how many gifts; of each the slot and the amount.
 *   <li>KeptDeltas: deltas; how many origins; of each the slot and the version.
 *   <li>Retired: version, fold, added, taken.
 *   <li>Positions: the version, how many beyond; of each how far beyond the one before.
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
    private static final byte WINDOWED = 4;
    private static final byte BOUNDED = 5;
    private static final byte KEPT = 6;
    private static final byte FOLDED = 7;
    private static final byte TRIMMED = 8;
    private static final byte TRIM = 9;
    private static final byte TAKEN_OUT = 10;

    private static final int DELTA_BYTES_MIN = 2;
    private static final int SLOT_BITS_BYTES = 16;
    private static final int SEEN_BYTES_MIN = SLOT_BITS_BYTES + 1 + 1 + Long.BYTES + 4;

    private static final int GIVEN_BYTES_MIN = SLOT_BITS_BYTES + 1 + 1 + Long.BYTES + 1;

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
            bytes += bytes(seen.slot()) + 4 * Varint.BYTES_MAX;
        }
        return bytes;
    }

    @Override
    public int keyBytes(CounterKey key) {
        if (key instanceof Operation operation) {
            return 1 + ID.bytes(operation.id());
        } else if (key instanceof Windowed windowed) {
            return 1 + NAME.bytes(windowed.counter()) + 2 * Varint.BYTES_MAX;
        } else if (key instanceof Bounded bounded) {
            return 1 + NAME.bytes(bounded.counter());
        } else if (key instanceof Kept kept) {
            return 1 + ID.bytes(kept.id());
        } else if (key instanceof Folded folded) {
            return 1 + bytes(folded.slot());
        } else if (key instanceof Trimmed trimmed) {
            return 1 + bytes(trimmed.slot());
        } else if (key instanceof Trim) {
            return 1 + Varint.BYTES_MAX;
        } else if (key instanceof TakenOut out) {
            return 1 + Varint.BYTES_MAX + NAME.bytes(out.counter());
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
        } else if (key instanceof Windowed windowed) {
            NAME.write(windowed.counter(), out.put(WINDOWED));
            Varint.write(windowed.bucketMillis(), out);
            Varint.write(windowed.buckets(), out);
        } else if (key instanceof Bounded bounded) {
            NAME.write(bounded.counter(), out.put(BOUNDED));
        } else if (key instanceof Kept kept) {
            ID.write(kept.id(), out.put(KEPT));
        } else if (key instanceof Folded folded) {
            TableWire.writeSlot(folded.slot(), out.put(FOLDED));
        } else if (key instanceof Trimmed trimmed) {
            TableWire.writeSlot(trimmed.slot(), out.put(TRIMMED));
        } else if (key instanceof Trim trim) {
            Varint.write(trim.revision(), out.put(TRIM));
        } else if (key instanceof TakenOut taken) {
            Varint.write(taken.revision(), out.put(TAKEN_OUT));
            NAME.write(taken.counter(), out);
        }
    }

    @Override
    public CounterKey readKey(ByteBuffer in) {
        byte kind = in.get();
        return switch (kind) {
            case SUMS -> new Total(NAME.read(in));
            case OPERATION -> new Operation(ID.read(in));
            case RESET -> new Reset(NAME.read(in));
            case WINDOWED ->
                new Windowed(NAME.read(in), Varint.read(in), (int) Math.min(Integer.MAX_VALUE, Varint.read(in)));
            case BOUNDED -> new Bounded(NAME.read(in));
            case KEPT -> new Kept(ID.read(in));
            case FOLDED -> new Folded(TableWire.readSlot(in));
            case TRIMMED -> new Trimmed(TableWire.readSlot(in));
            case TRIM -> new Trim(Varint.read(in));
            case TAKEN_OUT -> new TakenOut(Varint.read(in), NAME.read(in));
            default -> throw new MalformedFrame("a counter's row of unknown kind " + kind);
        };
    }

    @Override
    public int valueBytes(CounterKey key, CounterRow row) {
        if (row instanceof Deltas deltas) {
            return bytes(deltas);
        } else if (row instanceof KeptDeltas kept) {
            int bytes = bytes(kept.deltas()) + Varint.BYTES_MAX;
            for (Origin origin : kept.origins()) {
                bytes += bytes(origin.slot()) + Varint.BYTES_MAX;
            }
            return bytes;
        } else if (row instanceof Retired) {
            return 4 * Varint.BYTES_MAX;
        } else if (row instanceof Positions positions) {
            return (2 + positions.beyond().size()) * Varint.BYTES_MAX;
        } else if (row instanceof Ring ring) {
            return (2 + ring.counts().size()) * Varint.BYTES_MAX;
        } else if (row instanceof Escrow escrow) {
            int bytes = 5 * Varint.BYTES_MAX;
            for (Given gift : escrow.given()) {
                bytes += bytes(gift.to()) + Varint.BYTES_MAX;
            }
            return bytes;
        }
        return row instanceof Baseline baseline ? bytes(baseline) : 3 * Varint.BYTES_MAX;
    }

    @Override
    public void writeValue(CounterKey key, CounterRow row, ByteBuffer out) {
        if (row instanceof Deltas deltas) {
            write(deltas, out);
        } else if (row instanceof KeptDeltas kept) {
            write(kept.deltas(), out);
            Varint.write(kept.origins().size(), out);
            for (Origin origin : kept.origins()) {
                TableWire.writeSlot(origin.slot(), out);
                Varint.write(origin.version(), out);
            }
        } else if (row instanceof Positions positions) {
            Varint.write(positions.version(), out);
            Varint.write(positions.beyond().size(), out);
            long last = positions.version();
            for (long beyond : positions.beyond()) {
                Varint.write(beyond - last, out);
                last = beyond;
            }
        } else if (row instanceof Retired retired) {
            Varint.write(retired.version(), out);
            Varint.write(retired.fold(), out);
            Varint.write(retired.added(), out);
            Varint.write(retired.taken(), out);
        } else if (row instanceof Baseline baseline) {
            Varint.write(((long) baseline.seen().size() << 1) | (baseline.deleted() ? 1 : 0), out);
            for (Seen seen : baseline.seen()) {
                TableWire.writeSlot(seen.slot(), out);
                Varint.write(seen.since(), out);
                Varint.write(seen.added(), out);
                Varint.write(seen.taken(), out);
                Varint.write(seen.operations(), out);
            }
        } else if (row instanceof Ring ring) {
            Varint.write(ring.last(), out);
            Varint.write(ring.counts().size(), out);
            ring.counts().forEach(count -> Varint.write(count, out));
        } else if (row instanceof Escrow escrow) {
            Varint.write(escrow.made(), out);
            Varint.write(escrow.used(), out);
            Varint.write(escrow.received(), out);
            Varint.write(escrow.wanted(), out);
            Varint.write(escrow.given().size(), out);
            for (Given gift : escrow.given()) {
                TableWire.writeSlot(gift.to(), out);
                Varint.write(gift.amount(), out);
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

    private static void write(Deltas deltas, ByteBuffer out) {
        Varint.write(deltas.all().size(), out);
        for (Delta delta : deltas.all()) {
            NAME.write(delta.counter(), out);
            Varint.write((delta.amount() << 1) ^ (delta.amount() >> 63), out);
        }
    }

    private static int bytes(Slot slot) {
        return SLOT_BITS_BYTES + NODE.bytes(slot.owner());
    }

    @Override
    public CounterRow readValue(CounterKey key, ByteBuffer in) {
        if (key instanceof Total || key instanceof TakenOut) {
            long added = Varint.read(in);
            long taken = Varint.read(in);
            Sums sums = Sums.of(added, taken >>> 1);
            return (taken & 1) != 0 ? new Since(Varint.read(in), sums) : sums;
        }
        if (key instanceof Kept) {
            return readKept(in);
        } else if (key instanceof Trimmed) {
            return readPositions(in);
        } else if (key instanceof Folded || key instanceof Trim) {
            return new Retired(Varint.read(in), Varint.read(in), Varint.read(in), Varint.read(in));
        } else if (key instanceof Windowed) {
            return readRing(in);
        } else if (key instanceof Bounded) {
            return readEscrow(in);
        }
        return key instanceof Reset ? readBaseline(in) : readDeltas(in);
    }

    private static Positions readPositions(ByteBuffer in) {
        long version = Varint.read(in);
        int count = TableWire.checkedCount(Varint.read(in), 1, in);
        List<Long> beyond = new ArrayList<>(count);
        long last = version;
        for (int i = 0; i < count; i++) {
            last += Varint.read(in);
            beyond.add(last);
        }
        return new Positions(version, beyond);
    }

    private static Ring readRing(ByteBuffer in) {
        long last = Varint.read(in);
        int count = TableWire.checkedCount(Varint.read(in), 1, in);
        List<Long> counts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            counts.add(Varint.read(in));
        }
        return new Ring(last, counts);
    }

    private static Escrow readEscrow(ByteBuffer in) {
        long made = Varint.read(in);
        long used = Varint.read(in);
        long received = Varint.read(in);
        long wanted = Varint.read(in);
        int count = TableWire.checkedCount(Varint.read(in), GIVEN_BYTES_MIN, in);
        List<Given> given = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            given.add(new Given(TableWire.readSlot(in), Varint.read(in)));
        }
        return new Escrow(made, used, received, wanted, given);
    }

    private static KeptDeltas readKept(ByteBuffer in) {
        Deltas deltas = readDeltas(in);
        int count = TableWire.checkedCount(Varint.read(in), GIVEN_BYTES_MIN, in);
        List<Origin> origins = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            origins.add(new Origin(TableWire.readSlot(in), Varint.read(in)));
        }
        return new KeptDeltas(deltas, origins);
    }

    private static Deltas readDeltas(ByteBuffer in) {
        int count = TableWire.checkedCount(Varint.read(in), DELTA_BYTES_MIN, in);
        List<Delta> deltas = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String counter = NAME.read(in);
            long amount = Varint.read(in);
            deltas.add(new Delta(counter, (amount >>> 1) ^ -(amount & 1)));
        }
        return new Deltas(deltas);
    }

    private static Baseline readBaseline(ByteBuffer in) {
        long countAndKind = Varint.read(in);
        int count = TableWire.checkedCount(countAndKind >>> 1, SEEN_BYTES_MIN, in);
        List<Seen> seen = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            seen.add(new Seen(
                    TableWire.readSlot(in), Varint.read(in), Varint.read(in), Varint.read(in), Varint.read(in)));
        }
        return new Baseline((countAndKind & 1) != 0, seen);
    }
}
