package io.capstan.raft.internal.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.raft.Effects;
import io.capstan.raft.Effects.Down;
import io.capstan.raft.internal.effect.Outstanding.Monitor;
import io.capstan.raft.internal.effect.Outstanding.Send;
import io.capstan.raft.internal.effect.Outstanding.Timer;
import io.capstan.raft.internal.wire.Malformed;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class EffectTableTest {
    private final EffectTable table = new EffectTable();

    private static Effects.Id id(long index) {
        return new Effects.Id("g", 1, index, 0);
    }

    private static byte[] bytes(int value) {
        return new byte[] {(byte) value};
    }

    @Test
    void aTimerFiresOnceAndNotBeforeItsTime() {
        table.add(new Timer(id(1), "t", 100, bytes(7)));

        assertThat(table.fired(id(1), 99)).isNull();
        assertThat(table.fired(id(1), 100)).containsExactly(7);
        assertThat(table.fired(id(1), 100)).isNull();
        assertThat(table.bytes()).isZero();
    }

    @Test
    void aTimerTakesThePlaceOfTheOneOfItsName() {
        table.add(new Timer(id(1), "t", 100, bytes(7)));
        table.add(new Timer(id(2), "t", 50, bytes(8)));

        assertThat(table.fired(id(1), 200)).isNull();
        assertThat(table.nextTimers(9)).extracting(Timer::id).containsExactly(id(2));
        table.cancel("t");
        assertThat(table.fired(id(2), 200)).isNull();
    }

    @Test
    void theEndOfAProcessIsTakenOnceHoweverItIsReported() {
        table.add(new Monitor(id(1), "pekko://a/user/p", bytes(1), bytes(2)));
        table.add(new Monitor(id(2), "pekko://a/user/p", bytes(1), bytes(2)));

        assertThat(table.down(id(1), Down.NOCONNECTION)).containsExactly(2);
        assertThat(table.down(id(1), Down.STOPPED)).isNull();
        table.demonitor(id(2));
        assertThat(table.down(id(2), Down.STOPPED)).isNull();
        assertThat(table.bytes()).isZero();
    }

    @Test
    void aSnapshotHasAllOfIt() {
        table.add(new Send(id(1), "pekko://a/user/p", bytes(5)));
        table.add(new Timer(id(2), "t", 100, bytes(7)));
        table.add(new Monitor(id(3), "pekko://a/user/p", bytes(1), bytes(2)));
        EffectTable restored = new EffectTable();
        table.image().forEach(effect -> restored.restore(EffectRecords.read("g", EffectRecords.write(effect))));

        assertThat(restored.bytes()).isEqualTo(table.bytes());
        assertThat(restored.sends().keySet()).containsExactly(id(1));
        assertThat(restored.fired(id(2), 100)).containsExactly(7);
        assertThat(restored.down(id(3), Down.STOPPED)).containsExactly(1);
    }

    @Test
    void recordsHaveTheirBytes() {
        String key = "0000000000000001" + "0000000000000002" + "00000000";
        byte[] send = EffectRecords.write(new Send(id(2), "p", bytes(5)));
        assertThat(HexFormat.of().formatHex(send)).isEqualTo("02" + key + "0000000170" + "0000000105");
        assertThat(HexFormat.of().formatHex(EffectRecords.write(new Timer(id(2), "t", 9, bytes(5)))))
                .isEqualTo("03" + key + "0000000174" + "0000000000000009" + "0000000105");
        assertThat(HexFormat.of().formatHex(EffectRecords.write(new Monitor(id(2), "p", bytes(5), bytes(6)))))
                .isEqualTo("04" + key + "0000000170" + "0000000105" + "0000000106");
        for (int length = 0; length < send.length; length++) {
            byte[] cut = Arrays.copyOf(send, length);
            assertThatThrownBy(() -> EffectRecords.read("g", cut)).isInstanceOf(Malformed.class);
        }
    }
}
