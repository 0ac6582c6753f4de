package io.capstan.raft.internal;

import io.capstan.raft.Codec;
import io.capstan.raft.internal.wire.In;
import io.capstan.raft.internal.wire.Out;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/**
 * Through Pekko's serialization: version (u8: 1), serializer (i32), manifest (text), its bytes. Which classes may come
 * out is decided by the application's bindings.
 */
public final class PekkoCodec implements Codec {
    private static final int VERSION = 1;

    private final Serialization serialization;

    public PekkoCodec(ActorSystem<?> system) {
        serialization = SerializationExtension.get(system);
    }

    @Override
    public byte[] encode(Object value) {
        return unchecked(() -> bytes(value));
    }

    private byte[] bytes(Object value) {
        Serializer serializer = serialization.findSerializerFor(value);
        return new Out(256)
                .u8(VERSION)
                .i32(serializer.identifier())
                .text(Serializers.manifestFor(serializer, value))
                // Not of the serializer itself: a reference in the value becomes bytes only within a transport's
                // context.
                .raw(serialization.serialize(value).get())
                .toBytes();
    }

    @Override
    public Object decode(byte[] bytes) {
        In in = new In(bytes);
        in.version("a value", VERSION);
        int serializer = in.i32();
        String manifest = in.text();
        return unchecked(
                () -> serialization.deserialize(in.rest(), serializer, manifest).get());
    }

    /** Pekko throws checked exceptions that it does not declare, such as one that no value's user expects to catch. */
    private static <T> T unchecked(Callable<T> coding) {
        try {
            return coding.call();
        } catch (RuntimeException refused) {
            throw refused;
        } catch (Exception refused) {
            throw new IllegalArgumentException(String.valueOf(refused.getMessage()), refused);
        }
    }
}
