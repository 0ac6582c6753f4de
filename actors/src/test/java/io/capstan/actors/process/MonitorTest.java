package io.capstan.actors.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Subject.Do;
import io.capstan.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("erlang:monitor")
class MonitorTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "monitors");
    private static final AtomicLong ACTORS = new AtomicLong();

    private final Subject watcher = new Subject(SYSTEM);
    private final Subject target = new Subject(SYSTEM);

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    private static Behavior<String> stoppingWhenTold() {
        return Behaviors.receiveMessage(told -> Behaviors.stopped());
    }

    /** Each with a name of its own: a name may be taken still when who watched its last owner has heard. */
    private static ActorRef<String> actor(Behavior<String> behavior) {
        return SYSTEM.systemActorOf(behavior, "actor-" + ACTORS.incrementAndGet(), Props.empty());
    }

    private ExitReason endOf(Runnable end) {
        watcher.monitor(target.ref());
        end.run();
        Await.until("the watcher hears", () -> watcher.heard().size() == 1);
        return watcher.reasons().get(0);
    }

    @Test
    void whoStopsByItselfIsNormal() {
        assertThat(endOf(target::stop)).isEqualTo(ExitReason.NORMAL);
    }

    @Test
    void whoCrashesIsTheCause() {
        ExitReason reason = endOf(() -> target.crash("no ledger"));
        assertThat(reason.kind()).isEqualTo(ExitReason.Kind.CRASHED);
        assertThat(reason.detail()).isEqualTo("java.lang.IllegalStateException: no ledger");
        assertThat(reason.cause()).containsInstanceOf(IllegalStateException.class);
    }

    @Test
    void whoSaysWhyItEndsEndsForThat() {
        assertThat(endOf(() -> target.tell(new Do.Quit(ExitReason.crashed("out of paper")))))
                .isEqualTo(ExitReason.crashed("out of paper"));
    }

    @Test
    void whoIsKilledIsKilled() {
        assertThat(endOf(() -> Processes.kill(SYSTEM, target.ref()))).isEqualTo(ExitReason.KILLED);
    }

    @Test
    void whomItsParentStopsIsShutDown() {
        List<ActorRef<Do>> child = new CopyOnWriteArrayList<>();
        target.run(self -> child.add(self.context().spawn(Subject.behavior(new ArrayList<>()), "child")));
        watcher.monitor(child.get(0));
        target.run(self -> self.context().stop(child.get(0)));
        watcher.awaitReasons(ExitReason.SHUTDOWN);
    }

    @Test
    void whoStumblesAndIsLetGoOnEndsForItsOwnReason() {
        ActorRef<String> resumed = SYSTEM.systemActorOf(
                Behaviors.supervise(Processes.of(Behaviors.<String>receiveMessage(told -> {
                            if (told.equals("stumble")) {
                                throw new IllegalStateException(told);
                            }
                            return Behaviors.stopped();
                        })))
                        .onFailure(SupervisorStrategy.resume()),
                "resumed",
                Props.empty());
        watcher.monitor(resumed);
        List.of("stumble", "stop").forEach(resumed::tell);
        watcher.awaitReasons(ExitReason.NORMAL);
    }

    @Test
    void theDeadLettersAreNobody() {
        watcher.monitor(SYSTEM.deadLetters());
        watcher.awaitReasons(ExitReason.NOPROC);
    }

    @Test
    void whoFailsInItsStartIsTheCause() {
        ActorRef<String> failing = SYSTEM.systemActorOf(
                Processes.<String>setup(self -> {
                    throw new IllegalStateException("no start");
                }),
                "failing",
                Props.empty());
        watcher.monitor(failing);
        Await.until("the watcher hears", () -> watcher.heard().size() == 1);
        // Either it was watched before it failed, or it was gone by then.
        assertThat(watcher.reasons().get(0).kind()).isIn(ExitReason.Kind.CRASHED, ExitReason.Kind.NOPROC);
    }

    @Test
    void whoFailsWithinPekkosOwnSupervisionIsTheCauseWhenThatGivesUp() {
        ActorRef<String> supervised = actor(Processes.of(Behaviors.supervise(Behaviors.<String>receiveMessage(told -> {
                    throw new IllegalStateException(told);
                }))
                .onFailure(SupervisorStrategy.stop())));
        watcher.monitor(supervised);
        supervised.tell("gave up");
        Await.until("the watcher hears", () -> watcher.heard().size() == 1);
        assertThat(watcher.reasons().get(0).detail()).endsWith("gave up");
    }

    @Test
    void aRestartInPlaceIsNoEnd() {
        ActorRef<String> supervised = actor(Processes.of(Behaviors.supervise(Behaviors.<String>receiveMessage(told -> {
                    if (told.equals("stop")) {
                        return Behaviors.stopped();
                    }
                    throw new IllegalStateException(told);
                }))
                .onFailure(SupervisorStrategy.restart())));
        watcher.monitor(supervised);
        supervised.tell("stumble");
        supervised.tell("stop");
        watcher.awaitReasons(ExitReason.NORMAL);
    }

    @Test
    void anActorThatIsNoProcessHasStoppedAndMoreIsNotKnown() {
        ActorRef<String> bare = actor(stoppingWhenTold());
        watcher.monitor(bare);
        bare.tell("stop");
        watcher.awaitReasons(ExitReason.STOPPED);
    }

    @Test
    void whoIsGoneIsNoproc() throws InterruptedException {
        Subject.Fate fate = target.fate();
        target.stop();
        fate.await();
        watcher.monitor(target.ref());
        watcher.awaitReasons(ExitReason.NOPROC);

        ActorRef<String> bare = actor(stoppingWhenTold());
        Subject.Fate bareFate = new Subject.Fate(SYSTEM, bare);
        bare.tell("stop");
        bareFate.await();
        watcher.monitor(bare);
        watcher.awaitReasons(ExitReason.NOPROC, ExitReason.NOPROC);
    }

    @Test
    void everyMonitorOfAPairIsToldByItsOwnReference() {
        List<MonitorRef> refs = new CopyOnWriteArrayList<>();
        watcher.run(self -> {
            for (int i = 0; i < 5; i++) {
                refs.add(self.monitor(target.ref(), Do.Heard::new));
            }
        });
        watcher.run(self -> refs.get(2).demonitor());
        target.stop();
        Await.until("four are told", () -> watcher.heard().size() == 4);
        assertThat(watcher.settle().heard().stream().map(down -> ((Down) down).ref()))
                .containsExactly(refs.get(0), refs.get(1), refs.get(3), refs.get(4));
    }

    @Test
    void demonitorFlushesADownThatLiesInTheMailbox() throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        MonitorRef[] refs = new MonitorRef[1];
        watcher.run(self -> refs[0] = self.monitor(target.ref(), Do.Heard::new));
        watcher.tell(new Do.Run(self -> {
            await(gone);
            assertThat(refs[0].demonitor()).isTrue();
        }));
        Subject.Fate fate = target.fate();
        target.stop();
        fate.await();
        gone.countDown();
        assertThat(watcher.settle().heard()).isEmpty();
    }

    @Test
    void demonitorAfterTheDownSaysSo() {
        MonitorRef[] refs = new MonitorRef[1];
        watcher.run(self -> refs[0] = self.monitor(target.ref(), Do.Heard::new));
        target.stop();
        watcher.awaitReasons(ExitReason.NORMAL);
        watcher.run(self -> assertThat(refs[0].demonitor()).isFalse());
    }

    @Test
    void aDownComesBehindEverythingTheProcessSent() {
        for (int round = 0; round < 200; round++) {
            Subject short_ = new Subject(SYSTEM);
            watcher.heard().clear();
            watcher.monitor(short_.ref());
            short_.tell(new Do.Say(watcher.ref(), 1));
            short_.tell(new Do.Say(watcher.ref(), 2));
            short_.stop();
            Await.until("all three are heard", () -> watcher.heard().size() == 3);
            assertThat(watcher.heard().subList(0, 2)).containsExactly(1, 2);
        }
    }

    @Test
    void aProcessWatchedTheMomentItIsStartedTellsWhy() {
        for (int round = 0; round < 200; round++) {
            watcher.heard().clear();
            Subject fresh = new Subject(SYSTEM);
            watcher.monitor(fresh.ref());
            fresh.stop();
            watcher.awaitReasons(ExitReason.NORMAL);
        }
    }

    @Test
    void aListenerOutsideAllProcessesIsToldOnceAndNotAfterItsDemonitor() throws InterruptedException {
        List<Down> downs = new CopyOnWriteArrayList<>();
        MonitorRef ended = Processes.monitor(SYSTEM, target.ref(), downs::add);
        MonitorRef standing = Processes.monitor(SYSTEM, target.ref(), downs::add);
        assertThat(ended.demonitor()).isTrue();
        Subject.Fate fate = target.fate();
        target.stop();
        fate.await();
        Await.until("told", () -> downs.size() == 1);
        assertThat(downs.get(0)).isEqualTo(new Down(standing, target.ref(), ExitReason.NORMAL));
    }

    @Test
    void aListenerThatFailsUtterlyKeepsNobodyElseFromBeingTold() {
        List<Down> downs = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 2; i++) {
            Processes.monitor(SYSTEM, target.ref(), down -> {
                throw new AssertionError("a listener's bug");
            });
            Processes.monitor(SYSTEM, target.ref(), downs::add);
        }
        target.stop();
        Await.until("both are told", () -> downs.size() == 2);
        assertThat(downs.get(0).reason()).isEqualTo(ExitReason.NORMAL);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
