package io.capstan.actors.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.ExitReason;
import io.capstan.actors.internal.process.ProcessCodec.Frame;
import io.capstan.actors.internal.process.ProcessCodec.Operation;
import io.capstan.testkit.FrozenWire;
import java.io.IOException;
import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProcessCodecTest {
    private static final HexFormat HEX = HexFormat.of();

    private static final List<Operation> ALL = List.of(
            new Operation.Watch(1, "p"),
            new Operation.Call(2, "p", "r"),
            new Operation.Unwatch(3),
            new Operation.Down(4, ExitReason.of(ExitReason.Kind.CRASHED, "\u00e9")),
            new Operation.Link("f", "t"),
            new Operation.Unlink("f", "t"),
            new Operation.Exit("f", "t", true, ExitReason.SHUTDOWN),
            new Operation.Unlinked("t", "f"));

    private static byte[] frame(long session, List<Operation> operations) {
        ByteBuffer out = ByteBuffer.allocate(4096);
        ProcessCodec.begin(out, session);
        operations.forEach(operation -> ProcessCodec.put(out, operation));
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    @Test
    void releasesAndThisCodeUnderstandEachOther() throws IOException {
        List<Operation> rest = List.of(new Operation.Exit("f", "t", false, ExitReason.SHUTDOWN));
        FrozenWire.check(
                "processes",
                List.of(
                        HEX.formatHex(ProcessCodec.open(7)),
                        HEX.formatHex(frame(9, ALL)),
                        HEX.formatHex(frame(9, rest)),
                        HEX.formatHex(frame(0, downs()))),
                ProcessCodec::read);
        List<String> callsDown = Stream.of(ExitReason.Kind.values())
                .map(kind -> HEX.formatHex(onArterysWire(new CallDown(ExitReason.of(kind, "\u00e9")))))
                .toList();
        FrozenWire.check("calls-down", callsDown, ProcessCodecTest::callDown);
    }

    /** With the serializer's number and what it calls its bytes: the other node finds its own by them. */
    private static byte[] onArterysWire(CallDown news) {
        CallDownSerializer serializer = new CallDownSerializer();
        byte[] manifest = serializer.manifest(news).getBytes(StandardCharsets.UTF_8);
        byte[] bytes = serializer.toBinary(news);
        return ByteBuffer.allocate(Integer.BYTES + 1 + manifest.length + bytes.length)
                .putInt(serializer.identifier())
                .put((byte) manifest.length)
                .put(manifest)
                .put(bytes)
                .array();
    }

    private static void callDown(byte[] bytes) throws NotSerializableException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CallDownSerializer serializer = new CallDownSerializer();
        assertThat(in.getInt()).isEqualTo(serializer.identifier());
        byte[] manifest = new byte[in.get()];
        in.get(manifest);
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        assertThat(serializer.fromBinary(rest, new String(manifest, StandardCharsets.UTF_8)))
                .isInstanceOf(CallDown.class);
    }

    /** A change here is a new version of the protocol. */
    @Test
    void theBytesAreThoseOfVersionTwo() {
        assertThat(HEX.formatHex(ProcessCodec.open(7))).isEqualTo("02010000000000000007");
        assertThat(HEX.formatHex(frame(9, ALL)))
                .isEqualTo("02020000000000000009"
                        + "01000000000000000100" + "0170"
                        + "0200000000000000020001700001" + "72"
                        + "030000000000000003"
                        + "040000000000000004030002c3a9"
                        + "050001660001" + "74"
                        + "060001660001" + "74"
                        + "07000166000174" + "01020000"
                        + "080001740001" + "66");
    }

    private static List<Operation> downs() {
        return Stream.of(ExitReason.Kind.values())
                .map(kind -> (Operation) new Operation.Down(0, ExitReason.of(kind, "")))
                .toList();
    }

    @Test
    void everyReasonHasItsCode() {
        assertThat(HEX.formatHex(frame(0, downs())))
                .isEqualTo("02020000000000000000"
                        + "040000000000000000010000"
                        + "040000000000000000020000"
                        + "040000000000000000030000"
                        + "040000000000000000040000"
                        + "040000000000000000050000"
                        + "040000000000000000060000"
                        + "040000000000000000070000");
    }

    @Test
    void whatIsWrittenIsRead() {
        assertThat(ProcessCodec.read(ProcessCodec.open(7))).isEqualTo(new Frame.Open(7));
        assertThat(ProcessCodec.read(frame(9, ALL))).isEqualTo(new Frame.Operations(9, ALL));
    }

    @Test
    void anUnknownVersionIsRefusedInOneLine() {
        byte[] next = ProcessCodec.open(7);
        next[0] = 1;
        assertThatThrownBy(() -> ProcessCodec.read(next))
                .hasMessage("version 1 of the protocol of processes is not spoken here, only 2");
    }

    @Test
    void whateverComesIsReadOrRefused() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = frame(9, ALL);
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            byte[] cut = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            try {
                ProcessCodec.read(cut);
            } catch (ProcessCodec.Malformed refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            }
        }
    }
}
