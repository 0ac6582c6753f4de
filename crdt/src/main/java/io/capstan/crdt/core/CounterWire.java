package io.capstan.crdt.core;

import io.capstan.crdt.core.CounterKey.Operation;
import io.capstan.crdt.core.CounterKey.Total;
import io.capstan.crdt.core.Deltas.Delta;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of counters on the wire: a kind, then a counter's name and its two sums, or an operation's id and its deltas.
 *
 * <p>A delta is a counter's name and its amount, doubled and inverted when below 0, so that small ones are short.
 */
public final class CounterWire implements RowCodec<CounterKey, CounterRow> {
    /** Longest name of a counter, in bytes of UTF-8. */
    public static final int NAME_BYTES_MAX = 255;

    /** Longest id of an operation, in bytes of UTF-8. */
    public static final int OPERATION_BYTES_MAX = 128;

    /** Most bytes that the deltas of one operation take, so that its row fits a frame of the mesh. */
    public static final int DELTAS_BYTES_MAX = 48 * 1024;

    private static final byte SUMS = 1;
    private static final byte OPERATION = 2;

    private static final int DELTA_BYTES_MIN = 2;

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

    @Override
    public int keyBytes(CounterKey key) {
        return 1 + (key instanceof Total total ? NAME.bytes(total.counter()) : ID.bytes(((Operation) key).id()));
    }

    @Override
    public void writeKey(CounterKey key, ByteBuffer out) {
        if (key instanceof Total total) {
            NAME.write(total.counter(), out.put(SUMS));
        } else if (key instanceof Operation operation) {
            ID.write(operation.id(), out.put(OPERATION));
        }
    }

    @Override
    public CounterKey readKey(ByteBuffer in) {
        byte kind = in.get();
        return switch (kind) {
            case SUMS -> new Total(NAME.read(in));
            case OPERATION -> new Operation(ID.read(in));
            default -> throw new MalformedFrame("a counter's row of unknown kind " + kind);
        };
    }

    @Override
    public int valueBytes(CounterKey key, CounterRow row) {
        return row instanceof Deltas deltas ? bytes(deltas) : 2 * Varint.BYTES_MAX;
    }

    @Override
    public void writeValue(CounterKey key, CounterRow row, ByteBuffer out) {
        if (row instanceof Sums sums) {
            Varint.write(sums.added(), out);
            Varint.write(sums.taken(), out);
        } else if (row instanceof Deltas deltas) {
            Varint.write(deltas.all().size(), out);
            for (Delta delta : deltas.all()) {
                NAME.write(delta.counter(), out);
                Varint.write((delta.amount() << 1) ^ (delta.amount() >> 63), out);
            }
        }
    }

    @Override
    public CounterRow readValue(CounterKey key, ByteBuffer in) {
        if (key instanceof Total) {
            return new Sums(Varint.read(in), Varint.read(in));
        }
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
}
