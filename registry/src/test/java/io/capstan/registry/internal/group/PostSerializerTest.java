package io.capstan.registry.internal.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.capstan.registry.core.GroupKey;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Version 1 of the envelope of what is published, byte for byte. */
class PostSerializerTest {
    private static final ActorSystem SYSTEM = ActorSystem.create(
            "post", ConfigFactory.parseString("pekko.actor.provider = local").withFallback(ConfigFactory.load()));

    private static final Post POST = new Post(new GroupKey("s", "g"), "hi");

    /** Pekko writes strings with its serializer 20, without a manifest. */
    private static final byte[] GOLDEN = HexFormat.of().parseHex("01" + "0173" + "0167" + "00000014" + "00" + "6869");

    private final PostSerializer serializer = new PostSerializer((ExtendedActorSystem) SYSTEM);

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    @Test
    void anEnvelopeHasItsGoldenBytes() throws NotSerializableException {
        assertThat(serializer.toBinary(POST)).isEqualTo(GOLDEN);
        assertThat(serializer.fromBinary(GOLDEN, PostSerializer.MANIFEST)).isEqualTo(POST);
    }

    @Test
    void anUnknownVersionAndWhatIsCutShortAreRefused() {
        byte[] later = GOLDEN.clone();
        later[0] = 2;
        assertThatThrownBy(() -> serializer.fromBinary(later, PostSerializer.MANIFEST))
                .hasMessageContaining("version 2");
        for (int length = 0; length < 10; length++) {
            byte[] part = Arrays.copyOf(GOLDEN, length);
            assertThatThrownBy(() -> serializer.fromBinary(part, PostSerializer.MANIFEST))
                    .isInstanceOf(NotSerializableException.class);
        }
    }
}
