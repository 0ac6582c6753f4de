package io.capstan.registry.internal.wire;

import io.capstan.crdt.core.MalformedFrame;
import java.io.NotSerializableException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * An envelope on Pekko's wire: version (u8), then what its kind says. Closed: another version is refused. Pekko makes and
 * calls these, by {@code reference.conf}. Thread-safe.
 */
public abstract class EnvelopeSerializer<T> extends SerializerWithStringManifest {
    static final byte VERSION = 1;

    private final ExtendedActorSystem system;
    private final Class<T> type;
    private final int identifier;
    private final String manifest;

    /**
     * Serializes one kind of envelope.
     *
     * @param identifier unique among all serializers of a system; Pekko keeps the numbers to 100 for itself
     */
    protected EnvelopeSerializer(ExtendedActorSystem system, Class<T> type, int identifier, String manifest) {
        this.system = system;
        this.type = type;
        this.identifier = identifier;
        this.manifest = manifest;
    }

    /** Writes into what {@link #begin} makes, and returns that. */
    protected abstract ByteBuffer write(T envelope);

    /** Reads what comes after the version. */
    protected abstract T read(ByteBuffer in);

    /** With the version in it, and room for so many bytes. */
    protected static ByteBuffer begin(int bytesMax) {
        return ByteBuffer.allocate(1 + bytesMax).put(VERSION);
    }

    protected final Serialization serialization() {
        return SerializationExtension.get(system);
    }

    protected final ActorRefResolver refs() {
        return ActorRefResolver.get(Adapter.toTyped(system));
    }

    @Override
    public final int identifier() {
        return identifier;
    }

    @Override
    public final String manifest(Object object) {
        return manifest;
    }

    @Override
    public final byte[] toBinary(Object object) {
        ByteBuffer out = write(type.cast(object)).flip();
        byte[] bytes = new byte[out.remaining()];
        out.get(bytes);
        return bytes;
    }

    @Override
    public final Object fromBinary(byte[] bytes, String written) throws NotSerializableException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION || !written.equals(manifest)) {
                throw new NotSerializableException(
                        type.getSimpleName() + " of version " + version + " where " + VERSION + " is spoken");
            }
            return read(in);
        } catch (BufferUnderflowException | MalformedFrame e) {
            throw new NotSerializableException(type.getSimpleName() + " that cannot be read: " + e.getMessage());
        }
    }
}
