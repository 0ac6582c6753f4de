package io.capstan.registry.internal;

import io.capstan.crdt.core.Codec;
import io.capstan.crdt.core.MalformedFrame;
import io.capstan.registry.core.RowCodecs;
import java.io.NotSerializableException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * The bytes of a {@link CreatedRequest}: version (u8), join (u8), group, number (i64), process, the reference that is
 * answered. Pekko makes and calls it, by {@code reference.conf}. Thread-safe.
 */
public final class CreatedRequestSerializer extends SerializerWithStringManifest {
    static final byte VERSION = 1;
    static final String MANIFEST = "C";

    /** Unique among all serializers of a system; Pekko keeps the numbers to 100 for itself. */
    private static final int IDENTIFIER = 48_052;

    private static final Codec<String> NAME = Codec.utf8(RowCodecs.NAME_BYTES_MAX);
    private static final Codec<String> PROCESS = Codec.utf8(RowCodecs.PROCESS_BYTES_MAX);

    private final ExtendedActorSystem system;

    public CreatedRequestSerializer(ExtendedActorSystem system) {
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
        CreatedRequest request = (CreatedRequest) object;
        String answer = refs().toSerializationFormat(request.answer());
        ByteBuffer out = ByteBuffer.allocate(2
                        + NAME.bytes(request.group())
                        + Long.BYTES
                        + PROCESS.bytes(request.process())
                        + PROCESS.bytes(answer))
                .put(VERSION)
                .put((byte) (request.join() ? 1 : 0));
        NAME.write(request.group(), out);
        out.putLong(request.number());
        PROCESS.write(request.process(), out);
        PROCESS.write(answer, out);
        return Arrays.copyOf(out.array(), out.position());
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION || !manifest.equals(MANIFEST)) {
                throw new NotSerializableException(
                        "a request of version " + version + " where " + VERSION + " is spoken");
            }
            return new CreatedRequest(
                    in.get() == 1,
                    NAME.read(in),
                    in.getLong(),
                    PROCESS.read(in),
                    refs().resolveActorRef(PROCESS.read(in)));
        } catch (BufferUnderflowException | MalformedFrame e) {
            throw new NotSerializableException("a request that cannot be read: " + e.getMessage());
        }
    }

    private ActorRefResolver refs() {
        return ActorRefResolver.get(Adapter.toTyped(system));
    }
}
