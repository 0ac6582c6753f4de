package io.capstan.registry.internal.consistent;

import io.capstan.crdt.core.Codec;
import io.capstan.raft.lock.FencingToken;
import io.capstan.registry.core.RowCodecs;
import io.capstan.registry.internal.wire.EnvelopeSerializer;
import io.capstan.registry.internal.wire.UserMessage;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.ExtendedActorSystem;

/** The bytes of a {@link Fenced}: name, epoch (i64, i64, i32), the reference that is told, {@link UserMessage}. */
public final class FencedSerializer extends EnvelopeSerializer<Fenced> {
    static final String MANIFEST = "F";

    private static final Codec<String> NAME = Codec.utf8(RowCodecs.NAME_BYTES_MAX);
    private static final Codec<String> PROCESS = Codec.utf8(RowCodecs.PROCESS_BYTES_MAX);
    private static final int EPOCH_BYTES = 8 + 8 + 4;

    public FencedSerializer(ExtendedActorSystem system) {
        super(system, Fenced.class, 48_051, MANIFEST);
    }

    @Override
    protected ByteBuffer write(Fenced fenced) {
        UserMessage message = new UserMessage(serialization(), fenced.message());
        String taken = refs().toSerializationFormat(fenced.taken());
        ByteBuffer out = begin(NAME.bytes(fenced.name()) + EPOCH_BYTES + PROCESS.bytes(taken) + message.bytes());
        NAME.write(fenced.name(), out);
        FencingToken epoch = fenced.epoch();
        out.putLong(epoch.epoch()).putLong(epoch.index()).putInt(epoch.ordinal());
        PROCESS.write(taken, out);
        message.write(out);
        return out;
    }

    @Override
    protected Fenced read(ByteBuffer in) {
        return new Fenced(
                NAME.read(in),
                new FencingToken(in.getLong(), in.getLong(), in.getInt()),
                refs().resolveActorRef(PROCESS.read(in)),
                UserMessage.read(serialization(), in));
    }
}
