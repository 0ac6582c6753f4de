package io.capstan.registry.internal.folding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Anew;
import io.capstan.crdt.core.Cut;
import io.capstan.crdt.core.Ledger;
import io.capstan.crdt.core.LedgerCommand;
import io.capstan.crdt.core.LedgerView;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.internal.CountersService.Space;
import io.capstan.raft.LogEntry;
import io.capstan.registry.internal.folding.FoldingCodec.Asked;
import io.capstan.registry.internal.folding.FoldingCodec.Known;
import io.capstan.registry.internal.folding.FoldingCodec.Said;
import io.capstan.testkit.FrozenWire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Version 1 of the folding of counters, in the log, on the wire and in snapshots, byte for byte. */
class FoldingCodecTest {
    private static final Slot SLOT = new Slot(1, 2, new NodeId("b", 1));
    private static final String SLOT_BYTES = "00000000000000010000000000000002" + "0162" + "0000000000000001";
    private static final String JOINED = "01" + "01" + SLOT_BYTES + "00" + "00".repeat(7);

    private static final String KNOWN = "01" + SLOT_BYTES + "01" + "02" + "01" + SLOT_BYTES + "03" + "01" + SLOT_BYTES
            + "04" + "01" + SLOT_BYTES + "ac02" + "01" + "0162" + "01" + "0162" + "01" + SLOT_BYTES + "04"
            + ("05" + "01" + SLOT_BYTES + "06" + "01" + SLOT_BYTES + "020702" + "0102" + "0103")
            + "00".repeat(5);

    private static final String SNAPSHOT = "01" + "11" + "%08x".formatted(JOINED.length() / 2) + JOINED;

    private static final LogEntry ENTRY = new LogEntry(1, 0);

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
        golden.put(
                new Said(Space.MEMORY, new LedgerCommand.Trim(SLOT, 2, SLOT, 300)),
                "010110" + "0106" + SLOT_BYTES + "02" + SLOT_BYTES + "ac02");
        golden.put(
                new Said(Space.MEMORY, new LedgerCommand.ConfirmCut(SLOT, 2, 7, Set.of(5L), Set.of(1), Set.of(3L))),
                "010110" + "0107" + SLOT_BYTES + "02" + "07" + "0105" + "0102" + "0103");
        golden.put(
                new Said(Space.MEMORY, new LedgerCommand.GiveUp(SLOT, 2, 7)), "010110" + "0108" + SLOT_BYTES + "0207");
        golden.put(new Said(Space.MEMORY, new LedgerCommand.Lost(SLOT, 2, 7)), "010110" + "0109" + SLOT_BYTES + "0207");
        golden.put(new Asked(Space.DURABLE), "010211");
        golden.put(new Known(Space.MEMORY, LedgerView.empty()), "010310" + "01" + "00".repeat(8));
        golden.put(new Known(Space.MEMORY, joined().view()), "010310" + JOINED);
        golden.put(new Known(Space.MEMORY, known(Anew.NEVER)), "010310" + "02" + KNOWN);
        golden.put(
                new Known(Space.MEMORY, known(new Anew(1, 2, 3, 7, Map.of("b", 8L)))),
                "010310" + "03" + KNOWN + "01020307" + "01" + "0162" + "08");
        return golden;
    }

    /** Of all that there is to know something. */
    private static LedgerView known(Anew anew) {
        Cut cut = new Cut(5, Map.of(SLOT, 6L), Map.of(SLOT, Set.of(7L, 9L)), Set.of(1), Set.of(3L));
        return new LedgerView(
                Map.of("b", new LedgerView.Member(SLOT, true)),
                2,
                Map.of(SLOT, 3L),
                SLOT,
                4,
                Map.of(SLOT, 300L),
                Set.of("b"),
                Map.of("b", Map.of(SLOT, 4L)),
                cut,
                Cut.NONE,
                anew);
    }

    private static Ledger joined() {
        Ledger ledger = new Ledger();
        ledger.execute(new LedgerCommand.Join(SLOT));
        return ledger;
    }

    @Test
    void releasesAndThisCodeUnderstandEachOther() throws IOException {
        FrozenWire.check("folding", golden().values(), codec::decode);
        FrozenWire.check(
                "folding-snapshot",
                List.of(SNAPSHOT),
                bytes -> new FoldingMachine().restore(new ByteArrayInputStream(bytes)));
    }

    @Test
    void noCommandIsForgotten() {
        assertThat(golden().keySet().stream()
                        .filter(Said.class::isInstance)
                        .<Class<?>>map(said -> ((Said) said).command().getClass()))
                .containsAll(Stream.of(LedgerCommand.class.getPermittedSubclasses())
                        .flatMap(type -> type == LedgerCommand.Made.class
                                ? Stream.of(type.getPermittedSubclasses())
                                : Stream.of(type))
                        .toList());
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
        Ledger ledger = joined();
        FoldingMachine machine = new FoldingMachine();

        machine.restore(new ByteArrayInputStream(HexFormat.of().parseHex(SNAPSHOT)));

        assertThat(machine.handleRead(new Asked(Space.DURABLE)).view()).isEqualTo(ledger.view());
        assertThat(machine.handleRead(new Asked(Space.MEMORY)).view()).isEqualTo(LedgerView.empty());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        machine.snapshot().orElseThrow().writeTo(out);
        assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(SNAPSHOT);
    }

    @Test
    void aSnapshotOfALedgerThatCutsOperationsOffComesBackAsItWas() throws IOException {
        FoldingMachine machine = new FoldingMachine();
        LedgerView cut = LedgerView.empty();
        for (LedgerCommand command : List.of(
                new LedgerCommand.Join(SLOT),
                new LedgerCommand.Trim(SLOT, 0, SLOT, 300),
                new LedgerCommand.ConfirmCut(SLOT, 0, 1, Set.of(301L), Set.of(1), Set.of()))) {
            cut = machine.handleWrite(new Said(Space.MEMORY, command), ENTRY).view();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        machine.snapshot().orElseThrow().writeTo(out);
        FoldingMachine other = new FoldingMachine();
        other.restore(new ByteArrayInputStream(out.toByteArray()));

        assertThat(cut.lastCut().upTo()).isEqualTo(Map.of(SLOT, 300L));
        assertThat(other.handleRead(new Asked(Space.MEMORY)).view()).isEqualTo(cut);
    }
}
