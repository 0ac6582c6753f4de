package io.capstan.actors.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Subject.Do;
import io.capstan.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("erlang:link, exit signals")
class LinkTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "links");

    private final Subject one = new Subject(SYSTEM);
    private final Subject other = new Subject(SYSTEM);

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    @Test
    void whoIsLinkedEndsForTheSameReasonAndSoAlongTheChain() throws InterruptedException {
        Subject third = new Subject(SYSTEM);
        one.link(other);
        other.link(third);
        Subject.Fate fate = third.fate();
        one.crash("domino");
        assertThat(fate.await()).isEqualTo(ExitReason.crashed("java.lang.IllegalStateException: domino"));
    }

    @Test
    void aLinkHoldsBothWays() throws InterruptedException {
        one.link(other);
        Subject.Fate fate = one.fate();
        other.crash("back");
        assertThat(fate.await().detail()).endsWith("back");
    }

    @Test
    void aNormalEndTakesNobodyAlong() throws InterruptedException {
        one.link(other);
        Subject.Fate fate = one.fate();
        one.stop();
        fate.await();
        assertThat(other.fate().lives()).isTrue();
        other.settle();
    }

    @Test
    void whoTrapsExitsHearsThemAsMessagesNormalOnesToo() {
        one.trap().link(other);
        other.stop();
        one.awaitReasons(ExitReason.NORMAL);
        assertThat(((Exit) one.heard().get(0)).process()).isEqualTo(other.ref());
    }

    @Test
    void aLinkToADeadProcessIsAnExitSignalNoproc() throws InterruptedException {
        Subject.Fate gone = other.fate();
        other.stop();
        gone.await();
        one.trap().link(other);
        one.awaitReasons(ExitReason.NOPROC);

        Subject untrapped = new Subject(SYSTEM);
        Subject.Fate fate = untrapped.fate();
        untrapped.tell(new Do.Run(self -> self.link(other.ref())));
        assertThat(fate.await()).isEqualTo(ExitReason.NOPROC);
    }

    @Test
    void linkingTwiceIsLinkingOnce() {
        one.trap().link(other).link(other);
        other.stop();
        one.awaitReasons(ExitReason.NORMAL);
        one.settle();
        assertThat(one.heard()).hasSize(1);
    }

    @Test
    void anUnlinkedPairEndsApart() throws InterruptedException {
        one.link(other);
        one.run(self -> self.unlink(other.ref()));
        Subject.Fate fate = other.fate();
        other.crash("alone");
        fate.await();
        assertThat(one.settle().fate().lives()).isTrue();
        // From the other side, too.
        Subject third = new Subject(SYSTEM);
        third.link(one);
        one.run(self -> self.unlink(third.ref()));
        Subject.Fate own = one.fate();
        one.crash("alone");
        own.await();
        assertThat(third.settle().fate().lives()).isTrue();
    }

    @Test
    void unlinkFlushesAnExitThatLiesInTheMailbox() throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        one.trap().link(other);
        one.tell(new Do.Run(self -> {
            await(gone);
            self.unlink(other.ref());
        }));
        Subject.Fate fate = other.fate();
        other.crash("unheard");
        fate.await();
        gone.countDown();
        assertThat(one.settle().heard()).isEmpty();
    }

    @Test
    void aLinkMadeAnewAfterAnUnheardExitDoesNotSilenceIt() throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        one.trap().link(other);
        one.tell(new Do.Run(self -> {
            await(gone);
            self.link(other.ref());
        }));
        Subject.Fate fate = other.fate();
        other.tell(new Do.Quit(ExitReason.SHUTDOWN));
        fate.await();
        gone.countDown();
        one.awaitReasons(ExitReason.SHUTDOWN, ExitReason.NOPROC);
    }

    @Test
    void anExitSignalEndsWhoDoesNotTrapItBeforeItHandlesWhatWaits() throws InterruptedException {
        CountDownLatch hold = new CountDownLatch(1);
        other.tell(new Do.Run(self -> await(hold)));
        Subject.Fate fate = other.fate();
        other.tell(new Do.Heard("never handled"));
        one.run(self -> self.exit(other.ref(), ExitReason.crashed("by request")));
        hold.countDown();
        assertThat(fate.await()).isEqualTo(ExitReason.crashed("by request"));
        assertThat(other.heard()).isEmpty();
    }

    @Test
    void anExitSignalNormalEndsNobody() {
        one.run(self -> self.exit(other.ref(), ExitReason.NORMAL));
        assertThat(other.settle().fate().lives()).isTrue();
    }

    @Test
    void anExitSignalNormalToOneselfEndsOneself() throws InterruptedException {
        Subject.Fate fate = one.fate();
        one.tell(new Do.Run(self -> self.exit(self.ref(), ExitReason.NORMAL)));
        assertThat(fate.await()).isEqualTo(ExitReason.NORMAL);
    }

    @Test
    void aKillCannotBeTrappedAndItsEchoCan() throws InterruptedException {
        one.trap();
        other.trap();
        one.link(other);
        Subject.Fate fate = other.fate();
        Processes.kill(SYSTEM, other.ref());
        assertThat(fate.await()).isEqualTo(ExitReason.KILLED);
        one.awaitReasons(ExitReason.KILLED);
        assertThat(one.fate().lives()).isTrue();
    }

    @Test
    void aTrappedSignalIsHeardAndEndsNobody() {
        other.trap();
        one.run(self -> self.exit(other.ref(), ExitReason.SHUTDOWN));
        other.awaitReasons(ExitReason.SHUTDOWN);
        assertThat(((Exit) other.heard().get(0)).process()).isEqualTo(one.ref());
    }

    @Test
    void aChildThatIsLinkedTakesItsParentAlong() throws InterruptedException {
        List<ActorRef<Do>> child = new CopyOnWriteArrayList<>();
        one.run(self -> child.add(self.spawnLink(Subject.behavior(new ArrayList<>()), "child")));
        Subject.Fate fate = one.fate();
        child.get(0).tell(new Do.Crash("child"));
        assertThat(fate.await().detail()).endsWith("child");
    }

    @Test
    void aLinkedChildThatEndsAtOnceTellsWhyAndANormalEndHarmsNobody() {
        one.trap();
        for (int round = 0; round < 200; round++) {
            one.run(self -> self.spawnLink(Behaviors.stopped()));
        }
        Await.until("all are heard", () -> one.heard().size() == 200);
        assertThat(one.reasons()).containsOnly(ExitReason.NORMAL);
        for (int round = 0; round < 200; round++) {
            other.run(self -> self.spawnLink(Behaviors.setup(child -> Behaviors.stopped())));
        }
        assertThat(other.settle().fate().lives()).isTrue();
    }

    @Test
    void anActorThatIsNoProcessCanBeLinkedAndHasStopped() throws InterruptedException {
        ActorRef<String> bare = SYSTEM.systemActorOf(
                Behaviors.<String>receiveMessage(told -> Behaviors.stopped()), "first", Props.empty());
        one.trap().run(self -> self.link(bare));
        bare.tell("stop");
        one.awaitReasons(ExitReason.STOPPED);

        ActorRef<String> second = SYSTEM.systemActorOf(Behaviors.<String>empty(), "second", Props.empty());
        one.run(self -> self.link(second));
        Subject.Fate fate = new Subject.Fate(SYSTEM, second);
        one.crash("takes it along");
        assertThat(fate.await().detail()).endsWith("takes it along");
    }

    @Test
    void twoThatEndTogetherEndOnceEach() {
        List<Subject> watchers = new ArrayList<>();
        for (int round = 0; round < 200; round++) {
            Subject left = new Subject(SYSTEM);
            Subject right = new Subject(SYSTEM);
            Subject watcher = new Subject(SYSTEM).monitor(left.ref()).monitor(right.ref());
            left.link(right);
            left.crash("left");
            right.crash("right");
            Await.until("both are gone", () -> watcher.heard().size() >= 2);
            watchers.add(watcher);
        }
        assertThat(watchers)
                .allSatisfy(watcher -> assertThat(watcher.settle().heard()).hasSize(2));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
