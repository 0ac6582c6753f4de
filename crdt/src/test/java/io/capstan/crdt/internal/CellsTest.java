package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.crdt.core.Sums;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** One counter on one node: cells, dirty flag, limits. */
class CellsTest {
    private final CounterBook book = new CounterBook(10);
    private final Cells cells = Objects.requireNonNull(book.counter("c"));

    @Test
    void anIncrementIsReadAtOnce() {
        cells.add(5);
        cells.add(-2);

        assertThat(cells.value()).isEqualTo(3);
        assertThat(cells.sums()).isEqualTo(new Sums(5, 2));
    }

    @Test
    void aCounterIsListedOnceForAFlushHoweverOftenItIsIncremented() {
        cells.add(1);
        cells.add(1);

        assertThat(book.nextDirty()).isSameAs(cells);
        assertThat(book.nextDirty()).isNull();
        assertThat(cells.clean()).isEqualTo(new Sums(2, 0));
        cells.add(1);
        assertThat(book.nextDirty()).isSameAs(cells);
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

        assertThat(cells.sums()).isEqualTo(new Sums(Cells.CELL_MAX, Cells.CELL_MAX));
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

        assertThat(cells.sums()).isEqualTo(new Sums(3L * threads * each / 2, (long) threads * each / 2));
    }

    @Test
    void noIncrementStaysUnflushed() throws Exception {
        // A flusher and an incrementer race round after round; after each, whatever is not listed must be in the sums
        // that were flushed last. Clearing the flag after reading the sums loses one within some thousand rounds.
        int rounds = 100_000;
        Sums[] flushed = {new Sums(0, 0)};
        CyclicBarrier barrier = new CyclicBarrier(2);
        List<String> lost = new ArrayList<>();
        Thread adder = new Thread(() -> {
            for (int round = 0; round < rounds; round++) {
                await(barrier);
                cells.add(1);
                cells.add(1);
                await(barrier);
            }
        });
        adder.start();
        for (int round = 0; round < rounds; round++) {
            await(barrier);
            for (int i = 0; i < 3; i++) {
                flush(flushed);
            }
            await(barrier);
            if (book.clean() && flushed[0].added() != 2L * (round + 1)) {
                lost.add("round " + round + ": flushed " + flushed[0]);
                break;
            }
            flush(flushed);
        }
        adder.interrupt();
        adder.join();
        assertThat(lost).isEmpty();
    }

    @Test
    void countersBeyondTheLimitAreNotMadeButHeardOf() {
        CounterBook small = new CounterBook(1);
        assertThat(small.counter("a")).isNotNull();
        assertThat(small.counter("b")).isNull();
        small.heardOf("b").othersChanged(3);

        assertThat(Objects.requireNonNull(small.counter("b")).value()).isEqualTo(3);
    }

    private void flush(Sums[] flushed) {
        Cells next = book.nextDirty();
        if (next != null) {
            flushed[0] = next.clean();
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
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
