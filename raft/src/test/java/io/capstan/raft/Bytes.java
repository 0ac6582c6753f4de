package io.capstan.raft;

/** Commands that are their bytes. */
public final class Bytes implements Codec {
    public static final Codec CODEC = new Bytes();

    private Bytes() {}

    @Override
    public byte[] encode(Object value) {
        return (byte[]) value;
    }

    @Override
    public Object decode(byte[] bytes) {
        return bytes;
    }
}
