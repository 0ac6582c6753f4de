package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Frame.Ack;
import io.capstan.crdt.core.Frame.Digest;
import io.capstan.crdt.core.Frame.End;
import io.capstan.crdt.core.Frame.Hello;
import io.capstan.crdt.core.Frame.Rows;
import io.capstan.crdt.core.Frame.Unwant;
import io.capstan.crdt.core.Frame.Want;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bytes of a table's frames: version, type, body. Closed: what is unknown is refused.
 *
 * <p>Numbers are {@link Varint}s unless said otherwise. A row is its version's distance from the row before (from the
 * frame's {@code after} for the first), doubled, plus one for a removal; then the key; then the value unless removed.
 * Thread-safe if the codecs are.
 */
public final class TableWire<K, V> implements RowSize<K, V> {
    static final byte VERSION = 1;

    private static final byte HELLO = 1;
    private static final byte DIGEST = 2;
    private static final byte WANT = 3;
    private static final byte UNWANT = 4;
    private static final byte END = 5;
    private static final byte ROWS = 6;
    private static final byte ACK = 7;

    private static final int REPLACE = 1;
    private static final int TAIL = 2;
    private static final int DIRECT = 1;
    private static final int ANSWER = 1;

    private static final int FIXED_BYTES_MAX = 2 + 1 + 5 * Varint.BYTES_MAX;
    private static final int SLOT_BITS_BYTES = 16;
    private static final int HAVE_BYTES_MIN = SLOT_BITS_BYTES + 1 + 1 + 8 + 1 + 1;
    private static final int HAVE_BYTES_MAX = HAVE_BYTES_MIN + NodeId.NAME_LENGTH_MAX + Varint.BYTES_MAX;
    private static final int ROW_BYTES_MIN = 1;

    private static final Codec<NodeId> NODE = Codec.nodeId();

    private final Codec<K> keys;
    private final Codec<V> values;

    public TableWire(Codec<K> keys, Codec<V> values) {
        this.keys = keys;
        this.values = values;
    }

    @Override
    public int bytes(Row<K, V> row) {
        V value = row.value();
        return Varint.BYTES_MAX + keys.bytes(row.key()) + (value == null ? 0 : values.bytes(value));
    }

    /** Writes a frame. */
    public byte[] encode(Frame<K, V> frame) {
        ByteBuffer out = ByteBuffer.allocate(bytesMax(frame)).put(VERSION);
        if (frame instanceof Hello<K, V> hello) {
            writeSlot(hello.table(), out.put(HELLO));
            out.put((byte) (hello.answer() ? ANSWER : 0));
        } else if (frame instanceof Digest<K, V> digest) {
            out.put(DIGEST);
            writeDigest(digest, out);
        } else if (frame instanceof Want<K, V> want) {
            out.put(WANT);
            Varint.write(want.stream(), out);
            writeSlot(want.slot(), out);
            Varint.write(want.after(), out);
        } else if (frame instanceof Unwant<K, V> unwant) {
            out.put(UNWANT);
            Varint.write(unwant.stream(), out);
        } else if (frame instanceof End<K, V> end) {
            out.put(END);
            Varint.write(end.stream(), out);
        } else if (frame instanceof Rows<K, V> rows) {
            out.put(ROWS);
            writeRows(rows, out);
        } else if (frame instanceof Ack<K, V> ack) {
            out.put(ACK);
            Varint.write(ack.stream(), out);
            Varint.write(ack.received(), out);
            Varint.write(ack.known(), out);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    /**
     * Reads a frame.
     *
     * @throws MalformedFrame when the bytes are not one whole frame of version 1
     */
    public Frame<K, V> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new MalformedFrame("table protocol version " + version + " where " + VERSION + " is spoken");
            }
            Frame<K, V> frame = read(in.get(), in);
            if (in.hasRemaining()) {
                throw new MalformedFrame(in.remaining() + " bytes after the end of a table's frame");
            }
            return frame;
        } catch (BufferUnderflowException e) {
            throw new MalformedFrame("a table's frame that ends after " + bytes.length + " bytes, too early");
        } catch (IllegalArgumentException e) {
            throw new MalformedFrame("a table's frame with " + e.getMessage());
        }
    }

    private Frame<K, V> read(byte type, ByteBuffer in) {
        return switch (type) {
            case HELLO -> new Hello<>(readSlot(in), readFlags(in, ANSWER) != 0);
            case DIGEST -> readDigest(in);
            case WANT -> new Want<>(Varint.read(in), readSlot(in), Varint.read(in));
            case UNWANT -> new Unwant<>(Varint.read(in));
            case END -> new End<>(Varint.read(in));
            case ROWS -> readRows(in);
            case ACK -> new Ack<>(Varint.read(in), Varint.read(in), Varint.read(in));
            default -> throw new MalformedFrame("a table's frame of unknown type " + type);
        };
    }

    private int bytesMax(Frame<K, V> frame) {
        int bytes = FIXED_BYTES_MAX + HAVE_BYTES_MAX;
        if (frame instanceof Digest<K, V> digest) {
            bytes += digest.haves().size() * HAVE_BYTES_MAX;
        } else if (frame instanceof Rows<K, V> rows) {
            for (Row<K, V> row : rows.rows()) {
                bytes += bytes(row);
            }
        }
        return bytes;
    }

    private static <K, V> void writeDigest(Digest<K, V> digest, ByteBuffer out) {
        Varint.write(digest.haves().size(), out);
        for (Have have : digest.haves()) {
            writeSlot(have.slot(), out);
            Varint.write(have.known(), out);
            out.put((byte) (have.direct() ? DIRECT : 0));
        }
    }

    private static <K, V> Digest<K, V> readDigest(ByteBuffer in) {
        int count = readCount(in, HAVE_BYTES_MIN);
        List<Have> haves = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            haves.add(new Have(readSlot(in), Varint.read(in), readFlags(in, DIRECT) != 0));
        }
        return new Digest<>(haves);
    }

    private void writeRows(Rows<K, V> frame, ByteBuffer out) {
        Varint.write(frame.stream(), out);
        Varint.write(frame.after(), out);
        out.put((byte) ((frame.replace() ? REPLACE : 0) | (frame.tailReached() ? TAIL : 0)));
        Varint.write(frame.floor(), out);
        if (frame.tailReached()) {
            Varint.write(frame.tail(), out);
        }
        Varint.write(frame.rows().size(), out);
        long version = frame.after();
        for (Row<K, V> row : frame.rows()) {
            V value = row.value();
            Varint.write(((row.version() - version) << 1) | (value == null ? 1 : 0), out);
            version = row.version();
            keys.write(row.key(), out);
            if (value != null) {
                values.write(value, out);
            }
        }
    }

    private Rows<K, V> readRows(ByteBuffer in) {
        long stream = Varint.read(in);
        long after = Varint.read(in);
        int flags = readFlags(in, REPLACE | TAIL);
        boolean tailReached = (flags & TAIL) != 0;
        long floor = Varint.read(in);
        long tail = tailReached ? Varint.read(in) : 0;
        int count = readCount(in, ROW_BYTES_MIN);
        List<Row<K, V>> rows = new ArrayList<>(count);
        long version = after;
        for (int i = 0; i < count; i++) {
            long distanceAndKind = Varint.read(in);
            version += distanceAndKind >>> 1;
            if (version < 0 || distanceAndKind >>> 1 == 0) {
                throw new MalformedFrame("a table's rows out of the order of their versions");
            }
            K key = keys.read(in);
            rows.add(new Row<>(key, version, (distanceAndKind & 1) != 0 ? null : values.read(in)));
        }
        if (tailReached ? tail < version : rows.isEmpty()) {
            throw new MalformedFrame("a table's rows without an end");
        }
        return new Rows<>(stream, after, (flags & REPLACE) != 0, tailReached, tail, floor, rows);
    }

    private static void writeSlot(Slot slot, ByteBuffer out) {
        NODE.write(slot.owner(), out.putLong(slot.high()).putLong(slot.low()));
    }

    private static Slot readSlot(ByteBuffer in) {
        return new Slot(in.getLong(), in.getLong(), NODE.read(in));
    }

    /** A count that the rest of the frame can hold: what is allocated is bounded by what was received. */
    private static int readCount(ByteBuffer in, int bytesEach) {
        long count = Varint.read(in);
        if (count > in.remaining() / bytesEach) {
            throw new MalformedFrame(
                    "a table's frame that promises " + count + " entries in " + in.remaining() + " bytes");
        }
        return (int) count;
    }

    private static int readFlags(ByteBuffer in, int allowed) {
        int flags = in.get();
        if ((flags & ~allowed) != 0) {
            throw new MalformedFrame("a table's frame with unknown flags " + flags);
        }
        return flags;
    }
}
