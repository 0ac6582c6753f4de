package io.capstan.actors.internal.process;

import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** {@link CallDown} on Artery's wire: a version, then the reason as {@link ProcessCodec} has it. Found by Pekko. */
public final class CallDownSerializer extends SerializerWithStringManifest {
    // Pekko's own are below 100; on the wire, so it never changes.
    private static final int IDENTIFIER = 7_201;
    private static final String MANIFEST = "D";

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return MANIFEST;
    }

    @Override
    public byte[] toBinary(Object message) {
        ByteBuffer out = ByteBuffer.allocate(ProcessCodec.OPERATION_BYTES_MAX);
        out.put((byte) ProcessCodec.VERSION);
        ProcessCodec.reason(out, ((CallDown) message).reason());
        return Arrays.copyOf(out.array(), out.position());
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (!manifest.equals(MANIFEST) || !in.hasRemaining() || in.get() != ProcessCodec.VERSION) {
            throw new NotSerializableException("no notice of a call's end: " + manifest);
        }
        try {
            return new CallDown(ProcessCodec.reason(in));
        } catch (ProcessCodec.Malformed | java.nio.BufferUnderflowException e) {
            throw new NotSerializableException("a notice of a call's end is malformed: " + e.getMessage());
        }
    }
}
