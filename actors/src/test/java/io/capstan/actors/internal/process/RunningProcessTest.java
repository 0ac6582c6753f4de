package io.capstan.actors.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.ExitReason;
import io.capstan.actors.process.MonitorRef;
import io.capstan.actors.process.Subject;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RunningProcessTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "running");

    private final Subject one = new Subject(SYSTEM);
    private final Subject other = new Subject(SYSTEM);

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    @Test
    void monitorsThatWereEndedAreNotRememberedForEver() {
        AtomicInteger kept = new AtomicInteger();
        one.run(self -> {
            MonitorRef stands = self.monitor(other.ref(), Subject.Do.Heard::new);
            for (int i = 0; i < 10_000; i++) {
                self.monitor(other.ref(), Subject.Do.Heard::new).demonitor();
            }
            assertThat(stands.demonitor()).isTrue();
            kept.set(((RunningProcess<?>) self).monitors());
        });
        assertThat(kept.get()).isBetween(1, 200);
    }

    /** Who is first may differ each time; what must not is that one end has a link that the other does not know. */
    @Test
    void aLinkAndAnUnlinkThatCrossLeaveBothLinkedOrNeither() throws Exception {
        ProcessTable table = ProcessTable.get(SYSTEM);
        one.settle();
        other.settle();
        Cell here = table.claim(one.ref());
        Cell there = table.claim(other.ref());
        int rounds = 20_000;
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            AtomicInteger halves = new AtomicInteger();
            Future<?> linking = threads.submit(() -> {
                for (int i = 0; i < rounds; i++) {
                    together.await();
                    table.link(here, other.ref());
                    together.await();
                    if (here.linked(other.ref()) != there.linked(one.ref())) {
                        halves.incrementAndGet();
                    }
                    together.await();
                }
                return null;
            });
            Future<?> unlinking = threads.submit(() -> {
                for (int i = 0; i < rounds; i++) {
                    together.await();
                    table.unlink(there, one.ref());
                    together.await();
                    together.await();
                }
                return null;
            });
            linking.get();
            unlinking.get();
            assertThat(halves.get()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whoIsToldToEndEndsForThatAlsoWhenPekkoRestartsItMeanwhile() {
        Cell cell = new Cell(one.ref(), true);
        cell.becauseOf(ExitReason.crashed("stumbled"));
        cell.goesOn();
        assertThat(cell.signal(other.ref(), ExitReason.KILLED, false).fate()).isEqualTo(Cell.Fate.STOP);
        cell.becauseOf(ExitReason.crashed("in its last handler"));
        cell.goesOn();
        assertThat(cell.reason()).isEqualTo(ExitReason.KILLED);
    }

    @Test
    void whatNobodyAskedForAnyMoreIsClaimedByNobody() {
        Cell cell = new Cell(one.ref(), false);
        assertThat(cell.retire()).isTrue();
        assertThat(cell.claim()).isFalse();
    }
}
