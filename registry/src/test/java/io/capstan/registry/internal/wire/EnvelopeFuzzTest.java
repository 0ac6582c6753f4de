package io.capstan.registry.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.NotSerializableException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What comes through Pekko's remoting for Capstan's own serializers: {@code -Dfuzz.seconds}, {@code -Dfuzz.seed}. */
@DisplayName("An envelope")
class EnvelopeFuzzTest {
    private static final ActorSystem SYSTEM = ActorSystem.create(
            "envelopes",
            ConfigFactory.parseString("pekko.actor.provider = local").withFallback(ConfigFactory.load()));
    private static final Serialization SERIALIZATION = SerializationExtension.get(SYSTEM);

    private static final String HI = "00000014" + "00" + "6869";
    private static final String REF = "0f" + "70656b6b6f3a2f2f78406820612f62";

    /** One kind, and sound bytes of it, or nearly. */
    private record Kind(int serializer, String manifest, String bytes) {}

    private static final List<Kind> KINDS = List.of(
            new Kind(48_050, "P", "01" + "0173" + "0167" + HI),
            new Kind(48_051, "F", "01" + "016e" + "00".repeat(20) + REF + HI),
            new Kind(48_052, "C", "01" + "01" + "0167" + "00".repeat(8) + REF + REF),
            new Kind(7_201, "D", "01" + "00".repeat(12)));

    private static final com.sun.management.ThreadMXBean MEMORY =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long BYTES_MAX = 8L << 20;

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    @Test
    void ofAnyBytesIsReadOrRefusedSoonAndWithoutMuchMemory() {
        double seconds = Double.parseDouble(System.getProperty("fuzz.seconds", "1"));
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (long round = 0; System.nanoTime() < end; round++) {
            Kind kind = KINDS.get(random.nextInt(KINDS.size()));
            byte[] bytes = mutated(HexFormat.of().parseHex(kind.bytes()));
            String replay = "round " + round + " of -Dfuzz.seed=" + seed + ": " + kind.manifest() + " "
                    + HexFormat.of().formatHex(bytes);
            long begun = System.nanoTime();
            long taken = allocatedBy(kind, bytes, replay);
            if (taken > BYTES_MAX) {
                // The first use of one of Pekko's own serializers loads its classes.
                taken = allocatedBy(kind, bytes, replay);
            }
            assertThat(taken).as(replay).isLessThan(BYTES_MAX);
            assertThat(System.nanoTime() - begun).as(replay).isLessThan(5_000_000_000L);
        }
    }

    private static long allocatedBy(Kind kind, byte[] bytes, String replay) {
        long before = MEMORY.getCurrentThreadAllocatedBytes();
        try {
            // A Try, as Pekko's remoting has it: what is refused is a value; an Error is thrown and ends the JVM.
            SERIALIZATION.deserialize(bytes, kind.serializer(), kind.manifest());
        } catch (Error fatal) {
            throw new AssertionError(replay, fatal);
        }
        return MEMORY.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void withinAnEnvelopeIsRefusedSoThatNoneIsDeeperThanAStack() {
        byte[] bytes = HexFormat.of().parseHex("01" + "0173" + "0167" + HI);
        for (int depth = 0; depth < 20_000; depth++) {
            bytes = ByteBuffer.allocate(11 + bytes.length)
                    .put(HexFormat.of().parseHex("01" + "0173" + "0167"))
                    .putInt(48_050)
                    .put(HexFormat.of().parseHex("0150"))
                    .put(bytes)
                    .array();
            if (depth % 5_000 != 0) {
                continue;
            }
            byte[] deep = bytes;
            assertThatThrownBy(
                            () -> SERIALIZATION.deserialize(deep, 48_050, "P").get())
                    .isInstanceOf(NotSerializableException.class)
                    .hasMessageContaining("an envelope within an envelope");
        }
    }

    private byte[] mutated(byte[] bytes) {
        byte[] result = bytes;
        for (int some = random.nextInt(4); some > 0; some--) {
            int at = random.nextInt(result.length);
            switch (random.nextInt(4)) {
                case 0 -> result[at] = (byte) random.nextInt();
                case 1 ->
                    Arrays.fill(
                            result, at, Math.min(result.length, at + 5), (byte) (random.nextBoolean() ? 0xff : 0x7f));
                case 2 -> result = Arrays.copyOf(result, Math.max(1, at));
                default -> result = Arrays.copyOf(result, result.length + random.nextInt(3_000));
            }
        }
        return result;
    }
}
