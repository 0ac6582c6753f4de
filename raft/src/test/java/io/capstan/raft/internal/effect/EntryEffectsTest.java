package io.capstan.raft.internal.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.Bytes;
import io.capstan.raft.Codec;
import io.capstan.raft.Effects;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

class EntryEffectsTest {

    /** Each replica writes the same command in bytes of its own, as it does with the order of a set. */
    private record Replica(byte salt) implements Codec {
        @Override
        public byte[] encode(Object value) {
            return new byte[] {salt, ((Integer) value).byteValue()};
        }

        @Override
        public Object decode(byte[] bytes) {
            return (int) bytes[1];
        }

        EntryEffects entry(long index, EffectTable table) {
            return new EntryEffects("g", 1, index, table, new EntryEffects.Words(this, this, ActorRef::toString));
        }
    }

    private final EffectTable table = new EffectTable();
    private final EntryEffects effects =
            new EntryEffects("g", 1, 1, table, new EntryEffects.Words(Bytes.CODEC, Bytes.CODEC, ActorRef::toString));

    @Test
    void theSameTimerIsTheSameAlsoOnAReplicaThatWritesItsCommandInOtherBytes() {
        EntryEffects first = new Replica((byte) 1).entry(1, table);
        Effects.Id set = first.timer("t", 5, 7);
        first.accept();
        EffectTable restored = new EffectTable();
        table.image().forEach(restored::restore);

        assertThat(new Replica((byte) 1).entry(2, table).timer("t", 5, 7)).isEqualTo(set);
        assertThat(new Replica((byte) 2).entry(2, restored).timer("t", 5, 7)).isEqualTo(set);
        assertThat(new Replica((byte) 2).entry(3, restored).timer("t", 5, 8)).isNotEqualTo(set);
    }

    @Test
    void whatIsRefusedIsNotTakenAlsoWhenTheMachineGoesOnAfterTheRefusal() {
        byte[] large = new byte[EffectTable.ONE_BYTES_MAX];
        for (int i = 0; i < 1_300; i++) {
            effects.timer("t" + i, 1, large);
        }
        int refused = 0;
        for (int i = 0; i < 100; i++) {
            try {
                effects.timer("more" + i, 1, large);
            } catch (IllegalStateException tooMany) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
        assertThatThrownBy(() -> effects.timer("last", 1, large)).isInstanceOf(IllegalStateException.class);
        effects.end();
        effects.accept();
        assertThat(table.bytes()).isBetween(EffectTable.BYTES_MAX - 2L * large.length, EffectTable.BYTES_MAX);
    }
}
