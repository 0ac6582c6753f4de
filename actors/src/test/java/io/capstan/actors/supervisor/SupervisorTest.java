package io.capstan.actors.supervisor;

import static io.capstan.actors.supervisor.ChildSpec.permanent;
import static io.capstan.actors.supervisor.ChildSpec.temporary;
import static io.capstan.actors.supervisor.ChildSpec.transientChild;
import static io.capstan.actors.supervisor.Family.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Processes;
import io.capstan.actors.process.Subject.Fate;
import io.capstan.actors.supervisor.Family.Do;
import io.capstan.testkit.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("supervisor: starts, stops, restarts")
class SupervisorTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "supervisors");

    private final Family family = new Family(SYSTEM);

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    private Family abc(Strategy strategy) {
        return family.under(Supervisor.create(
                        strategy,
                        PATIENT,
                        permanent("a", () -> family.child("a")),
                        permanent("b", () -> family.child("b")),
                        permanent("c", () -> family.child("c"))))
                .settle();
    }

    // ---- Order

    @Test
    void eachChildStartsWhenTheOneBeforeItHasStarted() {
        CountDownLatch let = new CountDownLatch(1);
        family.under(Supervisor.create(
                Strategy.ONE_FOR_ONE,
                PATIENT,
                permanent("a", () -> family.slow("a", let)),
                permanent("b", () -> family.child("b"))));
        // Had b not waited for a, it would have been there long before its parent's other child.
        Family other = new Family(SYSTEM)
                .under(Supervisor.create(
                        Strategy.ONE_FOR_ONE, PATIENT, permanent("x", () -> new Family(SYSTEM).child("x"))))
                .settle();
        assertThat(other.log()).isEmpty();
        assertThat(family.log()).isEmpty();
        let.countDown();
        family.settle().awaitLog("start a", "start b");
    }

    @Test
    void theyStopInReverseOrderEachWhenTheOneBeforeItHasStopped() throws InterruptedException {
        abc(Strategy.ONE_FOR_ONE).clear();
        Fate fate = family.fate();
        family.stop();
        assertThat(fate.await()).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(family.log()).containsExactly("stop c", "stop b", "stop a");
    }

    @Test
    void aChildThatFailsToStartIsTheEndOfItAllInReverseOrder() throws InterruptedException {
        CountDownLatch let = new CountDownLatch(1);
        family.failing("b")
                .under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        permanent("a", () -> family.slow("a", let)),
                        permanent("b", () -> family.child("b")),
                        permanent("c", () -> family.child("c"))));
        Fate fate = family.fate();
        let.countDown();
        ExitReason reason = fate.await();
        assertThat(reason.kind()).isEqualTo(ExitReason.Kind.CRASHED);
        assertThat(reason.detail()).contains("b failed to start").contains("no b today");
        assertThat(family.log()).containsExactly("start a", "fail b", "stop a");
    }

    @Test
    void aChildThatDeclinesIsListedAndTheNextOneStarts() {
        family.declining("a")
                .under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        permanent("a", () -> family.child("a")),
                        permanent("b", () -> family.child("b"))))
                .settle()
                .awaitLog("start b");
        assertThat(family.children().which().toCompletableFuture().join())
                .extracting(Children.Info::id, child -> child.ref().isPresent())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", false),
                        org.assertj.core.groups.Tuple.tuple("b", true));
    }

    @Test
    void aChildThatIgnoresItsShutdownIsKilledAtItsDeadline() throws InterruptedException {
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        permanent("a", () -> family.child("a")),
                        permanent("b", () -> family.stubborn("b")).stopWithin(Duration.ofMillis(100))))
                .settle()
                .clear();
        Fate child = new Fate(SYSTEM, family.ref("b"));
        Fate fate = family.fate();
        family.stop();
        assertThat(child.await()).isEqualTo(ExitReason.KILLED);
        fate.await();
        assertThat(family.log()).containsExactly("stay b", "stop b", "stop a");
    }

    @Test
    void aChildWithNoTimeToStopIsKilledAtOnce() throws InterruptedException {
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        permanent("a", () -> family.stubborn("a")).stopWithin(Duration.ZERO)))
                .settle()
                .clear();
        Fate child = new Fate(SYSTEM, family.ref("a"));
        family.stop();
        assertThat(child.await()).isEqualTo(ExitReason.KILLED);
        assertThat(family.log()).containsExactly("stop a");
    }

    // ---- Strategies

    @Test
    void oneForOneRestartsTheChildAlone() {
        abc(Strategy.ONE_FOR_ONE).clear().tell("b", Do.CRASH).awaitLog("stop b", "start b");
    }

    @Test
    void oneForAllStopsTheOthersInReverseOrderAndStartsAll() {
        abc(Strategy.ONE_FOR_ALL)
                .clear()
                .tell("b", Do.CRASH)
                .awaitLog("stop b", "stop c", "stop a", "start a", "start b", "start c");
    }

    @Test
    void restForOneStopsAndStartsThoseBehindIt() {
        abc(Strategy.REST_FOR_ONE).clear().tell("b", Do.CRASH).awaitLog("stop b", "stop c", "start b", "start c");
    }

    @Test
    void twoCrashesAtOnceAreTwoRestartsAndNobodyIsLost() {
        abc(Strategy.ONE_FOR_ONE);
        for (int round = 0; round < 40; round++) {
            family.clear().tell("a", Do.CRASH).tell("c", Do.CRASH);
            Await.until("both are back", () -> {
                assertThat(family.log()).containsExactlyInAnyOrder("stop a", "start a", "stop c", "start c");
                return true;
            });
        }
        assertThat(family.children().count().toCompletableFuture().join()).isEqualTo(new Children.Count(3, 3, 0, 3));
    }

    // ---- Who is restarted

    @ParameterizedTest
    @EnumSource(names = {"FINISH", "SHUT_DOWN", "CRASH"})
    void aPermanentChildIsAlwaysRestarted(Do end) {
        abc(Strategy.ONE_FOR_ONE).clear().tell("a", end).awaitLog("stop a", "start a");
    }

    @Test
    void aTransientChildIsRestartedOnlyWhenItFails() {
        family.under(Supervisor.create(Strategy.ONE_FOR_ONE, PATIENT, transientChild("a", () -> family.child("a"))))
                .settle()
                .clear()
                .tell("a", Do.CRASH)
                .awaitLog("stop a", "start a")
                .clear();
        Processes.kill(SYSTEM, family.ref("a"));
        family.awaitLog("stop a", "start a").clear();
        for (Do end : new Do[] {Do.FINISH, Do.SHUT_DOWN}) {
            family.tell("a", end).awaitLog("stop a").settle();
            assertThat(family.log()).containsExactly("stop a");
            Await.until(
                    "its supervisor knows that it has ended", // Which it is told a moment after the end itself.
                    () -> family.children().count().toCompletableFuture().join().active() == 0);
            family.children().restart("a").toCompletableFuture().join();
            family.clear();
        }
    }

    @Test
    void aTemporaryChildIsNotRestartedNotEvenWithItsSiblingsAndIsForgotten() {
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ALL,
                        PATIENT,
                        temporary("a", () -> family.child("a")),
                        permanent("b", () -> family.child("b"))))
                .settle()
                .clear()
                .tell("b", Do.CRASH)
                .awaitLog("stop b", "stop a", "start b")
                .settle();
        assertThat(family.children().which().toCompletableFuture().join())
                .extracting(Children.Info::id)
                .containsExactly("b");
    }

    @Test
    void aRestartedChildIsAnotherProcess() {
        abc(Strategy.ONE_FOR_ONE);
        ActorRef<Do> before = family.ref("a");
        family.clear().tell("a", Do.CRASH).awaitLog("stop a", "start a");
        assertThat(family.ref("a")).isNotEqualTo(before);
    }

    @Test
    void everyStartIsTold() {
        var started = new java.util.concurrent.CopyOnWriteArrayList<ActorRef<Do>>();
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        permanent("a", () -> family.child("a")).whenStarted(started::add)))
                .settle();
        ActorRef<Do> first = family.ref("a");
        family.clear().tell("a", Do.CRASH).awaitLog("stop a", "start a").settle();
        assertThat(started).containsExactly(first, family.ref("a"));
    }

    @Test
    void aListenerOfStartsThatFailsUtterlyHarmsNobody() {
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        permanent("a", () -> family.child("a")).whenStarted(ref -> {
                            throw new AssertionError("a listener's bug");
                        }),
                        permanent("b", () -> family.child("b"))))
                .settle();
        assertThat(family.log()).containsExactly("start a", "start b");
    }

    // ---- Intensity

    @Test
    void oneRestartTooManyStopsAllAndEndsTheSupervisor() throws InterruptedException {
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        Intensity.of(2, Duration.ofMinutes(1)),
                        permanent("a", () -> family.child("a")),
                        permanent("b", () -> family.child("b"))))
                .settle()
                .clear();
        Fate fate = family.fate();
        family.tell("b", Do.CRASH).awaitLog("stop b", "start b").clear();
        family.tell("b", Do.CRASH).awaitLog("stop b", "start b").clear();
        family.tell("b", Do.CRASH);
        assertThat(fate.await()).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(family.log()).containsExactly("stop b", "stop a");
    }

    @Test
    void aChildThatFailsInItsRestartIsTriedAgainUntilTheLimit() throws InterruptedException {
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        Intensity.of(3, Duration.ofMinutes(1)),
                        permanent("a", () -> family.child("a"))))
                .settle()
                .clear();
        Fate fate = family.fate();
        family.failing("a").tell("a", Do.CRASH);
        fate.await();
        assertThat(family.log()).containsExactly("stop a", "fail a", "fail a", "fail a");
    }

    @Test
    void aSupervisorThatGivesUpIsRestartedByItsOwn() {
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        ChildSpec.supervisor(
                                "inner",
                                () -> Supervisor.create(
                                        Strategy.ONE_FOR_ONE,
                                        Intensity.of(0, Duration.ofMinutes(1)),
                                        permanent("a", () -> family.child("a")),
                                        permanent("b", () -> family.child("b")))),
                        permanent("last", () -> family.child("last"))))
                .settle()
                .awaitLog("start a", "start b", "start last")
                .clear()
                .tell("b", Do.CRASH)
                .awaitLog("stop b", "stop a", "start a", "start b");
    }

    @Test
    void aTreeStopsFromItsLeavesInReverseOrder() throws InterruptedException {
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        permanent("a", () -> family.child("a")),
                        ChildSpec.supervisor(
                                "inner",
                                () -> Supervisor.create(
                                        Strategy.ONE_FOR_ONE,
                                        PATIENT,
                                        permanent("b", () -> family.child("b")),
                                        permanent("c", () -> family.child("c")))),
                        permanent("d", () -> family.child("d"))))
                .settle()
                .clear();
        Fate fate = family.fate();
        family.stop();
        fate.await();
        assertThat(family.log()).containsExactly("stop d", "stop c", "stop b", "stop a");
    }

    // ---- Plans that cannot be

    @Test
    void aPlanThatCannotBeIsRefusedAtOnce() {
        assertThatThrownBy(() -> Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        permanent("a", () -> family.child("a")),
                        permanent("a", () -> family.child("a"))))
                .hasMessageContaining("two children have the id a");
        assertThatThrownBy(() -> Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        PATIENT,
                        AutoShutdown.ANY_SIGNIFICANT,
                        permanent("a", () -> family.child("a")).significant()))
                .hasMessageContaining("cannot be significant");
        assertThatThrownBy(() -> Intensity.of(1, Duration.ZERO)).hasMessageContaining("longer than zero");
        assertThatThrownBy(() -> Supervisor.dynamic(PATIENT, 0)).hasMessageContaining("1 to 1000000");
    }

    @Test
    void aChildThatHasLinkedItselfToItsSupervisorIsRestartedAndTakesNobodyAlong() {
        abc(Strategy.ONE_FOR_ONE).clear();
        ActorRef<Do> former = family.ref("b");
        family.tell("b", Do.LINK_TO_SUPERVISOR).tell("b", Do.CRASH);
        Await.until("b is another", () -> !family.ref("b").equals(former));
        family.settle();
        assertThat(family.log()).contains("start b").doesNotContain("stop a", "stop c");
        assertThat(family.fate().lives()).isTrue();
    }
}
