package io.capstan.actors.internal.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

@Timeout(30)
class LentThreadsTest {
    private static final String DISPATCHER = "lent-dispatcher";

    private final ActorSystem<Void> system =
            ActorSystem.create(Behaviors.empty(), "lent-threads", ConfigFactory.load(ConfigFactory.parseString("""
                    lent-dispatcher {
                      type = Dispatcher
                      executor = "io.capstan.actors.internal.turn.LentThreads"
                      fork-join-executor { parallelism-min = 2, parallelism-max = 2 }
                      throughput = 1
                    }
                    pekko { actor.provider = local, jvm-exit-on-fatal-error = off }
                    """)));
    private final BlockingQueue<Thread> turns = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        system.terminate();
    }

    private ActorRef<Integer> actor(String name, @Nullable ActorRef<Integer> next) {
        ActorRef<Integer> started = system.systemActorOf(
                Behaviors.<Integer>setup(context -> {
                    turns.add(Thread.currentThread());
                    return Behaviors.receiveMessage(number -> {
                        turns.add(Thread.currentThread());
                        if (next != null) {
                            next.tell(number);
                        }
                        return Behaviors.same();
                    });
                }),
                name,
                DispatcherSelector.fromConfig(DISPATCHER));
        turn();
        return started;
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000); // Until the test's own time is over.
        }
    }

    private Thread turn() {
        try {
            Thread thread = turns.poll(10, TimeUnit.SECONDS);
            return java.util.Objects.requireNonNull(thread, "nobody takes the turn");
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void whoLendsItsThreadTakesTheTurnsItBroughtAboutBeforeItGoesOn() {
        ActorRef<Integer> second = actor("second", null);
        ActorRef<Integer> first = actor("first", second);

        // Not while they still begin.
        await(() -> {
            turns.clear();
            LentThreads.lend(() -> first.tell(1));
            return List.copyOf(turns).equals(List.of(Thread.currentThread(), Thread.currentThread()));
        });
    }

    @Test
    void whoDoesNotLendItKeepsIt() {
        actor("only", null).tell(1);

        assertThat(turn()).isNotEqualTo(Thread.currentThread());
    }

    @Test
    void nobodyKeepsALentThreadForEver() {
        ActorRef<Integer> one = actor("one", null);
        ActorRef<Integer> chain = actor("2", actor("3", actor("4", actor("5", one))));

        await(() -> {
            turns.clear();
            LentThreads.lend(() -> chain.tell(1));
            List<Thread> here = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                here.add(turn());
            }
            return here.subList(0, 4).stream().allMatch(Thread.currentThread()::equals)
                    && !here.get(4).equals(Thread.currentThread());
        });
    }

    @Test
    void anInterruptOfTheLenderIsNotTakenByAnActor() {
        ActorRef<Integer> only = actor("only", null);
        await(
                () -> { // Telling one that still begins takes a lock of Pekko's, which an interrupt ends.
                    LentThreads.lend(() -> only.tell(0));
                    return turn().equals(Thread.currentThread());
                });

        Thread.currentThread().interrupt();
        LentThreads.lend(() -> only.tell(1));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(turn()).isNotEqualTo(Thread.currentThread());
    }

    /** Takes a turn on the caller's thread: not while the actor still begins. */
    private ActorRef<Runnable> runs(String name) {
        AtomicReference<Thread> ran = new AtomicReference<>();
        ActorRef<Runnable> started = system.systemActorOf(
                Behaviors.<Runnable>setup(context -> {
                    context.getLog(); // From now on Pekko clears the marks of the thread's log lines after each
                    // message.
                    return Behaviors.receiveMessage(what -> {
                        what.run();
                        return Behaviors.same();
                    });
                }),
                name,
                DispatcherSelector.fromConfig(DISPATCHER));
        await(() -> {
            LentThreads.lend(() -> started.tell(() -> ran.set(Thread.currentThread())));
            return ran.get() == Thread.currentThread();
        });
        return started;
    }

    @Test
    void whateverATurnThrowsEndsTheActorsSystemAndNotTheLendersTurn() throws Exception {
        ActorRef<Runnable> broken = runs("broken");
        AtomicReference<Thread> ran = new AtomicReference<>();

        LentThreads.lend(() -> broken.tell(() -> {
            ran.set(Thread.currentThread());
            throw new NoClassDefFoundError("as asked");
        }));

        assertThat(ran).hasValue(Thread.currentThread());
        system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void whateverATurnThrowsOnItsOwnThreadEndsTheActorsSystem() throws Exception {
        ActorRef<Runnable> broken = runs("broken");
        AtomicReference<Thread> ran = new AtomicReference<>();

        broken.tell(() -> {
            ran.set(Thread.currentThread());
            throw new NoClassDefFoundError("as asked");
        });

        system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(ran.get()).isNotNull().isNotEqualTo(Thread.currentThread());
    }

    @Test
    void theLendersLogLinesAreMarkedAsBeforeAndTheActorsAreNot() {
        ActorRef<Runnable> logs = runs("logs");
        AtomicReference<String> there = new AtomicReference<>("not run");
        MDC.put("order", "7");
        try {
            LentThreads.lend(() -> logs.tell(() -> there.set(MDC.get("order"))));

            assertThat(there).hasValue(null);
            assertThat(MDC.get("order")).isEqualTo("7");
        } finally {
            MDC.clear();
        }
    }

    @Test
    void aTurnThatGivesTheThreadBackIsTheLastOnIt() {
        ActorRef<Integer> second = actor("after", null);
        ActorRef<Runnable> first = runs("first");
        turns.clear();

        LentThreads.lend(() -> first.tell(() -> {
            assertThat(LentThreads.isLent()).isTrue();
            LentThreads.giveBack();
            second.tell(1);
        }));

        assertThat(turn()).isNotEqualTo(Thread.currentThread());
        assertThat(LentThreads.isLent()).isFalse();
    }
}
