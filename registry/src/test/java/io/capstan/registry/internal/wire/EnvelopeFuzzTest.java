package io.capstan.registry.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.NotSerializableException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

    /** One kind, and sound bytes of it. */
    private record Kind(int serializer, String manifest, String bytes) {
        /** What {@link EnvelopeWireTest} has: four bytes, a manifest of one letter after its length, the bytes. */
        static Kind of(String hex) {
            HexFormat digits = HexFormat.of();
            return new Kind(
                    HexFormat.fromHexDigits(hex, 0, 8),
                    new String(digits.parseHex(hex, 10, 12), StandardCharsets.US_ASCII),
                    hex.substring(12));
        }
    }

    /** The last is {@code actors}' news that a call's target has crashed. */
    private static final List<Kind> KINDS = List.of(
            Kind.of(EnvelopeWireTest.POST),
            Kind.of(EnvelopeWireTest.FENCED),
            Kind.of(EnvelopeWireTest.JOIN),
            new Kind(7_201, "D", "02" + "03" + "000178"));

    private static final com.sun.management.ThreadMXBean MEMORY =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long BYTES_MAX = 8L << 20;

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private long refused;

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    @Test
    void ofAnyBytesIsReadOrRefusedSoonAndWithoutMuchMemory() {
        for (Kind kind : KINDS) {
            assertThat(reads(kind, HexFormat.of().parseHex(kind.bytes())))
                    .as(kind.manifest())
                    .isTrue();
        }
        double seconds = Double.parseDouble(System.getProperty("fuzz.seconds", "1"));
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long round = 0;
        for (; System.nanoTime() < end; round++) {
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
        System.out.printf("envelopes: %,d inputs, %,d refused%n", round, refused);
        assertThat(refused).isBetween(1L, round - 1);
    }

    private long allocatedBy(Kind kind, byte[] bytes, String replay) {
        long before = MEMORY.getCurrentThreadAllocatedBytes();
        try {
            if (!reads(kind, bytes)) {
                refused++;
            }
        } catch (Error fatal) {
            throw new AssertionError(replay, fatal);
        }
        return MEMORY.getCurrentThreadAllocatedBytes() - before;
    }

    /** A Try, as Pekko's remoting has it: what is refused is a value; an Error is thrown and ends the JVM. */
    private static boolean reads(Kind kind, byte[] bytes) {
        return SERIALIZATION
                .deserialize(bytes, kind.serializer(), kind.manifest())
                .isSuccess();
    }

    @Test
    void withinAnEnvelopeIsRefusedSoThatNoneIsDeeperThanAStack() {
        byte[] bytes = HexFormat.of().parseHex(KINDS.get(0).bytes());
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
