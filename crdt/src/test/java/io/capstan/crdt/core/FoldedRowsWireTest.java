package io.capstan.crdt.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.KeptDeltas.Origin;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bytes of rows that only what was folded has, on the wire and on disk. */
class FoldedRowsWireTest {
    private static final Slot SLOT = new Slot(1, 2, new NodeId("b", 1));
    private static final String SLOT_HEX = "00000000000000010000000000000002" + "0162" + "0000000000000001";
    private static final RowCodec<CounterKey, CounterRow> ROWS = CounterWire.rows();

    private static void assertRow(CounterKey key, CounterRow row, String keyHex, String rowHex) {
        ByteBuffer out = ByteBuffer.allocate(ROWS.keyBytes(key) + ROWS.valueBytes(key, row));
        ROWS.writeKey(key, out);
        ROWS.writeValue(key, row, out);
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(keyHex + rowHex);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CounterKey read = ROWS.readKey(in);
        assertThat(read).isEqualTo(key);
        assertThat(ROWS.readValue(read, in)).isEqualTo(row);
        assertThat(in.hasRemaining()).isFalse();
    }

    @Test
    void anOperationThatIsKept() {
        KeptDeltas kept = new KeptDeltas(Deltas.of(Map.of("k", 5L)), List.of(new Origin(SLOT, 7)));
        assertRow(new CounterKey.Kept("id"), kept, "06" + "026964", "01" + "016b" + "0a" + "01" + SLOT_HEX + "07");
    }

    @Test
    void aSlotThatWasFolded() {
        assertRow(
                new CounterKey.Folded(SLOT), new Retired(300, 2, 10, 3), "07" + SLOT_HEX, "ac02" + "02" + "0a" + "03");
    }

    @Test
    void operationsThatAreCutOff() {
        assertRow(
                new CounterKey.Trimmed(SLOT),
                new Positions(300, List.of(301L, 500L)),
                "08" + SLOT_HEX,
                "ac02" + "02" + "01" + "c701");
        assertRow(new CounterKey.Trim(300), new Retired(0, 2, 0, 0), "09" + "ac02", "00" + "02" + "00" + "00");
        assertRow(new CounterKey.TakenOut(300, "k"), new Sums(10, 3), "0a" + "ac02" + "016b", "0a" + "06");
    }
}
