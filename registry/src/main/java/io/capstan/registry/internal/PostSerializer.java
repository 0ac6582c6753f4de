package io.capstan.registry.internal;

import io.capstan.crdt.core.Codec;
import io.capstan.crdt.core.MalformedFrame;
import io.capstan.registry.core.GroupKey;
import io.capstan.registry.core.RowCodecs;
import java.io.NotSerializableException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.apache.pekko.serialization.Serializers;

/**
 * The bytes of a {@link Post}: version (u8), scope, group, what the user's message was written with (serializer i32,
 * manifest), its bytes to the end. Pekko makes and calls it, by {@code reference.conf}. Thread-safe.
 */
public final class PostSerializer extends SerializerWithStringManifest {
    static final byte VERSION = 1;
    static final String MANIFEST = "P";

    /** Unique among all serializers of a system; Pekko keeps the numbers to 100 for itself. */
    private static final int IDENTIFIER = 48_050;

    private static final int MANIFEST_BYTES_MAX = 4_096;
    private static final Codec<String> TEXT = Codec.utf8(RowCodecs.NAME_BYTES_MAX);
    private static final Codec<String> LONG_TEXT = Codec.utf8(MANIFEST_BYTES_MAX);

    private final ExtendedActorSystem system;

    public PostSerializer(ExtendedActorSystem system) {
        this.system = system;
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object object) {
        return MANIFEST;
    }

    @Override
    public byte[] toBinary(Object object) {
        Post post = (Post) object;
        Serializer serializer = serialization().findSerializerFor(post.message());
        String manifest = Serializers.manifestFor(serializer, post.message());
        byte[] message = serializer.toBinary(post.message());
        GroupKey group = post.group();
        ByteBuffer out = ByteBuffer.allocate(1
                        + TEXT.bytes(group.scope())
                        + TEXT.bytes(group.group())
                        + Integer.BYTES
                        + LONG_TEXT.bytes(manifest)
                        + message.length)
                .put(VERSION);
        TEXT.write(group.scope(), out);
        TEXT.write(group.group(), out);
        out.putInt(serializer.identifier());
        LONG_TEXT.write(manifest, out);
        out.put(message);
        return Arrays.copyOf(out.array(), out.position());
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION || !manifest.equals(MANIFEST)) {
                throw new NotSerializableException("a post of version " + version + " where " + VERSION + " is spoken");
            }
            GroupKey group = new GroupKey(TEXT.read(in), TEXT.read(in));
            int serializer = in.getInt();
            String of = LONG_TEXT.read(in);
            byte[] message = new byte[in.remaining()];
            in.get(message);
            return new Post(
                    group, serialization().deserialize(message, serializer, of).get());
        } catch (BufferUnderflowException | MalformedFrame e) {
            throw new NotSerializableException("a post that cannot be read: " + e.getMessage());
        }
    }

    private Serialization serialization() {
        return SerializationExtension.get(system);
    }
}
