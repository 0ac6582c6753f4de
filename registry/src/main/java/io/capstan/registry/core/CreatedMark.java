package io.capstan.registry.core;

import io.capstan.registry.Metadata;
import java.nio.ByteBuffer;

/**
 * Whether a group is created, as a node knows it: the higher number was said later, and of two that were said at once
 * the creation holds.
 */
public record CreatedMark(long number, boolean created) {
    /** What is known of a group that nobody ever spoke of. */
    public static final CreatedMark NONE = new CreatedMark(0, false);

    private static final int BYTES = Long.BYTES + 1;

    /** Whether this one holds, of the two. */
    public boolean above(CreatedMark other) {
        return number > other.number || (number == other.number && created && !other.created);
    }

    CreatedMark next(boolean create) {
        return new CreatedMark(number + 1, create);
    }

    /** As a member's metadata: number (i64), created (u8). */
    public Metadata toMetadata() {
        return Metadata.of(ByteBuffer.allocate(BYTES)
                .putLong(number)
                .put((byte) (created ? 1 : 0))
                .array());
    }

    /** What is no mark is the lowest. */
    public static CreatedMark of(Metadata metadata) {
        if (metadata.size() != BYTES) {
            return NONE;
        }
        ByteBuffer in = ByteBuffer.wrap(metadata.bytes());
        return new CreatedMark(in.getLong(), in.get() == 1);
    }
}
