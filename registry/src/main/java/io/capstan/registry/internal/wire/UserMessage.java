package io.capstan.registry.internal.wire;

import io.capstan.crdt.core.Codec;
import java.nio.ByteBuffer;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/**
 * A user's message at the end of an envelope: what it was written with (serializer i32, manifest), and its bytes to the
 * end.
 */
public final class UserMessage {
    private static final int MANIFEST_BYTES_MAX = 4_096;
    private static final Codec<String> MANIFEST = Codec.utf8(MANIFEST_BYTES_MAX);

    private final int serializer;
    private final String manifest;
    private final byte[] content;

    /** As this system writes it. */
    public UserMessage(Serialization serialization, Object message) {
        Serializer of = serialization.findSerializerFor(message);
        serializer = of.identifier();
        manifest = Serializers.manifestFor(of, message);
        content = of.toBinary(message);
    }

    /** How many {@link #write} writes. */
    public int bytes() {
        return Integer.BYTES + MANIFEST.bytes(manifest) + content.length;
    }

    /** To the end of an envelope. */
    public void write(ByteBuffer out) {
        out.putInt(serializer);
        MANIFEST.write(manifest, out);
        out.put(content);
    }

    /** From the rest of an envelope. */
    public static Object read(Serialization serialization, ByteBuffer in) {
        int serializer = in.getInt();
        String manifest = MANIFEST.read(in);
        byte[] content = new byte[in.remaining()];
        in.get(content);
        return serialization.deserialize(content, serializer, manifest).get();
    }
}
