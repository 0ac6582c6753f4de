package io.capstan.registry.internal.group;

import io.capstan.crdt.core.Codec;
import io.capstan.registry.core.RowCodecs;
import io.capstan.registry.internal.wire.EnvelopeSerializer;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.ExtendedActorSystem;

/** The bytes of a {@link CreatedRequest}: join (u8), group, number (i64), process, the reference that is answered. */
public final class CreatedRequestSerializer extends EnvelopeSerializer<CreatedRequest> {
    static final String MANIFEST = "C";

    private static final Codec<String> NAME = Codec.utf8(RowCodecs.NAME_BYTES_MAX);
    private static final Codec<String> PROCESS = Codec.utf8(RowCodecs.PROCESS_BYTES_MAX);

    public CreatedRequestSerializer(ExtendedActorSystem system) {
        super(system, CreatedRequest.class, 48_052, MANIFEST);
    }

    @Override
    protected ByteBuffer write(CreatedRequest request) {
        String answer = refs().toSerializationFormat(request.answer());
        int bytes =
                1 + NAME.bytes(request.group()) + Long.BYTES + PROCESS.bytes(request.process()) + PROCESS.bytes(answer);
        ByteBuffer out = begin(bytes).put((byte) (request.join() ? 1 : 0));
        NAME.write(request.group(), out);
        out.putLong(request.number());
        PROCESS.write(request.process(), out);
        PROCESS.write(answer, out);
        return out;
    }

    @Override
    protected CreatedRequest read(ByteBuffer in) {
        return new CreatedRequest(
                in.get() == 1, NAME.read(in), in.getLong(), PROCESS.read(in), refs().resolveActorRef(PROCESS.read(in)));
    }
}
