package io.capstan.registry.internal.wire;

import io.capstan.crdt.core.Codec;
import io.capstan.crdt.core.MalformedFrame;
import java.nio.ByteBuffer;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import scala.Option;

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

    /**
     * From the rest of an envelope.
     *
     * @throws MalformedFrame when it is an envelope itself: as many as fit into a frame of Pekko's would be more than a stack
     *     takes, and an overflow there ends the JVM
     */
    public static Object read(Serialization serialization, ByteBuffer in) {
        int serializer = in.getInt();
        Option<Serializer> by = serialization.serializerByIdentity().get(serializer);
        if (by.isDefined() && by.get() instanceof EnvelopeSerializer) {
            throw new MalformedFrame("an envelope within an envelope");
        }
        String manifest = MANIFEST.read(in);
        byte[] content = new byte[in.remaining()];
        in.get(content);
        return serialization.deserialize(content, serializer, manifest).get();
    }
}
