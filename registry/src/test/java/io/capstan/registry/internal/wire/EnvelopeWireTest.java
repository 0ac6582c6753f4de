package io.capstan.registry.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.capstan.testkit.FrozenWire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * What goes through Pekko's remoting, byte for byte, as Pekko finds its serializer: the serializer's number (i32), what it calls
 * its bytes (u8 length, text), its bytes.
 */
class EnvelopeWireTest {
    private static final ActorSystem SYSTEM = ActorSystem.create(
            "envelopes",
            ConfigFactory.parseString("pekko.actor.provider = local").withFallback(ConfigFactory.load()));
    private static final Serialization SERIALIZATION = SerializationExtension.get(SYSTEM);

    /** A text by Pekko's serializer 20, without a manifest, as a user's message. */
    private static final String HI = "00000014" + "00" + "6869";

    /** Of an actor that is not there, which needs none. */
    private static final String REF = text("pekko://envelopes/user/a");

    static final String POST = "0000bbb2" + "0150" + "01" + "0173" + "0167" + HI;
    static final String FENCED =
            "0000bbb3" + "0146" + "01" + "0178" + "0000000000000007" + "0000000000000002" + "00000001" + REF + HI;
    static final String JOIN =
            "0000bbb4" + "0143" + "01" + "01" + "0167" + "0000000000000003" + text("pekko://envelopes/user/p") + REF;
    private static final String LEAVE =
            "0000bbb4" + "0143" + "01" + "00" + "0167" + "0000000000000003" + text("pekko://envelopes/user/p") + REF;

    @AfterAll
    static void stop() throws Exception {
        SYSTEM.terminate();
        SYSTEM.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static String text(String ascii) {
        byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
        return "%02x".formatted(bytes.length) + HexFormat.of().formatHex(bytes);
    }

    private static Object read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int serializer = in.getInt();
        byte[] manifest = new byte[in.get()];
        in.get(manifest);
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return SERIALIZATION
                .deserialize(rest, serializer, new String(manifest, StandardCharsets.UTF_8))
                .get();
    }

    /** As this code writes what it has read there. */
    private static String writtenAgain(String hex) {
        Object envelope = read(HexFormat.of().parseHex(hex));
        Serializer serializer = SERIALIZATION.findSerializerFor(envelope);
        return "%08x".formatted(serializer.identifier())
                + text(Serializers.manifestFor(serializer, envelope))
                + HexFormat.of().formatHex(serializer.toBinary(envelope));
    }

    @Test
    void releasesAndThisCodeUnderstandEachOther() throws IOException {
        FrozenWire.check("publications", List.of(writtenAgain(POST)), EnvelopeWireTest::read);
        FrozenWire.check("fenced-messages", List.of(writtenAgain(FENCED)), EnvelopeWireTest::read);
        FrozenWire.check("created-groups", List.of(writtenAgain(JOIN), writtenAgain(LEAVE)), EnvelopeWireTest::read);
    }

    @Test
    void whatIsReadIsWrittenTheSame() {
        for (String envelope : List.of(POST, FENCED, JOIN, LEAVE)) {
            assertThat(writtenAgain(envelope)).isEqualTo(envelope);
        }
    }
}
