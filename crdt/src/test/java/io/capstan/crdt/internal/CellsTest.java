package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.crdt.core.Sums;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** One counter on one node: cells, dirty flag, limits. */
class CellsTest {
    private final CounterBook book = new CounterBook(10, () -> 0);
    private final Cells cells = Objects.requireNonNull(book.counter("c"));

    @Test
    void anIncrementIsReadAtOnce() {
        cells.add(5);
        cells.add(-2);

        assertThat(cells.value()).isEqualTo(3);
        assertThat(cells.sums()).isEqualTo(Sums.of(5, 2));
    }

    @Test
    void aCounterIsListedOnceForAFlushHoweverOftenItIsIncremented() {
        cells.add(1);
        cells.add(1);

        assertThat(book.takeDirty()).containsExactly(cells);
        cells.add(0);
        assertThat(book.takeDirty()).isEmpty();
        assertThat(cells.clean()).isEqualTo(Sums.of(2, 0));
        cells.add(1);
        assertThat(book.takeDirty()).containsExactly(cells);
    }

    @Test
    void aCounterThatIsTakenIsNotTakenAgainBeforeItIsCleaned() {
        // Else threads that add without rest keep the flusher for ever.
        cells.add(1);
        assertThat(book.takeDirty()).containsExactly(cells);
        cells.add(1);
        assertThat(book.takeDirty()).isEmpty();
        assertThat(cells.clean()).isEqualTo(Sums.of(2, 0));
    }

    @Test
    void addingNothingMakesNothingDirty() {
        cells.add(0);
        assertThat(book.clean()).isTrue();
    }

    @Test
    void aCellRefusesBeyondItsLimitAndChangesNothing() {
        assertThat(cells.add(Cells.CELL_MAX)).isTrue();
        assertThat(cells.add(1)).isFalse();
        assertThat(cells.add(-Cells.CELL_MAX)).isTrue();
        assertThat(cells.add(-1)).isFalse();
        assertThat(cells.add(Long.MIN_VALUE)).isFalse();
        assertThat(cells.add(Long.MAX_VALUE)).isFalse();

        assertThat(cells.sums()).isEqualTo(Sums.of(Cells.CELL_MAX, Cells.CELL_MAX));
    }

    @Test
    void aValueBeyond64BitsThrowsAndComesBack() {
        cells.othersChanged(Long.MAX_VALUE);
        cells.add(1);
        assertThatThrownBy(cells::value).isInstanceOf(ArithmeticException.class);

        cells.othersChanged(Long.MAX_VALUE);
        assertThatThrownBy(cells::value).isInstanceOf(ArithmeticException.class);
        cells.othersChanged(-Long.MAX_VALUE);
        cells.othersChanged(-Long.MAX_VALUE);
        cells.othersChanged(-Long.MAX_VALUE);
        assertThat(cells.value()).isEqualTo(-Long.MAX_VALUE + 1);
    }

    @Test
    void noIncrementIsLostAmongThreads() throws Exception {
        int threads = 4;
        int each = 200_000;
        run(threads, () -> {
            for (int i = 0; i < each; i++) {
                cells.add(i % 2 == 0 ? 3 : -1);
            }
        });

        assertThat(cells.sums()).isEqualTo(Sums.of(3L * threads * each / 2, (long) threads * each / 2));
    }

    @Test
    void noIncrementStaysUnflushed() throws Exception {
        // Bursts of increments against a flusher that never rests. Once it has twice found nothing to flush after the
        // end of a burst, all of it must be flushed; clearing the flag after reading the sums loses some ends.
        int bursts = 100_000;
        Flusher flusher = new Flusher();
        Thread thread = new Thread(flusher);
        thread.start();
        long total = 0;
        try {
            for (int burst = 0; burst < bursts; burst++) {
                int length = 1 + burst % 37;
                for (int i = 0; i < length; i++) {
                    cells.add(1);
                }
                total += length;
                flusher.awaitTwoIdlePasses();
                assertThat(flusher.flushed).as("flushed after burst %d", burst).isEqualTo(total);
            }
        } finally {
            flusher.stopped = true;
            thread.join();
        }
    }

    /** Takes whatever is dirty, for ever. */
    private final class Flusher implements Runnable {
        private volatile boolean stopped;
        private volatile long flushed;
        private final AtomicLong idlePasses = new AtomicLong();

        @Override
        public void run() {
            while (!stopped) {
                List<Gathered> taken = book.takeDirty();
                if (taken.isEmpty()) {
                    idlePasses.incrementAndGet();
                    Thread.onSpinWait();
                }
                taken.forEach(next -> flushed = ((Cells) next).clean().added());
            }
        }

        void awaitTwoIdlePasses() {
            long until = idlePasses.get() + 2;
            for (int spins = 1; idlePasses.get() < until; spins++) {
                if (spins % 1_000 == 0) {
                    LockSupport.parkNanos(1_000); // The flusher may have no processor.
                }
            }
        }
    }

    @Test
    void countersBeyondTheLimitAreNotMadeButHeardOf() {
        CounterBook small = new CounterBook(1, () -> 0);
        assertThat(small.counter("a")).isNotNull();
        assertThat(small.counter("b")).isNull();
        small.heardOf("b").othersChanged(3);

        assertThat(Objects.requireNonNull(small.counter("b")).value()).isEqualTo(3);
    }

    private static void run(int count, Runnable task) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(task);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
