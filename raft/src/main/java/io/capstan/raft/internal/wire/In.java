package io.capstan.raft.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** Reads what {@link Out} wrote. Every length is held against what is there before anything is allocated. */
public final class In {
    private final ByteBuffer bytes;

    public In(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    public int u8() {
        return require(1).get() & 0xff;
    }

    public boolean flag() {
        int value = u8();
        if (value > 1) {
            throw new Malformed("a flag is 0 or 1, got " + value);
        }
        return value == 1;
    }

    public int i32() {
        return require(4).getInt();
    }

    public long i64() {
        return require(8).getLong();
    }

    public String text() {
        byte[] utf8 = new byte[require(1).get() & 0xff];
        require(utf8.length).get(utf8);
        return new String(utf8, UTF_8);
    }

    public byte[] block() {
        int length = i32();
        if (length < 0 || length > bytes.remaining()) {
            throw new Malformed("a block of " + length + " bytes where " + bytes.remaining() + " are left");
        }
        byte[] value = new byte[length];
        bytes.get(value);
        return value;
    }

    /** Whatever is left. */
    public byte[] rest() {
        byte[] value = new byte[bytes.remaining()];
        bytes.get(value);
        return value;
    }

    /**
     * A number of things to come.
     *
     * @param bytesEach how many bytes each takes at least: a number that cannot be is refused before a list is made
     */
    public int count(int bytesEach) {
        int count = i32();
        if (count < 0 || count > bytes.remaining() / bytesEach) {
            throw new Malformed(count + " items where " + bytes.remaining() + " bytes are left");
        }
        return count;
    }

    /** Refuses any version but {@code known}. */
    public void version(String what, int known) {
        int version = u8();
        if (version != known) {
            throw new Malformed(what + " of version " + version + "; this Capstan knows version " + known);
        }
    }

    /** Whether nothing is left. */
    public boolean isEnd() {
        return !bytes.hasRemaining();
    }

    /** Refuses bytes beyond the value. */
    public void end() {
        if (bytes.hasRemaining()) {
            throw new Malformed(bytes.remaining() + " bytes too many");
        }
    }

    private ByteBuffer require(int count) {
        if (bytes.remaining() < count) {
            throw new Malformed("cut short at byte " + bytes.position());
        }
        return bytes;
    }
}
