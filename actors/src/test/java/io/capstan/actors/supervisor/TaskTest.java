package io.capstan.actors.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.CallFailure;
import io.capstan.actors.ExitReason;
import io.capstan.actors.Failure;
import io.capstan.actors.process.Subject;
import io.capstan.actors.process.Subject.Fate;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Task: async, supervised, cancelled")
class TaskTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "tasks");

    private final Subject owner = new Subject(SYSTEM);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    /** Work without end. */
    private String work() {
        begun.countDown();
        try {
            new CountDownLatch(1).await();
            throw new AssertionError("nobody counts it down");
        } catch (InterruptedException e) {
            interrupted.countDown();
            return "too late";
        }
    }

    private static CallFailure stopped(Task<?> task) {
        try {
            throw new AssertionError(
                    "a result: " + task.result().toCompletableFuture().join());
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(CallFailure.class);
            return (CallFailure) Objects.requireNonNull(e.getCause());
        }
    }

    private <T> Task<T> ownersTask(java.util.concurrent.Callable<T> work) {
        var made = new CompletableFuture<Task<T>>();
        owner.run(self -> made.complete(Task.async(self, work)));
        return made.join();
    }

    @Test
    void itsResultIsTheWorksAndItEndsNormally() throws InterruptedException {
        CountDownLatch let = new CountDownLatch(1);
        Task<Integer> task = ownersTask(() -> {
            let.await();
            return 42;
        });
        Fate fate = new Fate(SYSTEM, task.process());
        let.countDown();
        assertThat(task.result().toCompletableFuture().join()).isEqualTo(42);
        assertThat(fate.await()).isEqualTo(ExitReason.NORMAL);
        assertThat(owner.settle().fate().lives()).isTrue();
    }

    @Test
    void itsFailureIsTheWorksAndTakesItsOwnerAlong() throws InterruptedException {
        Fate fate = owner.fate();
        Task<Integer> task = ownersTask(() -> {
            throw new IllegalStateException("no result");
        });
        assertThatThrownBy(() -> task.result().toCompletableFuture().join())
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(fate.await().detail()).contains("no result");
    }

    @Test
    void anOwnersEndInterruptsItsWork() throws InterruptedException {
        Task<String> task = ownersTask(this::work);
        begun.await();
        owner.crash("gone");
        interrupted.await();
        CallFailure failure = stopped(task);
        assertThat(failure.kind()).isEqualTo(CallFailure.Kind.STOPPED);
        assertThat(failure.next()).isEqualTo(Failure.Next.OUTCOME_UNKNOWN);
    }

    @Test
    void cancellingInterruptsTheWork() throws InterruptedException {
        Task<String> task = Task.start(SYSTEM, this::work);
        begun.await();
        task.cancel();
        interrupted.await();
        assertThat(stopped(task).reason()).contains(ExitReason.KILLED);
    }

    @Test
    void belowASupervisorItStopsWithItAndItsFailureIsNobodysEnd() throws InterruptedException {
        Family family = new Family(SYSTEM).under(Supervisor.dynamic(Intensity.of(1, Duration.ofMinutes(1)), 2));
        Task<Integer> failing = Task.<Integer>under(family.children(), "failing", SYSTEM, () -> {
                    throw new IllegalStateException("alone");
                })
                .toCompletableFuture()
                .join();
        assertThatThrownBy(() -> failing.result().toCompletableFuture().join())
                .hasCauseInstanceOf(IllegalStateException.class);
        Task<String> endless = Task.under(family.children(), "endless", SYSTEM, this::work)
                .toCompletableFuture()
                .join();
        begun.await();
        Fate fate = family.fate();
        family.stop();
        interrupted.await();
        assertThat(stopped(endless).reason()).contains(ExitReason.SHUTDOWN);
        assertThat(fate.await()).isEqualTo(ExitReason.SHUTDOWN);
    }
}
