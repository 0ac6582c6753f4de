package io.capstan.actors.supervisor;

import static io.capstan.actors.supervisor.ChildSpec.permanent;
import static io.capstan.actors.supervisor.ChildSpec.temporary;
import static io.capstan.actors.supervisor.ChildSpec.transientChild;
import static io.capstan.actors.supervisor.Family.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Subject.Fate;
import io.capstan.actors.supervisor.Family.Do;
import io.capstan.testkit.Await;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("supervisor: significant children, auto_shutdown")
class AutoShutdownTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "auto-shutdown");

    private final Family family = new Family(SYSTEM);

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    @Test
    void theFirstSignificantChildThatEndsEndsItsSupervisor() throws InterruptedException {
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        AutoShutdown.ANY_SIGNIFICANT,
                        permanent("a", () -> family.child("a")),
                        transientChild("work", () -> family.child("work")).significant(),
                        transientChild("more", () -> family.child("more")).significant()))
                .settle()
                .clear();
        Fate fate = family.fate();
        family.tell("work", Do.CRASH).awaitLog("stop work", "start work").clear();
        assertThat(fate.lives()).isTrue();
        family.tell("work", Do.FINISH);
        assertThat(fate.await()).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(family.log()).containsExactly("stop work", "stop more", "stop a");
    }

    @Test
    void theLastSignificantChildThatEndsEndsItsSupervisor() throws InterruptedException {
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        AutoShutdown.ALL_SIGNIFICANT,
                        permanent("a", () -> family.child("a")),
                        transientChild("work", () -> family.child("work")).significant(),
                        temporary("more", () -> family.child("more")).significant()))
                .settle()
                .clear();
        Fate fate = family.fate();
        family.tell("work", Do.FINISH).awaitLog("stop work").settle();
        assertThat(fate.lives()).isTrue();
        family.tell("more", Do.CRASH);
        assertThat(fate.await()).isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    void aSignificantChildThatIsTerminatedByRequestEndsNobody() {
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        AutoShutdown.ANY_SIGNIFICANT,
                        transientChild("work", () -> family.child("work")).significant()))
                .settle();
        Fate fate = family.fate();
        family.children().terminate("work").toCompletableFuture().join();
        family.settle();
        assertThat(fate.lives()).isTrue();
    }

    @Test
    void whoCrashedAndIsToBeRestartedHasNotDoneItsWork() throws InterruptedException {
        List<CountDownLatch> lets = List.of(new CountDownLatch(0), new CountDownLatch(1));
        AtomicInteger starts = new AtomicInteger();
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        AutoShutdown.ALL_SIGNIFICANT,
                        permanent("slow", () -> family.slow("slow", lets.get(starts.getAndIncrement()))),
                        transientChild("work", () -> family.child("work")).significant(),
                        transientChild("more", () -> family.child("more")).significant()))
                .settle()
                .clear();
        Fate fate = family.fate();
        // Both end while their supervisor is at something else, so it finds them both gone.
        family.tell("slow", Do.CRASH);
        Await.until("its restart is under way", () -> starts.get() == 2);
        Fate more = new Fate(SYSTEM, family.ref("more"));
        family.tell("more", Do.FINISH);
        more.await();
        family.tell("work", Do.CRASH);
        Await.until("both are gone", () -> family.log().containsAll(List.of("stop more", "stop work")));
        lets.get(1).countDown();
        Await.until(
                "the other is restarted, or all is over", () -> family.log().contains("start work") || !fate.lives());
        assertThat(fate.lives()).isTrue();
    }
}
