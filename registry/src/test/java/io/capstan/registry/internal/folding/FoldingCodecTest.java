package io.capstan.registry.internal.folding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Ledger;
import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.LedgerView;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.internal.CountersService.Space;
import io.capstan.registry.internal.folding.FoldingCodec.Asked;
import io.capstan.registry.internal.folding.FoldingCodec.Known;
import io.capstan.registry.internal.folding.FoldingCodec.Said;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Version 1 of the folding of counters, in the log, on the wire and in snapshots, byte for byte. */
class FoldingCodecTest {
    private static final Slot SLOT = new Slot(1, 2, new NodeId("b", 1));
    private static final String SLOT_BYTES = "00000000000000010000000000000002" + "0162" + "0000000000000001";
    private static final String JOINED = "01" + "01" + SLOT_BYTES + "00" + "00".repeat(7);

    private final FoldingCodec codec = new FoldingCodec();

    private static Map<Object, String> golden() {
        Map<Object, String> golden = new LinkedHashMap<>();
        golden.put(new Said(Space.MEMORY, new LedgerCommand.Join(SLOT)), "010110" + "0101" + SLOT_BYTES);
        golden.put(new Said(Space.DURABLE, new LedgerCommand.Remove("c")), "010111" + "0102" + "0163");
        golden.put(
                new Said(Space.MEMORY, new LedgerCommand.Retire(SLOT, 2, Map.of(SLOT, 300L))),
                "010110" + "0103" + SLOT_BYTES + "02" + "01" + SLOT_BYTES + "ac02");
        golden.put(
                new Said(Space.MEMORY, new LedgerCommand.Confirm(SLOT, 2, 7)),
                "010110" + "0104" + SLOT_BYTES + "02" + "07");
        golden.put(
                new Said(Space.MEMORY, new LedgerCommand.Lack(SLOT, 2, 7, Map.of(SLOT, 4L))),
                "010110" + "0105" + SLOT_BYTES + "02" + "07" + "01" + SLOT_BYTES + "04");
        golden.put(new Asked(Space.DURABLE), "010211");
        golden.put(new Known(Space.MEMORY, LedgerView.empty()), "010310" + "01" + "00".repeat(8));
        return golden;
    }

    @Test
    void everythingHasItsGoldenBytes() {
        golden().forEach((value, hex) -> {
            assertThat(HexFormat.of().formatHex(codec.encode(value)))
                    .as("%s", value)
                    .isEqualTo(hex);
            byte[] bytes = HexFormat.of().parseHex(hex);
            assertThat(codec.decode(bytes)).isEqualTo(value);
            bytes[0] = 2;
            assertThatThrownBy(() -> codec.decode(bytes)).hasMessageContaining("version");
        });
    }

    @Test
    void aSnapshotHasItsGoldenBytes() throws IOException {
        Ledger ledger = new Ledger();
        ledger.execute(new LedgerCommand.Join(SLOT));
        String golden = "01" + "11" + "%08x".formatted(JOINED.length() / 2) + JOINED;
        FoldingMachine machine = new FoldingMachine();

        machine.restore(new ByteArrayInputStream(HexFormat.of().parseHex(golden)));

        assertThat(machine.handleRead(new Asked(Space.DURABLE)).view()).isEqualTo(ledger.view());
        assertThat(machine.handleRead(new Asked(Space.MEMORY)).view()).isEqualTo(LedgerView.empty());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        machine.snapshot().orElseThrow().writeTo(out);
        assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(golden);
    }
}
