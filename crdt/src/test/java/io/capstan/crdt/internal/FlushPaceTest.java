package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often counters are flushed. */
class FlushPaceTest {
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
    private long now;
    private int flushes;
    private final FlushPace pace =
            new FlushPace(CrdtSettings.fromConfig(ConfigFactory.load()), () -> now, scheduler, () -> flushes++);

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
    }

    @Test
    void theFirstFlushAfterAQuietTimeIsAtOnceAndToldOnce() {
        pace.wake();
        pace.wake();

        assertThat(flushes).isEqualTo(1);
    }

    @Test
    void theNextFlushWaitsForTheInterval() {
        String hours = "capstan.crdt.counters { flush-interval-min = 1h, flush-interval-max = 2h }";
        FlushPace slow = new FlushPace(
                CrdtSettings.fromConfig(ConfigFactory.parseString(hours).withFallback(ConfigFactory.load())),
                () -> now,
                scheduler,
                () -> flushes++);
        slow.flushing();
        slow.flushed(1);
        slow.wake();

        assertThat(flushes).isZero();
        assertThat(scheduler.getQueue()).hasSize(1);
    }

    /** Torture's: an add while the node stopped threw. */
    @Test
    void whoeverBecomesDirtyWhenAllIsClosedHearsNothingOfThat() {
        pace.flushing();
        pace.flushed(1_000_000);
        scheduler.shutdownNow();

        pace.wake();

        assertThat(flushes).isEqualTo(1);
    }

    @Test
    void whoeverBecomesDirtyDuringAFlushWakesAgain() {
        pace.wake();
        pace.flushing();
        pace.wake();

        assertThat(flushes).isEqualTo(2);
    }

    @Test
    void theIntervalGrowsWithTheLoadWithinItsLimits() {
        assertThat(pace.interval(0)).isEqualTo(Duration.ofMillis(5));
        assertThat(pace.interval(1_000)).isEqualTo(Duration.ofMillis(5));
        assertThat(pace.interval(4_000)).isEqualTo(Duration.ofMillis(20));
        assertThat(pace.interval(1_000_000)).isEqualTo(Duration.ofMillis(100));
        assertThat(pace.interval(Integer.MAX_VALUE)).isEqualTo(Duration.ofMillis(100));
    }
}
