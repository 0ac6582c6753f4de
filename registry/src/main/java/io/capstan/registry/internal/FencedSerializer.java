package io.capstan.registry.internal;

import io.capstan.crdt.core.Codec;
import io.capstan.crdt.core.MalformedFrame;
import io.capstan.raft.lock.FencingToken;
import io.capstan.registry.core.RowCodecs;
import java.io.NotSerializableException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * The bytes of a {@link Fenced}: version (u8), name, epoch (i64, i64, i32), the reference that is told, {@link
 * UserMessage}. Pekko makes and calls it, by {@code reference.conf}. Thread-safe.
 */
public final class FencedSerializer extends SerializerWithStringManifest {
    static final byte VERSION = 1;
    static final String MANIFEST = "F";

    /** Unique among all serializers of a system; Pekko keeps the numbers to 100 for itself. */
    private static final int IDENTIFIER = 48_051;

    private static final Codec<String> NAME = Codec.utf8(RowCodecs.NAME_BYTES_MAX);
    private static final Codec<String> PROCESS = Codec.utf8(RowCodecs.PROCESS_BYTES_MAX);
    private static final int EPOCH_BYTES = 8 + 8 + 4;

    private final ExtendedActorSystem system;

    public FencedSerializer(ExtendedActorSystem system) {
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
        Fenced fenced = (Fenced) object;
        UserMessage message = new UserMessage(serialization(), fenced.message());
        String taken = refs().toSerializationFormat(fenced.taken());
        ByteBuffer out = ByteBuffer.allocate(
                        1 + NAME.bytes(fenced.name()) + EPOCH_BYTES + PROCESS.bytes(taken) + message.bytes())
                .put(VERSION);
        NAME.write(fenced.name(), out);
        FencingToken epoch = fenced.epoch();
        out.putLong(epoch.epoch()).putLong(epoch.index()).putInt(epoch.ordinal());
        PROCESS.write(taken, out);
        message.write(out);
        return Arrays.copyOf(out.array(), out.position());
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte version = in.get();
            if (version != VERSION || !manifest.equals(MANIFEST)) {
                throw new NotSerializableException(
                        "a fenced message of version " + version + " where " + VERSION + " is spoken");
            }
            return new Fenced(
                    NAME.read(in),
                    new FencingToken(in.getLong(), in.getLong(), in.getInt()),
                    refs().resolveActorRef(PROCESS.read(in)),
                    UserMessage.read(serialization(), in));
        } catch (BufferUnderflowException | MalformedFrame e) {
            throw new NotSerializableException("a fenced message that cannot be read: " + e.getMessage());
        }
    }

    private Serialization serialization() {
        return SerializationExtension.get(system);
    }

    private ActorRefResolver refs() {
        return ActorRefResolver.get(Adapter.toTyped(system));
    }
}
