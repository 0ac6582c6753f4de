package io.capstan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    private static final Duration LONG = Duration.ofHours(1);

    private long nanos;

    /** Windows of a second each, that measure so much. */
    private WarmUp warm(int withoutProgress, Duration most, Double... figures) throws IOException {
        Iterator<Double> next = List.of(figures).iterator();
        return WarmUp.of(withoutProgress, most, () -> nanos, () -> {
            nanos += Duration.ofSeconds(1).toNanos();
            return next.next();
        });
    }

    @Test
    void goesOnAsLongAsItGetsBetterAndALittleIsNoProgress() throws IOException {
        assertThat(warm(3, LONG, 9.0, 5.0, 4.0, 3.95, 6.0, 3.9)).isEqualTo(new WarmUp(6, 3.9));
    }

    @Test
    void countsAnewFromEachBest() throws IOException {
        assertThat(warm(2, LONG, 9.0, 10.0, 5.0, 6.0, 6.0)).isEqualTo(new WarmUp(5, 5.0));
    }

    @Test
    void beginsNoWindowWhenItsTimeIsOver() throws IOException {
        assertThat(warm(3, Duration.ofSeconds(2), 9.0, 5.0)).isEqualTo(new WarmUp(2, 5.0));
    }
}
