package io.capstan.demo.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.demo.Fuzz;
import io.capstan.demo.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A file of tokens, whatever is in it,")
class TokensFuzzTest {
    @TempDir
    Path folder;

    private final Fuzz fuzz = new Fuzz("tokens");

    @Test
    void isTakenOrRefusedInOneLineThatSaysNothingOfIt() throws Exception {
        Path file = folder.resolve("tokens");
        String read = Tokens.add(file, Role.READ);
        String admin = Tokens.add(file, Role.ADMIN);
        byte[] sound = ("# people\n\n" + Files.readString(file)).getBytes(UTF_8);
        long[] refused = {0};
        fuzz.run(() -> {
            Files.write(file, mutated(sound));
            try {
                Tokens.read(file).roleOf(read);
            } catch (UserError told) {
                refused[0]++;
                assertThat(told.getMessage())
                        .contains(".tokens: ")
                        .doesNotContain(read.substring(0, 8), admin.substring(0, 8))
                        .doesNotContainPattern("\\p{Cc}");
            }
        });
        assertThat(refused[0]).isPositive();
    }

    private byte[] mutated(byte[] sound) {
        byte[] bytes = sound.clone();
        for (int some = 1 + fuzz.random().nextInt(3); some > 0 && bytes.length > 0; some--) {
            int at = fuzz.random().nextInt(bytes.length);
            switch (fuzz.random().nextInt(4)) {
                case 0 -> bytes[at] = (byte) fuzz.random().nextInt();
                case 1 -> bytes = Arrays.copyOf(bytes, at);
                case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 3), (byte) '\n');
                default ->
                    bytes = Arrays.copyOf(bytes, bytes.length + fuzz.random().nextInt(3_000));
            }
        }
        return bytes;
    }
}
