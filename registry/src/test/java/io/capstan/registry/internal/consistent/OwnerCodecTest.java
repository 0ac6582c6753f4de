package io.capstan.registry.internal.consistent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.NodeId;
import io.capstan.raft.lock.FencingToken;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.owner.OwnerCommand;
import io.capstan.registry.core.owner.OwnerEntry;
import io.capstan.registry.core.owner.OwnerImage;
import io.capstan.registry.core.owner.OwnerQuery;
import io.capstan.registry.core.owner.OwnerReply;
import io.capstan.testkit.FrozenWire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.Test;

/** Version 1 of the consistent names, in the log, on the wire and in snapshots, byte for byte. */
class OwnerCodecTest {
    private static final String A = "0001610000000000000001";
    private static final OwnerEntry ENTRY =
            new OwnerEntry("x", new FencingToken(7, 2, 0), 1, 3, new NodeId("a", 1), true, "p", Metadata.of("m"), 2);
    private static final String ENTRY_BYTES = "000178" + "0000000000000007" + "0000000000000002" + "00000000"
            + "0000000000000001" + "0000000000000003" + A + "01" + "000170" + "00016d" + "0000000000000002";

    private static final OwnerImage IMAGE = new OwnerImage(
            9, List.of(new OwnerImage.Session(1, new NodeId("a", 1), 10, 2, 3, 4, List.of(5L))), List.of(ENTRY));
    private static final String IMAGE_BYTES = "01" + "0000000000000009" + "00000001" + "0000000000000001" + A
            + "000000000000000a" + "0000000000000002" + "0000000000000003" + "0000000000000004" + "00000001"
            + "0000000000000005" + "00000001" + ENTRY_BYTES;

    private final OwnerCodec codec = new OwnerCodec();

    private static Map<Object, String> golden() {
        Map<Object, String> golden = new LinkedHashMap<>();
        golden.put(new OwnerCommand.Open(new NodeId("a", 1), 10), "0101" + A + "000000000000000a");
        golden.put(new OwnerCommand.KeepAlive(1), "0102" + "0000000000000001");
        golden.put(new OwnerCommand.Close(1), "0103" + "0000000000000001");
        golden.put(new OwnerCommand.Expire(1, 2), "0104" + "0000000000000001" + "0000000000000002");
        golden.put(
                new OwnerCommand.Claim(1, 2, "x", false, true, "p", Metadata.of("m")),
                "0105" + "0000000000000001" + "0000000000000002" + "000178" + "00" + "01" + "000170" + "00016d");
        golden.put(new OwnerCommand.Release(1, 2, "x"), "0106" + "0000000000000001" + "0000000000000002" + "000178");
        golden.put(new OwnerCommand.Unregister("x"), "0107" + "000178");
        golden.put(
                new OwnerCommand.Update("x", Metadata.of("m"), Metadata.of("n")),
                "0108" + "000178" + "00016d" + "00016e");
        golden.put(new OwnerQuery.Find("x"), "0120" + "000178");
        golden.put(new OwnerQuery.Page("x"), "0121" + "000178");
        golden.put(new OwnerQuery.Since(5), "0122" + "0000000000000005");
        golden.put(new OwnerReply.Opened(1), "0140" + "0000000000000001");
        golden.put(new OwnerReply.NoSession(), "0141");
        golden.put(new OwnerReply.Granted(ENTRY), "0142" + ENTRY_BYTES);
        golden.put(new OwnerReply.Taken(ENTRY), "0143" + ENTRY_BYTES);
        golden.put(new OwnerReply.Done(true), "0144" + "01");
        golden.put(new OwnerReply.Found(Optional.of(ENTRY)), "0145" + "01" + ENTRY_BYTES);
        golden.put(new OwnerReply.Entries(9, List.of(ENTRY)), "0146" + "0000000000000009" + "00000001" + ENTRY_BYTES);
        golden.put(
                new OwnerReply.Changes(List.of(new OwnerReply.Change(4, 6, "x", Optional.empty())), true, false),
                "0147" + "00000001" + "0000000000000004" + "0000000000000006" + "000178" + "00" + "01" + "00");
        golden.put(new OwnerReply.Full("f"), "0148" + "000166");
        return golden;
    }

    @Test
    void releasesAndThisCodeUnderstandEachOther() throws IOException {
        FrozenWire.check("consistent-names", golden().values(), codec::decode);
        FrozenWire.check("consistent-names-snapshot", List.of(IMAGE_BYTES), OwnerCodecTest::image);
    }

    private static OwnerImage image(byte[] bytes) throws IOException {
        return OwnerCodec.image(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    @Test
    void nothingIsForgotten() {
        assertThat(golden().keySet().stream().<Class<?>>map(Object::getClass))
                .containsAll(Stream.of(OwnerCommand.class, OwnerQuery.class, OwnerReply.class)
                        .<Class<?>>flatMap(family -> Stream.of(family.getPermittedSubclasses()))
                        .toList());
    }

    @Test
    void everythingHasItsGoldenBytes() {
        golden().forEach((value, hex) -> {
            assertThat(HexFormat.of().formatHex(codec.encode(value)))
                    .as("%s", value)
                    .isEqualTo(hex);
            assertThat(codec.decode(HexFormat.of().parseHex(hex))).isEqualTo(value);
        });
    }

    @Test
    void whatIsCutShortTooLongOrOfAnotherVersionIsRefused() {
        golden().forEach((value, hex) -> {
            byte[] bytes = HexFormat.of().parseHex(hex);
            for (int length = 0; length < bytes.length; length++) {
                byte[] part = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> codec.decode(part)).isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> codec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
                    .hasMessageContaining("too many");
            bytes[0] = 2;
            assertThatThrownBy(() -> codec.decode(bytes)).hasMessageContaining("version 2");
        });
    }

    @Test
    void aSnapshotHasItsGoldenBytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OwnerCodec.image(IMAGE, new DataOutputStream(out));
        assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(IMAGE_BYTES);
        assertThat(image(HexFormat.of().parseHex(IMAGE_BYTES))).isEqualTo(IMAGE);
    }

    @Test
    void aFencedMessageHasItsGoldenBytes() throws NotSerializableException {
        ActorSystem system = ActorSystem.create(
                "fenced",
                ConfigFactory.parseString("pekko.actor.provider = local").withFallback(ConfigFactory.load()));
        try {
            FencedSerializer serializer = new FencedSerializer((ExtendedActorSystem) system);
            Fenced fenced = new Fenced(
                    "x",
                    new FencingToken(7, 2, 0),
                    ActorRefResolver.get(Adapter.toTyped(system)).resolveActorRef("pekko://fenced/deadLetters"),
                    "hi");
            byte[] bytes = serializer.toBinary(fenced);
            String hex = HexFormat.of().formatHex(bytes);
            assertThat(hex)
                    .startsWith("01" + "0178" + "0000000000000007" + "0000000000000002" + "00000000")
                    .endsWith("00000014" + "00" + "6869");
            assertThat(serializer.fromBinary(bytes, FencedSerializer.MANIFEST)).isEqualTo(fenced);
            bytes[0] = 2;
            assertThatThrownBy(() -> serializer.fromBinary(bytes, FencedSerializer.MANIFEST))
                    .hasMessageContaining("version 2");
        } finally {
            system.terminate();
        }
    }
}
