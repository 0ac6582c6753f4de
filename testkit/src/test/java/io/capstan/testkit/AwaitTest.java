package io.capstan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
    @Test
    void whatThrowsAtFirstMayHoldLater() {
        AtomicInteger looks = new AtomicInteger();
        Await.until("third time lucky", () -> {
            assertThat(looks.incrementAndGet()).isGreaterThanOrEqualTo(3);
            return true;
        });
        assertThat(looks).hasValue(3);
    }

    @Test
    void aFailureTellsWhatWasAwaitedAndWhatWasWrongLast() {
        assertThatThrownBy(() -> Await.until("pigs fly", Duration.ofMillis(1), () -> {
                    throw new IllegalStateException("no wings");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("pigs fly")
                .hasMessageContaining("no wings")
                .hasCauseInstanceOf(IllegalStateException.class);
    }
}
