package io.capstan.actors.supervisor;

import static io.capstan.actors.supervisor.ChildSpec.permanent;
import static io.capstan.actors.supervisor.ChildSpec.temporary;
import static io.capstan.actors.supervisor.Family.PATIENT;
import static io.capstan.actors.supervisor.Family.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.CallFailure;
import io.capstan.actors.Failure;
import io.capstan.actors.supervisor.Family.Do;
import io.capstan.actors.supervisor.SupervisorFailure.Kind;
import io.capstan.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("supervisor: start_child, terminate_child, restart_child, delete_child, which_children; dynamic children")
class ChildrenTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "children");

    private final Family family = new Family(SYSTEM);

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private Children one() {
        return family.under(Supervisor.create(Strategy.ONE_FOR_ONE, PATIENT, permanent("a", () -> family.child("a"))))
                .settle()
                .children();
    }

    private Children dynamic(int max) {
        return family.under(Supervisor.dynamic(PATIENT, max)).children();
    }

    @Test
    void oneMoreStartsBehindAllOthers() {
        ActorRef<Do> started = done(one().start(permanent("b", () -> family.child("b"))));
        assertThat(started).isEqualTo(family.ref("b"));
        assertThat(done(family.children().which()))
                .extracting(Children.Info::id)
                .containsExactly("a", "b");
    }

    @Test
    void anIdIsTakenByWhoRunsAndByWhoDoesNot() {
        Children children = one();
        assertThat(refusal(children.start(permanent("a", () -> family.child("a"))))
                        .kind())
                .isEqualTo(Kind.ALREADY_STARTED);
        done(children.terminate("a"));
        assertThat(refusal(children.start(permanent("a", () -> family.child("a"))))
                        .kind())
                .isEqualTo(Kind.ALREADY_PRESENT);
    }

    @Test
    void whoIsTerminatedStaysDownAndIsStartedAgainByRequest() {
        Children children = one();
        done(children.terminate("a"));
        family.settle().awaitLog("start a", "stop a");
        assertThat(done(children.count())).isEqualTo(new Children.Count(1, 0, 0, 1));
        assertThat(done(children.restart("a"))).isEqualTo(family.ref("a"));
        assertThat(refusal(children.restart("a")).kind()).isEqualTo(Kind.RUNNING);
    }

    @Test
    void onlyWhoIsDownCanBeDeleted() {
        Children children = one();
        assertThat(refusal(children.delete("a")).kind()).isEqualTo(Kind.RUNNING);
        done(children.terminate("a"));
        done(children.delete("a"));
        assertThat(done(children.which())).isEmpty();
        assertThat(refusal(children.restart("a")).kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(refusal(children.terminate("a")).kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(refusal(children.delete("a")).kind()).isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void aTerminatedTemporaryChildIsForgotten() {
        Children children = one();
        done(children.start(temporary("t", () -> family.child("t"))));
        done(children.terminate("t"));
        assertThat(done(children.which())).extracting(Children.Info::id).containsExactly("a");
    }

    @Test
    void aStartThatFailsIsRefusedWithItsReasonAndNotKept() {
        Children children = one();
        SupervisorFailure failure =
                refusal(children.start(permanent("b", () -> family.failing("b").child("b"))));
        assertThat(failure.kind()).isEqualTo(Kind.FAILED_TO_START);
        assertThat(failure.next()).isEqualTo(Failure.Next.DO_NOT_RETRY);
        assertThat(failure.reason().orElseThrow().detail()).contains("no b today");
        assertThat(done(children.which())).extracting(Children.Info::id).containsExactly("a");
    }

    @Test
    void aSupplierThatFailsIsAStartThatFails() {
        assertThat(refusal(one().start(permanent("b", () -> {
                            throw new IllegalStateException("no behavior");
                        })))
                        .reason()
                        .orElseThrow()
                        .detail())
                .contains("no behavior");
    }

    @Test
    void aStartThatDeclinesIsKeptUnlessTemporary() {
        Children children = one();
        family.declining("b").declining("t");
        assertThat(refusal(children.start(permanent("b", () -> family.child("b"))))
                        .kind())
                .isEqualTo(Kind.DECLINED);
        assertThat(refusal(children.start(temporary("t", () -> family.child("t"))))
                        .kind())
                .isEqualTo(Kind.DECLINED);
        assertThat(done(children.which())).extracting(Children.Info::id).containsExactly("a", "b");
    }

    @Test
    void requestsWaitForWhatIsUnderWay() {
        Children children = one();
        family.tell("a", Do.CRASH);
        List<CompletionStage<?>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String id = "n" + i;
            asked.add(children.start(permanent(id, () -> family.child(id))));
        }
        asked.forEach(ChildrenTest::done);
        Await.until("all run", () -> done(children.count()).active() == 101);
    }

    @Test
    void aSupervisorThatEndsFailsWhatWasAskedOfIt() throws InterruptedException {
        Children children = one();
        var fate = family.fate();
        family.stop();
        fate.await();
        assertThatThrownBy(() -> done(children.count())).hasCauseInstanceOf(CallFailure.class);
    }

    // ---- Dynamic

    @Test
    void dynamicChildrenMayShareAnIdAndGoWhenTheyEnd() {
        Children children = dynamic(10);
        ActorRef<Do> first = done(children.start(temporary("w", () -> family.child("w"))));
        ActorRef<Do> second = done(children.start(temporary("w", () -> family.child("w"))));
        assertThat(done(children.count()).active()).isEqualTo(2);
        first.tell(Do.FINISH);
        Await.until("one is gone", () -> done(children.count()).specs() == 1);
        done(children.terminate(second));
        assertThat(done(children.count())).isEqualTo(new Children.Count(0, 0, 0, 0));
        assertThat(refusal(children.terminate(second)).kind()).isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void noIdOfADynamicChildIsTaken() {
        Children children = dynamic(10);
        done(children.start(temporary("w", () -> family.child("w"))));
        // As a supervisor might call the first of them for itself.
        done(children.start(temporary("w~0", () -> family.child("w"))));
        done(children.start(temporary("w~1", () -> family.child("w"))));
        assertThat(done(children.count()).active()).isEqualTo(3);
    }

    @Test
    void aDynamicChildThatIsPermanentIsRestarted() {
        Children children = dynamic(10);
        ActorRef<Do> first = done(children.start(permanent("w", () -> family.child("w"))));
        family.clear();
        first.tell(Do.CRASH);
        family.awaitLog("stop w", "start w");
        assertThat(family.ref("w")).isNotEqualTo(first);
        Await.until("it runs", () -> done(children.count()).equals(new Children.Count(1, 1, 0, 1)));
    }

    @Test
    void beyondTheMaximumAStartIsRefusedAndSafeToRetry() {
        Children children = dynamic(2);
        ActorRef<Do> first = done(children.start(temporary("w", () -> family.child("w"))));
        done(children.start(temporary("w", () -> family.child("w"))));
        SupervisorFailure failure = refusal(children.start(temporary("w", () -> family.child("w"))));
        assertThat(failure.kind()).isEqualTo(Kind.TOO_MANY);
        assertThat(failure.next()).isEqualTo(Failure.Next.RETRY);
        done(children.terminate(first));
        assertThat(done(children.start(temporary("w", () -> family.child("w")))))
                .isNotNull();
    }

    @Test
    void aRestartStormOfManyChildrenHitsTheIntensityLimit() throws InterruptedException {
        family.under(Supervisor.dynamic(Intensity.of(5, Duration.ofMinutes(1)), 100));
        List<ActorRef<Do>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String id = "n" + i;
            all.add(done(family.children().start(permanent(id, () -> family.child(id)))));
        }
        var fate = family.fate();
        all.forEach(child -> child.tell(Do.CRASH));
        fate.await();
        assertThat(family.log().stream()
                        .filter(line -> line.startsWith("start"))
                        .count())
                .isBetween(20L, 25L);
    }
}
