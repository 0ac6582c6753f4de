package io.capstan.raft.lock;

import static io.capstan.raft.Cluster.await;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("LockNotBeforeTry") // what is locked when is what is tested
class BlockingLockTest {
    private static final Ttl LONG = Ttl.of(ofSeconds(60));

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static LockCluster cluster;

    /** A lock of this test's own. */
    private final String x = "lock-" + NAMES.incrementAndGet();

    @BeforeAll
    static void start() {
        cluster = new LockCluster();
    }

    @AfterEach
    void heal() {
        cluster.network().heal();
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    private Lock lock(String node) {
        return cluster.locks(node).session(LONG, cause -> {}).blocking(x);
    }

    @Test
    void oneThreadIsInsideAndLeavesAsOftenAsItEntered() throws Exception {
        Lock one = lock("s1");
        Lock two = lock("s2");
        one.lock();
        assertThat(one.tryLock()).isTrue();
        assertThat(two.tryLock()).isFalse();
        assertThat(two.tryLock(50, TimeUnit.MILLISECONDS)).isFalse();
        one.unlock();
        assertThat(two.tryLock()).isFalse();
        one.unlock();
        assertThat(two.tryLock()).isTrue();
        two.unlock();
        assertThatThrownBy(two::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    void threadsOfOneSessionExcludeEachOther() {
        Lock one = lock("s1");
        one.lock();
        assertThat(one.tryLock()).isTrue();
        AtomicReference<Boolean> entered = new AtomicReference<>(true);
        Thread other = new Thread(() -> entered.set(one.tryLock()));
        other.start();
        await("the other thread's end", () -> !other.isAlive());
        assertThat(entered.get()).isFalse();
    }

    @Test
    void whoIsInterruptedWhileItWaitsLeavesNobodyInTheQueue() {
        Lock one = lock("s1");
        Lock two = lock("s2");
        one.lock();
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread waiting = new Thread(() -> {
            try {
                two.lockInterruptibly();
            } catch (InterruptedException interrupted) {
                end.set(interrupted);
            }
        });
        waiting.start();
        await("a waiter", () -> cluster.waiting(x) == 1);
        waiting.interrupt();
        await("no waiter", () -> cluster.waiting(x) == 0);
        await("its end", () -> end.get() instanceof InterruptedException);
        one.unlock();
        assertThat(cluster.status(x)).isEmpty();
    }

    @Test
    void unlockAfterALossThrowsAndSoDoesEnteringAgain() {
        Lock one = lock("s1");
        one.lock();
        cluster.ahead("s1", ofSeconds(61));
        assertThatThrownBy(one::lock)
                .isInstanceOf(IllegalMonitorStateException.class)
                .hasMessageContaining("lost");
        assertThatThrownBy(one::unlock)
                .isInstanceOf(IllegalMonitorStateException.class)
                .hasMessageContaining("another may have held it since");
    }

    @Test
    void aThreadOfADispatcherIsNotMadeToWait() {
        Lock one = lock("s1");
        CompletableFuture<Void> asked =
                CompletableFuture.runAsync(one::lock, cluster.system("s1").executionContext());
        assertThatThrownBy(() -> asked.orTimeout(20_000, TimeUnit.MILLISECONDS).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("dispatcher");
    }
}
