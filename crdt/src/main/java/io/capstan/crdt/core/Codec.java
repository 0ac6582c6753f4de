package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** How keys or values of one kind are written: self-delimiting, big-endian. */
public interface Codec<T> {
    /** How many bytes {@link #write} takes, at most. */
    int bytes(T value);

    void write(T value, ByteBuffer out);

    /**
     * Reads what {@link #write} wrote; an underflow of the buffer is the caller's to report.
     *
     * @throws MalformedFrame when the bytes are none of these values; nothing is allocated beyond what is there
     */
    T read(ByteBuffer in);

    /** Strings of at most {@code bytesMax} bytes of UTF-8. */
    static Codec<String> utf8(int bytesMax) {
        Codec<byte[]> bytes = byteArray(bytesMax);
        return new Codec<>() {
            @Override
            public int bytes(String value) {
                int length = 0;
                for (int i = 0; i < value.length(); i++) {
                    char next = value.charAt(i);
                    length += next < 0x80 ? 1 : next < 0x800 || Character.isSurrogate(next) ? 2 : 3;
                }
                return Varint.BYTES_MAX + length;
            }

            @Override
            public void write(String value, ByteBuffer out) {
                bytes.write(value.getBytes(StandardCharsets.UTF_8), out);
            }

            @Override
            public String read(ByteBuffer in) {
                try {
                    // Strictly: two byte strings that read as the same text would be one key for two rows.
                    return StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes.read(in)))
                            .toString();
                } catch (CharacterCodingException e) {
                    throw new MalformedFrame("text that is not UTF-8");
                }
            }
        };
    }

    /** Who a node is: length of its name (u8), the name, its incarnation (i64). */
    static Codec<NodeId> nodeId() {
        return new Codec<>() {
            @Override
            public int bytes(NodeId node) {
                return 1 + node.name().length() + Long.BYTES;
            }

            @Override
            public void write(NodeId node, ByteBuffer out) {
                byte[] name = node.name().getBytes(StandardCharsets.US_ASCII);
                out.put((byte) name.length).put(name).putLong(node.incarnation());
            }

            @Override
            public NodeId read(ByteBuffer in) {
                byte[] name = new byte[Math.min(Byte.toUnsignedInt(in.get()), in.remaining())];
                in.get(name);
                try {
                    return new NodeId(new String(name, StandardCharsets.US_ASCII), in.getLong());
                } catch (IllegalArgumentException e) {
                    throw new MalformedFrame(String.valueOf(e.getMessage()));
                }
            }
        };
    }

    /** Arrays of at most {@code bytesMax} bytes; as parts of values only, as they have no equals. */
    static Codec<byte[]> byteArray(int bytesMax) {
        return new Codec<>() {
            @Override
            public int bytes(byte[] value) {
                return Varint.BYTES_MAX + value.length;
            }

            @Override
            public void write(byte[] value, ByteBuffer out) {
                if (value.length > bytesMax) {
                    throw new IllegalArgumentException(value.length + " bytes where " + bytesMax + " are the limit");
                }
                Varint.write(value.length, out);
                out.put(value);
            }

            @Override
            public byte[] read(ByteBuffer in) {
                long length = Varint.read(in);
                if (length > Math.min(bytesMax, in.remaining())) {
                    throw new MalformedFrame("a field of " + length + " bytes where " + bytesMax + " are the limit and "
                            + in.remaining() + " are left");
                }
                byte[] value = new byte[(int) length];
                in.get(value);
                return value;
            }
        };
    }
}
