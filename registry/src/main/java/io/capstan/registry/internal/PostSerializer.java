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
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * The bytes of a {@link Post}: version (u8), scope, group, {@link UserMessage}. Pekko makes and calls it, by {@code reference.conf}. Thread-safe.
 */
public final class PostSerializer extends SerializerWithStringManifest {
    static final byte VERSION = 1;
    static final String MANIFEST = "P";

    /** Unique among all serializers of a system; Pekko keeps the numbers to 100 for itself. */
    private static final int IDENTIFIER = 48_050;

    private static final Codec<String> TEXT = Codec.utf8(RowCodecs.NAME_BYTES_MAX);

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
        UserMessage message = new UserMessage(serialization(), post.message());
        GroupKey group = post.group();
        ByteBuffer out = ByteBuffer.allocate(
                        1 + TEXT.bytes(group.scope()) + TEXT.bytes(group.group()) + message.bytes())
                .put(VERSION);
        TEXT.write(group.scope(), out);
        TEXT.write(group.group(), out);
        message.write(out);
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
            return new Post(group, UserMessage.read(serialization(), in));
        } catch (BufferUnderflowException | MalformedFrame e) {
            throw new NotSerializableException("a post that cannot be read: " + e.getMessage());
        }
    }

    private Serialization serialization() {
        return SerializationExtension.get(system);
    }
}
