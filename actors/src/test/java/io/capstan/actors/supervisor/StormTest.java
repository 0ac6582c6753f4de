package io.capstan.actors.supervisor;

import static io.capstan.actors.supervisor.ChildSpec.permanent;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.Call;
import io.capstan.actors.CallFailure;
import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Processes;
import io.capstan.actors.process.Subject.Fate;
import io.capstan.actors.supervisor.Family.Do;
import io.capstan.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("supervisor: many ends at once, and ends in the middle of restarts")
class StormTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "storms");
    private static final List<String> IDS = List.of("a", "b", "c", "d", "e");
    private static final Intensity ENDLESS = Intensity.of(1_000_000, Duration.ofHours(1));

    private final Family family = new Family(SYSTEM);

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    private ChildSpec<?>[] children() {
        return IDS.stream().map(id -> permanent(id, () -> family.child(id))).toArray(ChildSpec<?>[]::new);
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void whateverEndsWhenAllAreThereAfterwardsAndNobodyRanOutOfTurn(Strategy strategy) {
        long seed = Long.getLong("storm.seed", System.nanoTime());
        var random = new SplittableRandom(seed);
        family.under(Supervisor.create(strategy, ENDLESS, children())).settle();
        for (int i = 0; i < 400; i++) {
            String id = IDS.get(random.nextInt(IDS.size()));
            switch (random.nextInt(4)) {
                case 0 -> Processes.kill(SYSTEM, family.ref(id));
                case 1 -> family.tell(id, Do.FINISH);
                default -> family.tell(id, Do.CRASH);
            }
            if (random.nextInt(5) == 0) {
                family.settle();
            }
        }
        String replay = "seed " + seed + "; replay: mvn -pl actors -am test -Dtest=StormTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dstorm.seed=" + seed;
        Await.until("all are there; " + replay, () -> {
            family.settle();
            assertThat(running(family.log(), strategy, replay)).containsExactlyInAnyOrderElementsOf(IDS);
            return true;
        });
        assertThat(family.children().count().toCompletableFuture().join())
                .as(replay)
                .isEqualTo(new Children.Count(5, 5, 0, 5));
    }

    /** Who runs at the end of the log, of which every child has one life at a time. */
    private static Set<String> running(List<String> log, Strategy strategy, String replay) {
        Set<String> running = new HashSet<>();
        for (String line : log) {
            String id = line.substring(line.indexOf(' ') + 1);
            if (line.startsWith("stop")) {
                assertThat(running.remove(id))
                        .as("%s in %s; %s", line, log, replay)
                        .isTrue();
                continue;
            }
            assertThat(running.add(id)).as("%s in %s; %s", line, log, replay).isTrue();
            if (strategy != Strategy.ONE_FOR_ONE) {
                assertThat(running)
                        .as("nobody behind runs at %s; %s", line, replay)
                        .allMatch(other -> other.compareTo(id) <= 0);
            }
        }
        return running;
    }

    @Test
    void asManyRestartsAsAreAllowedAndNotOneMoreHoweverManyEndAtOnce() throws InterruptedException {
        int many = 40;
        List<ChildSpec<?>> children = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            String id = "n" + i;
            children.add(permanent(id, () -> family.child(id)));
        }
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        Intensity.of(10, Duration.ofHours(1)),
                        children.toArray(ChildSpec<?>[]::new)))
                .settle()
                .clear();
        Fate fate = family.fate();
        for (int i = 0; i < many; i++) {
            family.tell("n" + i, Do.CRASH);
        }
        assertThat(fate.await()).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(family.log().stream().filter(line -> line.startsWith("start")))
                .hasSize(10);
        assertThat(family.log().stream().filter(line -> line.startsWith("stop")))
                .hasSize(many + 10);
    }

    @Test
    void aRestartOfAllDoesNotWaitLongerThanItsDeadlineForWhoIgnoresItsShutdown() {
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ALL,
                        Family.PATIENT,
                        permanent("a", () -> family.child("a")),
                        permanent("b", () -> family.child("b")),
                        permanent("c", () -> family.stubborn("c")).stopWithin(Duration.ofMillis(100))))
                .settle()
                .clear()
                .tell("b", Do.CRASH)
                .awaitLog("stop b", "stay c", "stop c", "stop a", "start a", "start b", "start c");
    }

    @Test
    void itIsToldToEndInTheMiddleOfARestart() throws InterruptedException {
        AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
        family.under(Supervisor.create(
                        Strategy.REST_FOR_ONE,
                        Family.PATIENT,
                        permanent("a", () -> family.child("a")),
                        permanent("b", () -> family.slow("b", Objects.requireNonNull(gate.get()))),
                        permanent("c", () -> family.child("c"))))
                .settle()
                .clear();
        CountDownLatch let = new CountDownLatch(1);
        gate.set(let);
        Fate fate = family.fate();
        family.tell("b", Do.CRASH).awaitLog("stop b", "stop c").stop();
        // It waits for b, which is within its start.
        assertThat(fate.lives()).isTrue();
        let.countDown();
        assertThat(fate.await()).isEqualTo(ExitReason.SHUTDOWN);
        // Whether b came as far as to start before it heard of its stop.
        assertThat(family.log())
                .as("c does not start any more, and a stops last")
                .doesNotContain("start c")
                .endsWith("stop a");
    }

    @Test
    void oneThatIsRestartedAlreadyEndsAgainWhileThoseBehindItAreStarted() {
        AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
        family.under(Supervisor.create(
                        Strategy.REST_FOR_ONE,
                        Family.PATIENT,
                        permanent("a", () -> family.child("a")),
                        permanent("b", () -> family.child("b")),
                        permanent("c", () -> family.slow("c", Objects.requireNonNull(gate.get())))))
                .settle()
                .clear();
        CountDownLatch let = new CountDownLatch(1);
        gate.set(let);
        family.tell("b", Do.CRASH).awaitLog("stop b", "stop c", "start b").tell("b", Do.CRASH);
        family.awaitLog("stop b", "stop c", "start b", "stop b");
        let.countDown();
        family.awaitLog("stop b", "stop c", "start b", "stop b", "start c", "stop c", "start b", "start c");
    }

    // ---- Calls

    @Test
    void noCallOutlivesItsServerHoweverOftenThatIsRestarted() throws Exception {
        AtomicReference<ActorRef<Do>> server = new AtomicReference<>();
        family.under(Supervisor.create(
                        Strategy.ONE_FOR_ONE,
                        ENDLESS,
                        permanent("a", () -> family.child("a")).whenStarted(server::set)))
                .settle();
        AtomicInteger downs = new AtomicInteger();
        List<CompletableFuture<?>> calls = new ArrayList<>();
        Map<CallFailure.Kind, Integer> kinds = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            ActorRef<Do> now = Objects.requireNonNull(server.get());
            if (i % 7 == 0) {
                now.tell(Do.CRASH);
            }
            // It never replies: the call lasts as long as the server does.
            calls.add(Call.<Do, String>to(now, reply -> Do.EXIT_HEARD, Duration.ofMinutes(5))
                    .handle((reply, failure) -> {
                        synchronized (kinds) {
                            kinds.merge(((CallFailure) failure).kind(), 1, Integer::sum);
                        }
                        return downs.incrementAndGet();
                    })
                    .toCompletableFuture());
        }
        Await.until("the last server has ended, too", () -> {
            Objects.requireNonNull(server.get()).tell(Do.CRASH);
            return downs.get() == 3_000;
        });
        CompletableFuture.allOf(calls.toArray(CompletableFuture<?>[]::new)).get(20, TimeUnit.SECONDS);
        assertThat(kinds.keySet())
                .isSubsetOf(CallFailure.Kind.STOPPED, CallFailure.Kind.NOPROC)
                .contains(CallFailure.Kind.STOPPED);
    }
}
