package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Frame.Ack;
import io.capstan.crdt.core.Frame.Answer;
import io.capstan.crdt.core.Frame.Ask;
import io.capstan.crdt.core.Frame.Check;
import io.capstan.crdt.core.Frame.Digest;
import io.capstan.crdt.core.Frame.End;
import io.capstan.crdt.core.Frame.Heard;
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
 * Thread-safe if the codec is.
 */
public final class TableWire<K, V> implements RowMeasure<K, V> {
    static final byte VERSION = 1;

    private static final byte HELLO = 1;
    private static final byte DIGEST = 2;
    private static final byte WANT = 3;
    private static final byte UNWANT = 4;
    private static final byte END = 5;
    private static final byte ROWS = 6;
    private static final byte ACK = 7;
    private static final byte CHECK = 8;
    private static final byte HEARD = 9;
    private static final byte ASK = 10;
    private static final byte ANSWER = 11;

    private static final int REPLACE = 1;
    private static final int TAIL = 2;
    private static final int DIRECT = 1;
    private static final int ANSWERING = 1;
    private static final int WHOLE = 1;
    private static final int LAST = 1;

    private static final long HASH_BASIS = 0xcbf29ce484222325L;
    private static final long HASH_PRIME = 0x100000001b3L;
    private static final long HASH_MIX = 0x9e3779b97f4a7c15L;

    private static final int FIXED_BYTES_MAX = 2 + 1 + 5 * Varint.BYTES_MAX;
    private static final int SLOT_BITS_BYTES = 16;
    private static final int HAVE_BYTES_MIN = SLOT_BITS_BYTES + 1 + 1 + 8 + 1 + 1;
    private static final int HAVE_BYTES_MAX = HAVE_BYTES_MIN + NodeId.NAME_LENGTH_MAX + Varint.BYTES_MAX;
    private static final int MARK_BYTES_MIN = HAVE_BYTES_MIN - 1 + Long.BYTES;
    private static final int MARK_BYTES_MAX = HAVE_BYTES_MAX - 1 + Long.BYTES;
    private static final int ROW_BYTES_MIN = 1;

    private static final Codec<NodeId> NODE = Codec.nodeId();

    private final RowCodec<K, V> codec;

    public TableWire(RowCodec<K, V> codec) {
        this.codec = codec;
    }

    @Override
    public int bytes(Row<K, V> row) {
        V value = row.value();
        return Varint.BYTES_MAX + codec.keyBytes(row.key()) + (value == null ? 0 : codec.valueBytes(row.key(), value));
    }

    @Override
    public long hash(Row<K, V> row) {
        ByteBuffer bytes = ByteBuffer.allocate(bytes(row));
        Varint.write(row.version(), bytes);
        writeRow(row, bytes);
        long hash = HASH_BASIS;
        for (int i = 0; i < bytes.position(); i++) {
            hash = (hash ^ bytes.get(i)) * HASH_PRIME;
        }
        // FNV-1a leaves its upper bits to chance; sums of such hashes would collide.
        hash = (hash ^ (hash >>> 32)) * HASH_MIX;
        return hash ^ (hash >>> 29);
    }

    /** Writes a frame. */
    public byte[] encode(Frame<K, V> frame) {
        ByteBuffer out = ByteBuffer.allocate(bytesMax(frame)).put(VERSION);
        if (frame instanceof Hello<K, V> hello) {
            writeSlot(hello.table(), out.put(HELLO));
            out.put((byte) (hello.answer() ? ANSWERING : 0));
        } else if (frame instanceof Digest<K, V> digest) {
            out.put(DIGEST);
            writeHaves(digest.haves(), out);
        } else if (frame instanceof Want<K, V> want) {
            out.put(WANT);
            Varint.write(want.stream(), out);
            writeSlot(want.slot(), out);
            Varint.write(want.after(), out);
            out.put((byte) (want.whole() ? WHOLE : 0));
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
        } else if (frame instanceof Check<K, V> check) {
            out.put(CHECK);
            writeCheck(check, out);
        } else if (frame instanceof Heard<K, V>) {
            out.put(HEARD);
        } else if (frame instanceof Ask<K, V> ask) {
            Varint.write(ask.number(), out.put(ASK));
        } else if (frame instanceof Answer<K, V> answer) {
            Varint.write(answer.number(), out.put(ANSWER));
            writeHaves(answer.haves(), out.put((byte) (answer.last() ? LAST : 0)));
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
            case HELLO -> new Hello<>(readSlot(in), readFlags(in, ANSWERING) != 0);
            case DIGEST -> new Digest<>(readHaves(in));
            case WANT -> new Want<>(Varint.read(in), readSlot(in), Varint.read(in), readFlags(in, WHOLE) != 0);
            case UNWANT -> new Unwant<>(Varint.read(in));
            case END -> new End<>(Varint.read(in));
            case ROWS -> readRows(in);
            case ACK -> new Ack<>(Varint.read(in), Varint.read(in), Varint.read(in));
            case CHECK -> readCheck(in);
            case HEARD -> new Heard<>();
            case ASK -> new Ask<>(Varint.read(in));
            case ANSWER -> new Answer<>(Varint.read(in), readFlags(in, LAST) != 0, readHaves(in));
            default -> throw new MalformedFrame("a table's frame of unknown type " + type);
        };
    }

    private int bytesMax(Frame<K, V> frame) {
        int bytes = FIXED_BYTES_MAX + HAVE_BYTES_MAX;
        if (frame instanceof Digest<K, V> digest) {
            bytes += digest.haves().size() * HAVE_BYTES_MAX;
        } else if (frame instanceof Answer<K, V> answer) {
            bytes += answer.haves().size() * HAVE_BYTES_MAX;
        } else if (frame instanceof Check<K, V> check) {
            bytes += check.marks().size() * MARK_BYTES_MAX;
        } else if (frame instanceof Rows<K, V> rows) {
            for (Row<K, V> row : rows.rows()) {
                bytes += bytes(row);
            }
        }
        return bytes;
    }

    private static void writeHaves(List<Have> haves, ByteBuffer out) {
        Varint.write(haves.size(), out);
        for (Have have : haves) {
            writeSlot(have.slot(), out);
            Varint.write(have.known(), out);
            out.put((byte) (have.direct() ? DIRECT : 0));
        }
    }

    private static List<Have> readHaves(ByteBuffer in) {
        int count = readCount(in, HAVE_BYTES_MIN);
        List<Have> haves = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            haves.add(new Have(readSlot(in), Varint.read(in), readFlags(in, DIRECT) != 0));
        }
        return haves;
    }

    private static <K, V> void writeCheck(Check<K, V> check, ByteBuffer out) {
        Varint.write(check.marks().size(), out);
        for (Mark mark : check.marks()) {
            writeSlot(mark.slot(), out);
            Varint.write(mark.known(), out);
            out.putLong(mark.hash());
        }
    }

    private static <K, V> Check<K, V> readCheck(ByteBuffer in) {
        int count = readCount(in, MARK_BYTES_MIN);
        List<Mark> marks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            marks.add(new Mark(readSlot(in), Varint.read(in), in.getLong()));
        }
        return new Check<>(marks);
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
            writeRow(row, out);
        }
    }

    private void writeRow(Row<K, V> row, ByteBuffer out) {
        V value = row.value();
        codec.writeKey(row.key(), out);
        if (value != null) {
            codec.writeValue(row.key(), value, out);
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
            K key = codec.readKey(in);
            rows.add(new Row<>(key, version, (distanceAndKind & 1) != 0 ? null : codec.readValue(key, in)));
        }
        if (tailReached ? tail < version : rows.isEmpty()) {
            throw new MalformedFrame("a table's rows without an end");
        }
        return new Rows<>(stream, after, (flags & REPLACE) != 0, tailReached, tail, floor, rows);
    }

    static void writeSlot(Slot slot, ByteBuffer out) {
        NODE.write(slot.owner(), out.putLong(slot.high()).putLong(slot.low()));
    }

    static Slot readSlot(ByteBuffer in) {
        return new Slot(in.getLong(), in.getLong(), NODE.read(in));
    }

    /** A count that the rest of the frame can hold: what is allocated is bounded by what was received. */
    private static int readCount(ByteBuffer in, int bytesEach) {
        return checkedCount(Varint.read(in), bytesEach, in);
    }

    static int checkedCount(long count, int bytesEach, ByteBuffer in) {
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
