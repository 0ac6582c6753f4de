package io.capstan.actors.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Processes;
import io.capstan.actors.process.Subject.Fate;
import io.capstan.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A supervisor with children that write down when they start and stop, and do as a test tells them. */
final class Family {
    static final Intensity PATIENT = Intensity.of(100, Duration.ofMinutes(1));
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ActorSystem<?> system;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Map<String, ActorRef<Do>> refs = new ConcurrentHashMap<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final Set<String> declining = ConcurrentHashMap.newKeySet();
    private @org.jspecify.annotations.Nullable ActorRef<Supervisor.Command> top;

    /** What a child can be told. */
    enum Do {
        FINISH,
        CRASH,
        SHUT_DOWN,
        LINK_TO_SUPERVISOR,
        EXIT_HEARD
    }

    Family(ActorSystem<?> system) {
        this.system = system;
    }

    // ---- Children

    /** A child's behavior. */
    Behavior<Do> child(String id) {
        return child(id, false, new CountDownLatch(0));
    }

    /** One that hears of its shutdown, and stays. */
    Behavior<Do> stubborn(String id) {
        return child(id, true, new CountDownLatch(0));
    }

    /** One that starts when it is let. */
    Behavior<Do> slow(String id, CountDownLatch let) {
        return child(id, false, let);
    }

    private Behavior<Do> child(String id, boolean stays, CountDownLatch let) {
        return Processes.setup(self -> {
            await(let);
            if (failing.contains(id)) {
                log.add("fail " + id);
                throw new IllegalStateException("no " + id + " today");
            }
            if (declining.contains(id)) {
                return Behaviors.stopped();
            }
            log.add("start " + id);
            refs.put(id, self.ref());
            if (stays) {
                self.trapExits(exit -> Do.EXIT_HEARD);
            }
            return Behaviors.receive(Do.class)
                    .onMessageEquals(Do.FINISH, Behaviors::stopped)
                    .onMessageEquals(Do.SHUT_DOWN, () -> self.exit(ExitReason.SHUTDOWN))
                    .onMessageEquals(Do.LINK_TO_SUPERVISOR, () -> {
                        self.link(supervisor());
                        return Behaviors.same();
                    })
                    .onMessageEquals(Do.EXIT_HEARD, () -> {
                        log.add("stay " + id);
                        return Behaviors.same();
                    })
                    .onMessageEquals(Do.CRASH, () -> {
                        throw new IllegalStateException(id + " crashes");
                    })
                    .onSignal(PostStop.class, stop -> {
                        log.add("stop " + id);
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** From now on starts of {@code id} fail. */
    Family failing(String id) {
        failing.add(id);
        return this;
    }

    Family failingNoMore(String id) {
        failing.remove(id);
        return this;
    }

    /** From now on {@code id} stops within its start. */
    Family declining(String id) {
        declining.add(id);
        return this;
    }

    ActorRef<Do> ref(String id) {
        return Objects.requireNonNull(refs.get(id));
    }

    Family tell(String id, Do what) {
        ref(id).tell(what);
        return this;
    }

    // ---- The supervisor

    Family under(Behavior<Supervisor.Command> supervisor) {
        top = system.systemActorOf(supervisor, "family-" + COUNT.incrementAndGet(), Props.empty());
        return this;
    }

    ActorRef<Supervisor.Command> supervisor() {
        return Objects.requireNonNull(top);
    }

    Children children() {
        return Children.of(supervisor(), Duration.ofSeconds(20));
    }

    /** Waits until what was asked and what happened so far is done. */
    Family settle() {
        children().count().toCompletableFuture().join();
        return this;
    }

    Fate fate() {
        return new Fate(system, supervisor());
    }

    Family stop() {
        Processes.exit(system, supervisor(), ExitReason.SHUTDOWN);
        return this;
    }

    // ---- What happened

    List<String> log() {
        return log;
    }

    Family awaitLog(String... lines) {
        Await.until("the log", () -> {
            assertThat(log).containsExactly(lines);
            return true;
        });
        return this;
    }

    Family clear() {
        log.clear();
        return this;
    }

    /** The failure that a stage ends with. */
    static SupervisorFailure refusal(java.util.concurrent.CompletionStage<?> stage) {
        try {
            throw new AssertionError("done: " + stage.toCompletableFuture().join());
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(SupervisorFailure.class);
            return (SupervisorFailure) Objects.requireNonNull(e.getCause());
        }
    }
}
