package io.capstan.demo.crunch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A counted value")
class ValueTest {
    @Test
    void comesBackFromItsKeyWhateverItsBytes() {
        for (Value value : new Value[] {value(""), value("/a b\n"), new Value(new byte[] {(byte) 0xff, 0, 1})}) {
            assertThat(Value.ofKey(value.key())).contains(value);
        }
    }

    @Test
    void isNamedByItsHashWhenItIsLong() {
        Value value = value("x".repeat(10_000));
        assertThat(value.isLong()).isTrue();
        assertThat(value.key()).hasSizeLessThan(100).startsWith("h");
        assertThat(Value.ofKey(value.key())).isEmpty();
    }

    @Test
    void isTextOnlyWhenItIsValidUtf8() {
        assertThat(value("grün").text()).contains("grün");
        assertThat(new Value(new byte[] {(byte) 0xff}).text()).isEmpty();
    }

    @Test
    @DisplayName("is ranked by count, then by its bytes as unsigned numbers")
    void ranking() {
        Ranking ranking = Ranking.of(
                Map.of(value("b"), 2L, value("a"), 2L, new Value(new byte[] {(byte) 0x80}), 2L, value("z"), 9L));
        assertThat(ranking.top(3)).extracting(entry -> entry.value().toString()).containsExactly("z", "a", "b");
        assertThat(ranking.total()).isEqualTo(15);
    }

    private static Value value(String text) {
        return new Value(text.getBytes(UTF_8));
    }
}
