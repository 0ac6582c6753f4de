package io.capstan.raft.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.capstan.raft.StateMachine;
import io.capstan.raft.internal.wire.Malformed;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Logs hold these bytes for years: neither a serializer's number nor its form may change under them. */
class PekkoCodecTest {
    @SuppressWarnings("NullAway.Init")
    private static ActorSystem<Void> system;

    @SuppressWarnings("NullAway.Init")
    private static PekkoCodec codec;

    /** A command as users write them. */
    record Sell(String article, int pieces) implements StateMachine.Data {}

    @BeforeAll
    static void start() {
        system = ActorSystem.create(
                Behaviors.empty(),
                "codec",
                ConfigFactory.parseString("pekko { actor.provider = local, loglevel = WARNING }")
                        .withFallback(ConfigFactory.load()));
        codec = new PekkoCodec(system);
    }

    @AfterAll
    static void stop() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aCommandHasItsBytes() {
        String manifest = Sell.class.getName();
        String golden = "01" + "00000021" + HexFormat.of().toHexDigits((byte) manifest.length()) + ascii(manifest)
                + "bf" + "67" + ascii("article") + "63" + ascii("tea") + "66" + ascii("pieces") + "07" + "ff";

        assertThat(HexFormat.of().formatHex(codec.encode(new Sell("tea", 7)))).isEqualTo(golden);
        assertThat(codec.decode(HexFormat.of().parseHex(golden))).isEqualTo(new Sell("tea", 7));
    }

    @Test
    void anUnknownVersionIsRefusedInOneLine() {
        byte[] newer = codec.encode(new Sell("tea", 7));
        newer[0] = 2;
        assertThatThrownBy(() -> codec.decode(newer))
                .isInstanceOf(Malformed.class)
                .hasMessage("a value of version 2; this Capstan knows version 1");
    }

    /** Pekko throws a checked exception, which ended whoever had no reason to catch one: the mailroom of a node. */
    @Test
    void bytesOfASerializerOrAClassThatThisNodeDoesNotHaveAreRefusedAsAnyOthers() {
        byte[] bytes = codec.encode(new Sell("tea", 7));
        byte[] serializer = bytes.clone();
        serializer[1] ^= 0x7f;
        byte[] manifest = bytes.clone();
        manifest[6] ^= 1;
        for (byte[] strange : List.of(serializer, manifest)) {
            assertThatThrownBy(() -> codec.decode(strange)).isInstanceOf(RuntimeException.class);
        }
        assertThatThrownBy(() -> codec.encode(new Object())).isInstanceOf(RuntimeException.class);
    }

    private static String ascii(String text) {
        return HexFormat.of().formatHex(text.getBytes(US_ASCII));
    }
}
