package io.capstan.crdt.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.CounterKey.Bounded;
import io.capstan.crdt.core.CounterKey.Folded;
import io.capstan.crdt.core.CounterKey.Kept;
import io.capstan.crdt.core.CounterKey.Operation;
import io.capstan.crdt.core.CounterKey.Reset;
import io.capstan.crdt.core.CounterKey.TakenOut;
import io.capstan.crdt.core.CounterKey.Total;
import io.capstan.crdt.core.CounterKey.Trimmed;
import io.capstan.crdt.core.CounterKey.Windowed;
import io.capstan.crdt.core.Deltas.Delta;
import io.capstan.testkit.FrozenWire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Version 1 of the tables' protocol, byte for byte, with the rows of counters. */
class TableWireTest {
    private static final Slot SLOT = new Slot(0x0123456789abcdefL, 0xfedcba9876543210L, new NodeId("shop-1", 258));
    private static final String SLOT_BYTES = "0123456789abcdef fedcba9876543210 06 73686f702d31 0000000000000102";

    private static final TableWire<CounterKey, CounterRow> WIRE = CounterWire.wire();

    private static final Map<Frame<CounterKey, CounterRow>, String> GOLDEN = golden(
            new Frame.Hello<>(SLOT, true),
            "01 01" + SLOT_BYTES + "01",
            new Frame.Digest<>(List.of(new Have(SLOT, 300, true), new Have(SLOT, 0, false))),
            "01 02 02" + SLOT_BYTES + "ac02 01" + SLOT_BYTES + "00 00",
            new Frame.Want<>(7, SLOT, 128, false),
            "01 03 07" + SLOT_BYTES + "8001 00",
            new Frame.Unwant<>(Long.MAX_VALUE),
            "01 04 ffffffffffffffff7f",
            new Frame.End<>(7),
            "01 05 07",
            new Frame.Rows<>(
                    7,
                    10,
                    true,
                    true,
                    20,
                    5,
                    List.of(new Row<>(new Total("hits"), 12, Sums.of(5, 300)), new Row<>(new Total("ü"), 13, null))),
            "01 06 07 0a 03 05 14 02   04 01 04 68697473 05 d804   03 01 02 c3bc",
            new Frame.Rows<>(7, 0, false, false, 0, 0, List.of(new Row<>(new Total("a"), 1, Sums.of(0, 0)))),
            "01 06 07 00 00 00 01   02 01 01 61 00 00",
            new Frame.Ack<>(7, 13, 9),
            "01 07 07 0d 09",
            new Frame.Check<>(List.of(new Mark(SLOT, 300, 0x0102030405060708L))),
            "01 08 01" + SLOT_BYTES + "ac02 0102030405060708",
            new Frame.Rows<>(
                    7,
                    0,
                    false,
                    true,
                    1,
                    0,
                    List.of(new Row<>(
                            new Operation("id"), 1, new Deltas(List.of(new Delta("a", -1), new Delta("b", 64)))))),
            "01 06 07 00 02 00 01 01   02 02 02 6964 02 01 61 01 01 62 8001",
            one(new Total("hits"), new Since(300, Sums.of(5, 1))),
            "01 06 07 00 02 00 01 01   02 01 04 68697473 05 03 ac02",
            one(new Reset("a"), new Baseline(true, List.of(new Baseline.Seen(SLOT, 0, 5, 2, 300)))),
            "01 06 07 00 02 00 01 01   02 03 01 61 03" + SLOT_BYTES + "00 05 02 ac02",
            one(new Windowed("a", 1_000, 60), new Ring(300, List.of(1L, 0L, 128L))),
            "01 06 07 00 02 00 01 01   02 04 01 61 e807 3c ac02 03 01 00 8001",
            one(new Bounded("a"), new Escrow(5, 2, 300, 0, List.of(new Escrow.Given(SLOT, 1)))),
            "01 06 07 00 02 00 01 01   02 05 01 61 05 02 ac02 00 01" + SLOT_BYTES + "01",
            one(new Kept("id"), new KeptDeltas(Deltas.of(Map.of("k", 5L)), List.of(new KeptDeltas.Origin(SLOT, 7)))),
            "01 06 07 00 02 00 01 01   02 06 02 6964 01 01 6b 0a 01" + SLOT_BYTES + "07",
            one(new Folded(SLOT), new Retired(300, 2, 10, 3)),
            "01 06 07 00 02 00 01 01   02 07" + SLOT_BYTES + "ac02 02 0a 03",
            one(new Trimmed(SLOT), new Positions(300, List.of(301L, 500L))),
            "01 06 07 00 02 00 01 01   02 08" + SLOT_BYTES + "ac02 02 01 c701",
            one(new CounterKey.Trim(300), new Retired(0, 2, 0, 0)),
            "01 06 07 00 02 00 01 01   02 09 ac02 00 02 00 00",
            one(new TakenOut(300, "k"), Sums.of(10, 3)),
            "01 06 07 00 02 00 01 01   02 0a ac02 01 6b 0a 06",
            new Frame.Ask<>(300),
            "01 0a ac02",
            new Frame.Answer<>(300, true, List.of(new Have(SLOT, 300, true))),
            "01 0b ac02 01 01" + SLOT_BYTES + "ac02 01",
            new Frame.Heard<>(),
            "01 09");

    private static Frame<CounterKey, CounterRow> one(CounterKey key, CounterRow row) {
        return new Frame.Rows<>(7, 0, false, true, 1, 0, List.of(new Row<>(key, 1, row)));
    }

    private static Map<Frame<CounterKey, CounterRow>, String> golden(Object... framesAndBytes) {
        Map<Frame<CounterKey, CounterRow>, String> golden = new LinkedHashMap<>();
        for (int i = 0; i < framesAndBytes.length; i += 2) {
            @SuppressWarnings("unchecked") // Map.of takes ten pairs at most.
            Frame<CounterKey, CounterRow> frame = (Frame<CounterKey, CounterRow>) framesAndBytes[i];
            golden.put(frame, (String) framesAndBytes[i + 1]);
        }
        return golden;
    }

    @TestFactory
    Stream<DynamicTest> everyFrameHasItsGoldenBytes() {
        return GOLDEN.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey().getClass().getSimpleName(), () -> {
                    byte[] golden = HexFormat.of().parseHex(entry.getValue().replace(" ", ""));
                    assertThat(WIRE.encode(entry.getKey())).isEqualTo(golden);
                    assertThat(WIRE.decode(golden)).isEqualTo(entry.getKey());
                }));
    }

    @Test
    void releasesAndThisCodeUnderstandEachOther() throws IOException {
        FrozenWire.check("counters", GOLDEN.values(), WIRE::decode);
    }

    @Test
    void everyKindOfFrameAndOfRowIsAmongTheGoldenOnes() {
        assertThat(GOLDEN.keySet().stream().<Class<?>>map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(Frame.class.getPermittedSubclasses());
        assertThat(GOLDEN.keySet().stream()
                        .filter(Frame.Rows.class::isInstance)
                        .flatMap(frame -> ((Frame.Rows<CounterKey, CounterRow>) frame).rows().stream())
                        .<Class<?>>map(row -> row.key().getClass()))
                .contains(CounterKey.class.getPermittedSubclasses());
    }

    @Test
    void aNewerVersionIsRefusedInOneClearLine() {
        byte[] bytes = WIRE.encode(new Frame.End<>(7));
        bytes[0] = 2;
        assertThatThrownBy(() -> WIRE.decode(bytes))
                .isInstanceOf(MalformedFrame.class)
                .hasMessage("table protocol version 2 where 1 is spoken");
    }

    @Test
    void whatIsCutShortOrGoesOnIsRefused() {
        for (Frame<CounterKey, CounterRow> frame : GOLDEN.keySet()) {
            byte[] bytes = WIRE.encode(frame);
            for (int length = 0; length < bytes.length; length++) {
                byte[] part = java.util.Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> WIRE.decode(part)).isInstanceOf(MalformedFrame.class);
            }
            byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
            assertThatThrownBy(() -> WIRE.decode(longer)).isInstanceOf(MalformedFrame.class);
        }
    }

    @Test
    void promisedCountsAreBelievedOnlyAsFarAsTheFrameReaches() {
        assertThatThrownBy(() -> WIRE.decode(HexFormat.of().parseHex("0102ffffffffffffff7f")))
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining("promises");
        assertThatThrownBy(() -> WIRE.decode(HexFormat.of().parseHex("01060700000001020180")))
                .isInstanceOf(MalformedFrame.class);
    }

    @Test
    void rowsOutOfOrderAreRefused() {
        assertThatThrownBy(() -> WIRE.decode(HexFormat.of().parseHex("01060700000001 000101610000".replace(" ", ""))))
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining("order");
    }

    @Test
    void mutatedBytesAreReadOrRefusedAndNothingElse() {
        long seed = Long.getLong("fuzz.seed", 20_261_122);
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> golden = new ArrayList<>();
        GOLDEN.keySet().forEach(frame -> golden.add(WIRE.encode(frame)));
        int refused = 0;
        int rounds = 200_000;
        for (int round = 0; round < rounds; round++) {
            byte[] bytes = golden.get(random.nextInt(golden.size())).clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Frame<CounterKey, CounterRow> frame = WIRE.decode(bytes);
                assertThat(WIRE.decode(WIRE.encode(frame))).isEqualTo(frame);
            } catch (MalformedFrame e) {
                refused++;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "-Dfuzz.seed=" + seed + " round " + round + ": "
                                + HexFormat.of().formatHex(bytes),
                        e);
            }
        }
        assertThat(refused).isBetween(1, rounds - 1);
    }

    @Test
    void theHashOfARowIsTheSameForEver() {
        assertThat(WIRE.hash(new Row<>(new Total("hits"), 12, Sums.of(5, 300)))).isEqualTo(8091968465640477474L);
    }

    @Test
    void theLargestFramesOfACountersTableFitTheMesh() {
        Slot longest = new Slot(1, 2, new NodeId("n".repeat(NodeId.NAME_LENGTH_MAX), Long.MAX_VALUE));
        List<Have> haves = new ArrayList<>();
        for (int i = 0; i < Sending.HAVES_PER_DIGEST; i++) {
            haves.add(new Have(longest, Long.MAX_VALUE, true));
        }
        assertThat(WIRE.encode(new Frame.Digest<>(haves)).length).isLessThanOrEqualTo(60 * 1024);

        Row<CounterKey, CounterRow> row =
                new Row<>(new Total("n".repeat(CounterWire.NAME_BYTES_MAX)), 1L << 60, Sums.of(Sums.MAX, Sums.MAX));
        Frame.Rows<CounterKey, CounterRow> one = new Frame.Rows<>(1, 0, false, true, 1L << 60, 0, List.of(row));
        Frame.Rows<CounterKey, CounterRow> none = new Frame.Rows<>(1, 0, false, true, 1L << 60, 0, List.of());
        assertThat(WIRE.encode(one).length - WIRE.encode(none).length).isLessThanOrEqualTo(WIRE.bytes(row));
    }

    @Test
    void aThousandChangedCountersTakeAtMostTwentyBytesEach() {
        List<Row<CounterKey, CounterRow>> rows = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Total counter = new Total("counter-" + (1_000 + i));
            rows.add(new Row<>(counter, 1_000_001 + i, Sums.of(100_000 + 37L * i, i % 60)));
        }
        int bytes = WIRE.encode(new Frame.Rows<>(7, 1_000_000, false, true, 1_001_000, 0, rows)).length;
        System.out.println("1,000 changed counters with names of 12 bytes take " + bytes + " bytes");
        assertThat(bytes).isLessThanOrEqualTo(20 * 1_000);
    }

    @Test
    void theLargestOperationFitsTheMesh() {
        Map<String, Long> amounts = new TreeMap<>();
        while (CounterWire.bytes(Deltas.of(amounts)) <= CounterWire.DELTAS_BYTES_MAX) {
            amounts.put("n".repeat(CounterWire.NAME_BYTES_MAX - 8) + (10_000_000 + amounts.size()), Deltas.DELTA_MAX);
        }
        Row<CounterKey, CounterRow> row =
                new Row<>(new Operation("o".repeat(CounterWire.OPERATION_BYTES_MAX)), 1L << 60, Deltas.of(amounts));
        Frame.Rows<CounterKey, CounterRow> frame = new Frame.Rows<>(1, 0, false, true, 1L << 60, 0, List.of(row));

        assertThat(WIRE.encode(frame).length).isLessThanOrEqualTo(60 * 1024);
        assertThat(WIRE.decode(WIRE.encode(frame))).isEqualTo(frame);
    }
}
