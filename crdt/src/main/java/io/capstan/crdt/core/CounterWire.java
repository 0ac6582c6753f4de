package io.capstan.crdt.core;

import java.nio.ByteBuffer;

/** The rows of counters on the wire: a kind, the counter's name, its two sums. */
public final class CounterWire {
    /** Longest name of a counter, in bytes of UTF-8. */
    public static final int NAME_BYTES_MAX = 255;

    /** Rows of sums; other kinds of rows will have other numbers. */
    private static final byte SUMS = 1;

    private static final Codec<String> NAME = Codec.utf8(NAME_BYTES_MAX);

    private CounterWire() {}

    /** The protocol of channel 16. */
    public static TableWire<String, Sums> wire() {
        return new TableWire<>(RowCodec.of(new Name(), new Value()));
    }

    private static final class Name implements Codec<String> {
        @Override
        public int bytes(String name) {
            return 1 + NAME.bytes(name);
        }

        @Override
        public void write(String name, ByteBuffer out) {
            NAME.write(name, out.put(SUMS));
        }

        @Override
        public String read(ByteBuffer in) {
            byte kind = in.get();
            if (kind != SUMS) {
                throw new MalformedFrame("a counter's row of unknown kind " + kind);
            }
            return NAME.read(in);
        }
    }

    private static final class Value implements Codec<Sums> {
        @Override
        public int bytes(Sums value) {
            return 2 * Varint.BYTES_MAX;
        }

        @Override
        public void write(Sums value, ByteBuffer out) {
            Varint.write(value.added(), out);
            Varint.write(value.taken(), out);
        }

        @Override
        public Sums read(ByteBuffer in) {
            return new Sums(Varint.read(in), Varint.read(in));
        }
    }
}
