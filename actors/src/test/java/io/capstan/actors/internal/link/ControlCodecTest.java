package io.capstan.actors.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.NodeId;
import io.capstan.testkit.FrozenWire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The bytes of version 2. A test that fails here after a change means that running clusters would not understand it. */
class ControlCodecTest {
    private static final NodeId A = new NodeId("a", 1);
    private static final NodeId B = new NodeId("b", 2);
    private static final LinkAddress PLACE = new LinkAddress("h", 2551);
    private static final Control.Hello HELLO = new Control.Hello(
            2, 2, new ClusterId(3, 4), A, PLACE, "pekko://x@h:1", true, 1 << 20, new Control.Nonce(5, 6));

    private static final Map<Control, String> GOLDEN = Map.ofEntries(
            Map.entry(
                    HELLO,
                    "01" + "43415053" + "02" + "02" + "03" + "00000000000000030000000000000004" + "0161"
                            + "0000000000000001" + "0168" + "09f7" + "000d" + "70656b6b6f3a2f2f7840683a31" + "00100000"
                            + "00000000000000050000000000000006" + "0000"),
            Map.entry(new Control.Proof(new byte[32]), "02" + "00".repeat(32)),
            Map.entry(new Control.Welcome(), "03"),
            Map.entry(new Control.Refuse(RefuseCode.WRONG_CLUSTER, "no"), "04" + "02" + "0002" + "6e6f"),
            Map.entry(new Control.Heartbeat(true), "05" + "02"),
            Map.entry(new Control.View(Map.of(A, 7)), "06" + "0001" + "0161" + "0000000000000001" + "00000007"),
            Map.entry(new Control.Credit(9, 256), "07" + "09" + "00000100"),
            Map.entry(
                    new Control.Peers(List.of(new Contact(B, PLACE))),
                    "08" + "0001" + "0162" + "0000000000000002" + "0168" + "09f7"),
            Map.entry(new Control.Goodbye(), "09"),
            Map.entry(
                    new Control.Relay(A, B, 3, Channel.Priority.URGENT, 32, new byte[] {1, 2}),
                    "0a" + "0161" + "0000000000000001" + "0162" + "0000000000000002" + "00000003" + "01" + "20"
                            + "0102"),
            Map.entry(
                    new Control.RelayCredit(A, B, 3, 32, 64),
                    "0b" + "0161" + "0000000000000001" + "0162" + "0000000000000002" + "00000003" + "20" + "00000040"));

    @Test
    void releasesAndThisCodeUnderstandEachOther() throws IOException {
        Set<String> frames = new TreeSet<>(GOLDEN.values());
        List<Control> others = new ArrayList<>(List.of(new Control.Heartbeat(false)));
        for (RefuseCode code : RefuseCode.values()) {
            others.add(new Control.Refuse(code, "no"));
        }
        for (Channel.Priority priority : Channel.Priority.values()) {
            others.add(new Control.Relay(A, B, 3, priority, 32, new byte[] {1, 2}));
        }
        others.forEach(frame -> frames.add(HexFormat.of().formatHex(ControlCodec.encode(frame))));
        FrozenWire.check("link", frames, ControlCodec::decode);
    }

    @Test
    void everyKindOfFrameHasItsGoldenBytes() {
        assertThat(GOLDEN.keySet().stream().map(Object::getClass).collect(Collectors.toSet()))
                .as("a new kind of frame needs an entry here")
                .isEqualTo(Arrays.stream(Control.class.getPermittedSubclasses()).collect(Collectors.toSet()));
    }

    @Test
    void framesLookAsTheyEverDid() {
        GOLDEN.forEach((frame, hex) -> assertThat(HexFormat.of().formatHex(ControlCodec.encode(frame)))
                .as("%s", frame)
                .isEqualTo(hex));
    }

    @Test
    void whatWasWrittenIsRead() {
        GOLDEN.forEach((frame, hex) -> {
            Control read = ControlCodec.decode(HexFormat.of().parseHex(hex));
            assertThat(read).usingRecursiveComparison().isEqualTo(frame);
        });
    }

    @Test
    void aHelloOfALaterVersionIsReadAsFarAsItIsKnown() {
        byte[] hello = ControlCodec.encode(HELLO);
        byte[] longer = Arrays.copyOf(hello, hello.length + 3);
        longer[hello.length - 1] = 3;
        assertThat(ControlCodec.decode(longer)).isEqualTo(HELLO);
    }

    @Test
    void aFrameWithBytesTooManyIsRefused() {
        assertThatThrownBy(() -> ControlCodec.decode(new byte[] {3, 0}))
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining("too many");
    }

    @Test
    void aLengthIsOnlyAClaim() {
        // A view of 512 nodes in three bytes; a text of 65,535 in five.
        assertThatThrownBy(() -> ControlCodec.decode(new byte[] {6, 2, 0})).isInstanceOf(MalformedFrame.class);
        assertThatThrownBy(() -> ControlCodec.decode(new byte[] {4, 1, -1, -1, 0}))
                .isInstanceOf(MalformedFrame.class);
    }

    @Test
    void bytesAtRandomAndMutatedFramesNeverDoMoreThanFail() {
        long seed = Long.getLong("fuzz.seed", 20_261_122);
        var random = new SplittableRandom(seed);
        List<String> samples = new ArrayList<>(GOLDEN.values());
        samples.sort(null);
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) {
                bytes = HexFormat.of().parseHex(samples.get(random.nextInt(samples.size())));
                for (int i = random.nextInt(4); i >= 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 4));
            }
            try {
                assertThat(ControlCodec.decode(bytes)).isNotNull();
            } catch (MalformedFrame expected) {
                // What a malformed frame is to do.
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "round " + round + " of -Dfuzz.seed=" + seed + ": "
                                + HexFormat.of().formatHex(bytes)
                                + "; replay: mvn -pl actors -am test -Dtest=ControlCodecTest"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Dfuzz.seed=" + seed,
                        e);
            }
        }
    }
}
