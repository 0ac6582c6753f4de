package io.capstan.raft.internal.wire;

import io.capstan.raft.Effects;
import java.util.ArrayList;
import java.util.List;

/** An effect's id where its group is known: epoch and index (i64 each), ordinal (i32). */
public record EffectKey(long epoch, long index, int ordinal) {
    static final int BYTES = 8 + 8 + 4;

    public static EffectKey of(Effects.Id id) {
        return new EffectKey(id.epoch(), id.index(), id.ordinal());
    }

    /** The effect of that group. */
    public Effects.Id in(String group) {
        return new Effects.Id(group, epoch, index, ordinal);
    }

    public Out write(Out out) {
        return out.i64(epoch).i64(index).i32(ordinal);
    }

    public static EffectKey read(In in) {
        return new EffectKey(in.i64(), in.i64(), in.i32());
    }

    static List<EffectKey> readAll(In in) {
        int count = in.count(BYTES);
        List<EffectKey> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            keys.add(read(in));
        }
        return keys;
    }
}
