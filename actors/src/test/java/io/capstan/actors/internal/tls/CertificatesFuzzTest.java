package io.capstan.actors.internal.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the three files: {@code -Dfuzz.seconds}, {@code -Dfuzz.seed}. */
@DisplayName("A file of certificates, whatever is in it,")
@SuppressWarnings("NullAway.Init") // Each test makes it first.
class CertificatesFuzzTest {
    private static final long NANOS_MAX = 5_000_000_000L;

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path folder;

    private TlsSettings sound;

    /** One of the three is another than it was. */
    private enum Which {
        CERTIFICATE,
        KEY,
        AUTHORITY
    }

    @Test
    void isTakenOrRefusedInOneLineThatNamesIt() throws IOException {
        sound = new Authority(folder, "authority").signAddress("a", "127.0.0.1");
        List<byte[]> files = List.of(
                Files.readAllBytes(sound.certificate()),
                Files.readAllBytes(sound.key()),
                Files.readAllBytes(sound.authority()));
        Path changed = folder.resolve("changed");
        double seconds = Double.parseDouble(System.getProperty("fuzz.seconds", "1"));
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long rounds = 0;
        long refused = 0;
        for (; System.nanoTime() < end; rounds++) {
            Which which = Which.values()[random.nextInt(3)];
            Files.write(changed, random.nextBoolean() ? within(files) : around(files));
            long begun = System.nanoTime();
            try {
                NodeTls.read(with(which, changed));
            } catch (StartFailure told) {
                refused++;
                assertThat(told.getMessage())
                        .as("round %d of -Dfuzz.seed=%d", rounds, seed)
                        .contains("capstan.actors.tls.")
                        .doesNotContainPattern("\\p{Cc}");
            } catch (RuntimeException | Error bug) {
                throw new AssertionError(
                        "round " + rounds + " of -Dfuzz.seed=" + seed + ", " + which + ": "
                                + Files.readString(changed, ISO_8859_1),
                        bug);
            }
            assertThat(System.nanoTime() - begun)
                    .as("round %d of -Dfuzz.seed=%d", rounds, seed)
                    .isLessThan(NANOS_MAX);
        }
        System.out.printf("certificates: %,d inputs, %,d refused%n", rounds, refused);
        assertThat(refused).isPositive();
    }

    /** Whoever mixes them up, or loses a line's end, is not to find his key in the log. */
    @Test
    void isNotQuotedWhenItIsTheKeys() throws IOException {
        sound = new Authority(folder, "authority").signAddress("a", "127.0.0.1");
        String key = Files.readString(sound.key(), ISO_8859_1);
        Path mixedUp = folder.resolve("mixed-up");
        for (String content : List.of(key, key.replace("\n", ""), "-----" + key.substring(30), key.substring(0, 60))) {
            Files.writeString(mixedUp, content);
            for (Which which : List.of(Which.CERTIFICATE, Which.AUTHORITY)) {
                assertThatThrownBy(() -> NodeTls.read(with(which, mixedUp)))
                        .isInstanceOf(StartFailure.class)
                        .message()
                        .endsWith("mixed-up holds no certificates in PEM");
            }
        }
    }

    @Test
    @EnabledIf("hasNoEnd")
    void isNotReadForEver() throws IOException {
        sound = new Authority(folder, "authority").signAddress("a", "127.0.0.1");
        for (Which which : Which.values()) {
            assertThatThrownBy(() -> NodeTls.read(with(which, Path.of("/dev/zero"))))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("/dev/zero is longer than 1048576 bytes");
        }
    }

    static boolean hasNoEnd() {
        return Files.isReadable(Path.of("/dev/zero"));
    }

    private TlsSettings with(Which which, Path file) {
        return new TlsSettings(
                true,
                which == Which.CERTIFICATE ? file : sound.certificate(),
                which == Which.KEY ? file : sound.key(),
                which == Which.AUTHORITY ? file : sound.authority(),
                random.nextBoolean() ? "a" : "",
                true,
                sound.checkEvery());
    }

    /** PEM as it should be, around what is not quite DER. */
    private byte[] within(List<byte[]> files) {
        String pem = new String(files.get(random.nextInt(3)), ISO_8859_1);
        int from = pem.indexOf("-----\n") + 6;
        int to = pem.indexOf("-----END");
        byte[] der = mutated(Base64.getMimeDecoder().decode(pem.substring(from, to)));
        return (pem.substring(0, from)
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n"
                        + pem.substring(to))
                .getBytes(ISO_8859_1);
    }

    /** What is not quite PEM, or two of them. */
    private byte[] around(List<byte[]> files) {
        byte[] bytes = mutated(files.get(random.nextInt(3)).clone());
        if (random.nextInt(3) == 0) {
            byte[] more = files.get(random.nextInt(3));
            byte[] both = Arrays.copyOf(bytes, bytes.length + more.length);
            System.arraycopy(more, 0, both, bytes.length, more.length);
            return both;
        }
        return bytes;
    }

    private byte[] mutated(byte[] bytes) {
        byte[] result = bytes;
        for (int some = 1 + random.nextInt(3); some > 0 && result.length > 0; some--) {
            int at = random.nextInt(result.length);
            switch (random.nextInt(5)) {
                case 0 -> result[at] = (byte) random.nextInt();
                case 1 -> result[at] ^= (byte) (1 << random.nextInt(8));
                case 2 ->
                    Arrays.fill(result, at, Math.min(result.length, at + 4), (byte) (random.nextBoolean() ? -1 : 127));
                case 3 -> result = Arrays.copyOf(result, at);
                default -> result = Arrays.copyOf(result, result.length + random.nextInt(2_000));
            }
        }
        return result;
    }
}
