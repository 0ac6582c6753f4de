package io.capstan.actors.supervisor;

import static io.capstan.actors.supervisor.ChildSpec.permanent;
import static io.capstan.actors.supervisor.Family.PATIENT;
import static io.capstan.actors.supervisor.Family.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.process.Subject.Fate;
import io.capstan.actors.supervisor.Family.Do;
import io.capstan.actors.supervisor.SupervisorFailure.Kind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("application: starts and stops with its system")
class ApplicationTest {
    private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "applications");
    private final Family family = new Family(system);

    @AfterEach
    void stop() {
        system.terminate();
    }

    private Behavior<Supervisor.Command> ab(Intensity intensity) {
        return Supervisor.create(
                Strategy.ONE_FOR_ONE,
                intensity,
                permanent("a", () -> family.child("a")),
                permanent("b", () -> family.child("b")));
    }

    private static Application started(java.util.concurrent.CompletionStage<Application> start) {
        return start.toCompletableFuture().join();
    }

    @Test
    void itHasStartedWhenAllItsChildrenHave() {
        Application application = started(Application.permanent(system, "shop", ab(PATIENT)));
        assertThat(family.log()).containsExactly("start a", "start b");
        assertThat(application
                        .children(Duration.ofSeconds(20))
                        .count()
                        .toCompletableFuture()
                        .join()
                        .active())
                .isEqualTo(2);
    }

    @Test
    void itStopsInOrderWhenItsSystemDoes() throws Exception {
        started(Application.permanent(system, "shop", ab(PATIENT)));
        family.clear();
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(family.log()).containsExactly("stop b", "stop a");
    }

    @Test
    void itStopsAloneWhenToldSo() throws InterruptedException {
        Application application = started(Application.permanent(system, "shop", ab(PATIENT)));
        Fate fate = new Fate(system, application.top());
        application.stop().toCompletableFuture().join();
        fate.await();
        assertThat(family.log()).containsExactly("start a", "start b", "stop b", "stop a");
        assertThat(started(Application.permanent(system, "other", ab(PATIENT)))).isNotNull();
    }

    @Test
    void aPermanentOneThatGivesUpEndsItsSystem() throws Exception {
        started(Application.permanent(system, "shop", ab(Intensity.of(0, Duration.ofMinutes(1)))));
        family.tell("a", Do.CRASH);
        system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(family.log()).containsExactly("start a", "start b", "stop a", "stop b");
    }

    @Test
    void aTemporaryOneThatGivesUpEndsAlone() throws InterruptedException {
        Application application =
                started(Application.temporary(system, "shop", ab(Intensity.of(0, Duration.ofMinutes(1)))));
        Fate fate = new Fate(system, application.top());
        family.tell("a", Do.CRASH);
        fate.await();
        family.clear();
        started(Application.permanent(system, "other", ab(PATIENT)));
        assertThat(family.log()).containsExactly("start a", "start b");
    }

    @Test
    void oneThatDoesNotStartSaysWhyAndLeavesNothing() {
        family.failing("b");
        SupervisorFailure failure = refusal(Application.permanent(system, "shop", ab(PATIENT)));
        assertThat(failure.kind()).isEqualTo(Kind.FAILED_TO_START);
        assertThat(failure)
                .hasMessageContaining("application shop did not start")
                .hasMessageContaining("no b today");
        assertThat(family.log()).containsExactly("start a", "fail b", "stop a");
    }

    @Test
    void oneWhoseTopEndsWithinItsStartSaysWhyEachTime() {
        for (int i = 0; i < 200; i++) {
            SupervisorFailure failure = refusal(Application.permanent(
                    system, "hasty-" + i, Supervisor.create(Strategy.ONE_FOR_ONE, PATIENT, permanent("a", () -> {
                        throw new IllegalStateException("no a today");
                    }))));
            assertThat(failure).hasMessageContaining("no a today");
        }
    }
}
