package io.capstan.registry.internal.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Version 1 of what is asked of another node's created groups, byte for byte. */
class CreatedRequestSerializerTest {
    private static final ActorSystem SYSTEM = ActorSystem.create(
            "created", ConfigFactory.parseString("pekko.actor.provider = local").withFallback(ConfigFactory.load()));
    private static final String ANSWER = "pekko://created/deadLetters";

    private final CreatedRequestSerializer serializer = new CreatedRequestSerializer((ExtendedActorSystem) SYSTEM);
    private final CreatedRequest request = new CreatedRequest(
            true, "g", 3, "p", ActorRefResolver.get(Adapter.toTyped(SYSTEM)).resolveActorRef(ANSWER));

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    @Test
    void aRequestHasItsGoldenBytes() throws NotSerializableException {
        byte[] bytes = serializer.toBinary(request);
        assertThat(HexFormat.of().formatHex(bytes))
                .startsWith("01" + "01" + "0167" + "0000000000000003" + "0170")
                .endsWith(HexFormat.of().formatHex(ANSWER.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertThat(serializer.fromBinary(bytes, CreatedRequestSerializer.MANIFEST))
                .isEqualTo(request);
    }

    @Test
    void theCodesOfItsAnswersAreTheseForEver() {
        assertThat(List.of(
                        CreatedRequest.DONE,
                        CreatedRequest.NOTHING,
                        CreatedRequest.TOO_MANY,
                        CreatedRequest.NO_SUCH_GROUP))
                .containsExactly(0, 1, 2, 3);
    }

    @Test
    void anUnknownVersionAndWhatIsCutShortAreRefused() {
        byte[] later = serializer.toBinary(request);
        later[0] = 2;
        assertThatThrownBy(() -> serializer.fromBinary(later, CreatedRequestSerializer.MANIFEST))
                .hasMessageContaining("version 2");
        for (int length = 0; length < 14; length++) {
            byte[] part = Arrays.copyOf(serializer.toBinary(request), length);
            assertThatThrownBy(() -> serializer.fromBinary(part, CreatedRequestSerializer.MANIFEST))
                    .isInstanceOf(NotSerializableException.class);
        }
    }
}
