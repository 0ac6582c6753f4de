package io.capstan.registry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Frame;
import io.capstan.crdt.core.MalformedFrame;
import io.capstan.crdt.core.Row;
import io.capstan.crdt.core.TableWire;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.NameRow.Loss;
import io.capstan.registry.core.NameRow.State;
import io.capstan.testkit.FrozenWire;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Version 1 of the claims' protocol, and the rows of names and groups, byte for byte. */
class RegistryWireTest {
    private static final NodeId NODE = new NodeId("b-1", 258);
    private static final ClaimId ID = new ClaimId(0x0102030405060708L, 0x1112131415161718L);
    private static final ClaimId LINEAGE = new ClaimId(0x2122232425262728L, 0x3132333435363738L);
    private static final NameRow ROW =
            new NameRow(ID, 3, LINEAGE, State.OWNED, Loss.CUSTOM, "p", Metadata.of(new byte[] {7, 8}));
    private static final Claim CLAIM = new Claim(NODE, ROW);
    private static final Caller CALLER = new Caller(NODE, 9);

    private static final String ID_BYTES = "0102030405060708 1112131415161718";
    private static final String LINEAGE_BYTES = "2122232425262728 3132333435363738";
    private static final String ROW_BYTES = ID_BYTES + "00000003" + LINEAGE_BYTES + "01 03  01 70  02 0708";
    private static final String NODE_BYTES = "03 622d31 0000000000000102";
    private static final String NAME_BYTES = "02 c3a9";
    private static final String CALLER_BYTES = NODE_BYTES + "0000000000000009";

    private static final ClaimWire WIRE = new ClaimWire();
    private static final Map<ClaimMessage, String> GOLDEN = golden();

    private static Map<ClaimMessage, String> golden() {
        Map<ClaimMessage, String> golden = new LinkedHashMap<>();
        String name = "é";
        golden.put(new ClaimMessage.Seen(name, ID, State.PENDING, null), "01 01" + NAME_BYTES + ID_BYTES + "00 00");
        golden.put(
                new ClaimMessage.Seen(name, ID, State.OWNED, LINEAGE),
                "01 01" + NAME_BYTES + ID_BYTES + "01 01" + LINEAGE_BYTES);
        golden.put(
                new ClaimMessage.Refused(name, LINEAGE, CLAIM, true),
                "01 02" + NAME_BYTES + LINEAGE_BYTES + NODE_BYTES + ROW_BYTES + "01");
        golden.put(new ClaimMessage.Ask(name, ID, true), "01 03" + NAME_BYTES + ID_BYTES + "01");
        golden.put(
                new ClaimMessage.Outcome(name, List.of(ID, LINEAGE), ID),
                "01 04" + NAME_BYTES + "01" + ID_BYTES + "0002" + ID_BYTES + LINEAGE_BYTES);
        golden.put(new ClaimMessage.Outcome(name, List.of(ID), null), "01 04" + NAME_BYTES + "00 0001" + ID_BYTES);
        golden.put(
                new ClaimMessage.Yield(name, CLAIM, LINEAGE, 5),
                "01 05" + NAME_BYTES + NODE_BYTES + ROW_BYTES + LINEAGE_BYTES + "0000000000000005");
        golden.put(
                new ClaimMessage.Won(name, LINEAGE, CLAIM, 5),
                "01 06" + NAME_BYTES + LINEAGE_BYTES + NODE_BYTES + ROW_BYTES + "0000000000000005");
        golden.put(
                new ClaimMessage.Forward(
                        new NameRequest.Register(
                                CALLER, name, 0, true, Loss.NOTIFY_ONE, "p", Metadata.of(new byte[] {7})),
                        600),
                "01 07" + NAME_BYTES + "0000000000000258" + CALLER_BYTES + "01 01 01  01 70  01 07");
        golden.put(
                new ClaimMessage.Forward(new NameRequest.Unregister(CALLER, name, 0), 600),
                "01 07" + NAME_BYTES + "0000000000000258" + CALLER_BYTES + "02");
        golden.put(
                new ClaimMessage.Forward(
                        new NameRequest.Update(
                                CALLER, name, 0, Metadata.of(new byte[] {7}), Metadata.of(new byte[] {5})),
                        600),
                "01 07" + NAME_BYTES + "0000000000000258" + CALLER_BYTES + "03 01 07  01 05");
        golden.put(
                new ClaimMessage.Told(name, ROW, CLAIM),
                "01 09" + NAME_BYTES + ROW_BYTES + "01" + NODE_BYTES + ROW_BYTES);
        golden.put(new ClaimMessage.Told(name, ROW, null), "01 09" + NAME_BYTES + ROW_BYTES + "00");
        String reply = "01 08" + NAME_BYTES + CALLER_BYTES;
        golden.put(new ClaimMessage.Reply(name, CALLER, new NameOutcome.Registered(ID)), reply + "01" + ID_BYTES);
        golden.put(
                new ClaimMessage.Reply(name, CALLER, new NameOutcome.Taken(CLAIM)),
                reply + "02" + NODE_BYTES + ROW_BYTES);
        golden.put(new ClaimMessage.Reply(name, CALLER, new NameOutcome.TimedOut()), reply + "03");
        golden.put(new ClaimMessage.Reply(name, CALLER, new NameOutcome.Stopped()), reply + "04");
        golden.put(new ClaimMessage.Reply(name, CALLER, new NameOutcome.Unregistered(true)), reply + "05 01");
        golden.put(new ClaimMessage.Reply(name, CALLER, new NameOutcome.Unknown()), reply + "06");
        golden.put(new ClaimMessage.Reply(name, CALLER, new NameOutcome.NotRegistered()), reply + "07");
        golden.put(
                new ClaimMessage.Reply(name, CALLER, new NameOutcome.Stale(CLAIM)),
                reply + "08" + NODE_BYTES + ROW_BYTES);
        golden.put(new ClaimMessage.Reply(name, CALLER, new NameOutcome.Untold()), reply + "09");
        return golden;
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void releasesAndThisCodeUnderstandEachOther() throws IOException {
        FrozenWire.check("claims", GOLDEN.values(), WIRE::decode);
    }

    @Test
    void everyMessageHasItsGoldenBytes() {
        GOLDEN.forEach((message, hex) -> {
            assertThat(WIRE.encode(message)).as(message.toString()).isEqualTo(bytes(hex));
            List<ClaimMessage> read = WIRE.decode(bytes(hex));
            assertThat(read).singleElement().isInstanceOf(message.getClass());
            assertThat(WIRE.encode(read.get(0))).isEqualTo(bytes(hex));
        });
    }

    @Test
    void severalMessagesAreOneFrameInTheirOrder() {
        ClaimMessage ask = new ClaimMessage.Ask("é", ID, true);
        ClaimMessage seen = new ClaimMessage.Seen("é", ID, State.OWNED, null);
        byte[] golden = bytes("01" + "03" + NAME_BYTES + ID_BYTES + "01" + "01" + NAME_BYTES + ID_BYTES + "01 00");

        byte[] joined = WIRE.join(List.of(WIRE.encode(ask), WIRE.encode(seen)));

        assertThat(joined).isEqualTo(golden);
        assertThat(WIRE.decode(golden)).containsExactly(ask, seen);
    }

    @Test
    void everyKindOfMessageAndOutcomeIsAmongTheGoldenOnes() {
        assertThat(GOLDEN.keySet().stream().<Class<?>>map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(ClaimMessage.class.getPermittedSubclasses());
        assertThat(GOLDEN.keySet().stream()
                        .filter(ClaimMessage.Reply.class::isInstance)
                        .<Class<?>>map(
                                reply -> ((ClaimMessage.Reply) reply).outcome().getClass()))
                .containsExactlyInAnyOrder(NameOutcome.class.getPermittedSubclasses());
        assertThat(GOLDEN.keySet().stream()
                        .filter(ClaimMessage.Forward.class::isInstance)
                        .<Class<?>>map(forward ->
                                ((ClaimMessage.Forward) forward).request().getClass()))
                .containsExactlyInAnyOrder(NameRequest.class.getPermittedSubclasses());
    }

    @Test
    void theRowsOfNamesHaveTheirGoldenBytes() throws IOException {
        Map<Frame<String, NameRow>, String> golden = new LinkedHashMap<>();
        golden.put(
                rows(List.of(new Row<>("é", 1, ROW), new Row<>("x", 2, null))),
                "01 06 07 00 02 00 02 02" + "02 01" + NAME_BYTES + ROW_BYTES + "03 01 01 78");
        for (State state : State.values()) {
            for (Loss loss : Loss.values()) {
                NameRow first = new NameRow(ID, 0, ID, state, loss, "p", Metadata.of(new byte[0]));
                golden.put(
                        rows(List.of(new Row<>("é", 1, first))),
                        "01 06 07 00 02 00 01 01" + "02 01" + NAME_BYTES + ID_BYTES + "00000000" + ID_BYTES
                                + "%02x %02x 01 70 00".formatted(state.code, loss.code));
            }
        }
        isWrittenAndReadAsEver("names", RowCodecs.names(), golden);
    }

    @Test
    void theRowsOfGroupsHaveTheirGoldenBytes() throws IOException {
        Membership key = new Membership("s", "g", "p");
        Map<Frame<Membership, GroupRow>, String> golden = new LinkedHashMap<>();
        golden.put(
                rows(List.of(new Row<>(key, 1, new GroupRow(2, Metadata.of(new byte[] {5}))))),
                "01 06 07 00 02 00 01 01" + "02 01 01 73 01 67 01 70 00000002 01 05");
        golden.put(rows(List.of(new Row<>(key, 2, null))), "01 06 07 00 02 00 02 01" + "05 01 01 73 01 67 01 70");
        isWrittenAndReadAsEver("groups", RowCodecs.groups(), golden);
    }

    private static <K, V> Frame<K, V> rows(List<Row<K, V>> rows) {
        return new Frame.Rows<>(7, 0, false, true, rows.get(rows.size() - 1).version(), 0, rows);
    }

    /** What a table says besides its rows is frozen with those of the counters: it is the same for all tables. */
    private static <K, V> void isWrittenAndReadAsEver(
            String protocol, TableWire<K, V> wire, Map<Frame<K, V>, String> golden) throws IOException {
        golden.forEach((frame, hex) -> {
            assertThat(wire.encode(frame)).as(frame.toString()).isEqualTo(bytes(hex));
            assertThat(wire.decode(bytes(hex))).isEqualTo(frame);
        });
        FrozenWire.check(protocol, golden.values(), wire::decode);
    }

    @Test
    void anUnknownVersionTypeStateOrKindIsRefusedInOneLine() {
        assertRefused("02 03" + NAME_BYTES + ID_BYTES, "claims protocol version 2 where 1 is spoken");
        assertRefused("01 63" + NAME_BYTES + ID_BYTES, "a claims' message of unknown type 99");
        assertRefused("01 01" + NAME_BYTES + ID_BYTES + "07 00", "a claim in the unknown state 7");
        assertRefused("01 08" + NAME_BYTES + CALLER_BYTES + "63", "an outcome of unknown kind 99");
        assertRefused("01 04" + NAME_BYTES + "00 ffff", "an outcome that promises 65535 rivals in 0 bytes");
    }

    private static void assertRefused(String hex, String message) {
        assertThatThrownBy(() -> WIRE.decode(bytes(hex)))
                .isInstanceOf(MalformedFrame.class)
                .hasMessage(message);
    }

    @Test
    void whatIsCutShortOrGoesOnIsRefused() {
        for (String hex : GOLDEN.values()) {
            byte[] whole = bytes(hex);
            for (int length = 0; length < whole.length; length++) {
                byte[] part = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> WIRE.decode(part)).isInstanceOf(MalformedFrame.class);
            }
            byte[] more = Arrays.copyOf(whole, whole.length + 1);
            assertThatThrownBy(() -> WIRE.decode(more)).isInstanceOf(MalformedFrame.class);
        }
    }

    @Test
    void mutatedBytesAreReadOrRefusedAndNothingElse() {
        long seed = 20261122;
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> golden =
                GOLDEN.values().stream().map(RegistryWireTest::bytes).toList();
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] mutated = golden.get(random.nextInt(golden.size())).clone();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try {
                WIRE.decode(mutated);
            } catch (MalformedFrame e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", " + HexFormat.of().formatHex(mutated), e);
            }
        }
        assertThat(refused).as("mutations refused, seed " + seed).isGreaterThan(10_000);
    }
}
