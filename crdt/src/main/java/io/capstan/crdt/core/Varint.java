package io.capstan.crdt.core;

import java.nio.ByteBuffer;

/** Numbers of 0 or more, seven bits to a byte, lowest first. */
final class Varint {
    static final int BYTES_MAX = 9;

    private Varint() {}

    static void write(long value, ByteBuffer out) {
        if (value < 0) {
            throw new IllegalArgumentException("negative: " + value);
        }
        long rest = value;
        while (rest > 0x7f) {
            out.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    static long read(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < BYTES_MAX * 7; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedFrame("a number of more than " + BYTES_MAX + " bytes");
    }
}
