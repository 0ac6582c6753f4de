package io.capstan.registry.internal.group;

import io.capstan.crdt.core.Codec;
import io.capstan.registry.core.GroupKey;
import io.capstan.registry.core.RowCodecs;
import io.capstan.registry.internal.wire.EnvelopeSerializer;
import io.capstan.registry.internal.wire.UserMessage;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.ExtendedActorSystem;

/** The bytes of a {@link Post}: scope, group, {@link UserMessage}. */
public final class PostSerializer extends EnvelopeSerializer<Post> {
    static final String MANIFEST = "P";

    private static final Codec<String> TEXT = Codec.utf8(RowCodecs.NAME_BYTES_MAX);

    public PostSerializer(ExtendedActorSystem system) {
        super(system, Post.class, 48_050, MANIFEST);
    }

    @Override
    protected ByteBuffer write(Post post) {
        UserMessage message = new UserMessage(serialization(), post.message());
        GroupKey group = post.group();
        ByteBuffer out = begin(TEXT.bytes(group.scope()) + TEXT.bytes(group.group()) + message.bytes());
        TEXT.write(group.scope(), out);
        TEXT.write(group.group(), out);
        message.write(out);
        return out;
    }

    @Override
    protected Post read(ByteBuffer in) {
        GroupKey group = new GroupKey(TEXT.read(in), TEXT.read(in));
        return new Post(group, UserMessage.read(serialization(), in));
    }
}
