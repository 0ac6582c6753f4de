package io.capstan.actors.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.ExitReason;
import io.capstan.testkit.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A process that does what a test tells it, and writes down what it hears. */
public final class Subject {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ActorSystem<?> system;
    private final ActorRef<Do> ref;
    private final List<Object> heard = new CopyOnWriteArrayList<>();

    /** What it can be told. */
    public sealed interface Do {
        record Run(Consumer<Self<Do>> step) implements Do {}

        record Say(ActorRef<Do> to, Object what) implements Do {}

        record Heard(Object what) implements Do {}

        record Stop() implements Do {}

        record Quit(ExitReason reason) implements Do {}

        record Crash(String text) implements Do {}
    }

    public Subject(ActorSystem<?> system) {
        this.system = system;
        this.ref = system.systemActorOf(behavior(heard), "subject-" + COUNT.incrementAndGet(), Props.empty());
    }

    public static Behavior<Do> behavior(List<Object> heard) {
        return Processes.setup(self -> Behaviors.receive(Do.class)
                .onMessage(Do.Run.class, run -> {
                    run.step().accept(self);
                    return Behaviors.same();
                })
                .onMessage(Do.Say.class, say -> {
                    say.to().tell(new Do.Heard(say.what()));
                    return Behaviors.same();
                })
                .onMessage(Do.Heard.class, told -> {
                    heard.add(told.what());
                    return Behaviors.same();
                })
                .onMessage(Do.Stop.class, stop -> Behaviors.stopped())
                .onMessage(Do.Quit.class, quit -> self.exit(quit.reason()))
                .onMessage(Do.Crash.class, crash -> {
                    throw new IllegalStateException(crash.text());
                })
                .build());
    }

    public ActorRef<Do> ref() {
        return ref;
    }

    public List<Object> heard() {
        return heard;
    }

    /** Runs {@code step} on the process's thread, and returns when it has run. */
    public Subject run(Consumer<Self<Do>> step) {
        CountDownLatch done = new CountDownLatch(1);
        ref.tell(new Do.Run(self -> {
            try {
                step.accept(self);
            } finally {
                done.countDown();
            }
        }));
        try {
            if (!done.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError(ref + " did not run the step");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    public Subject monitor(ActorRef<?> process) {
        return run(self -> self.monitor(process, Do.Heard::new));
    }

    public Subject trap() {
        return run(self -> self.trapExits(Do.Heard::new));
    }

    public Subject link(Subject other) {
        return run(self -> self.link(other.ref()));
    }

    public void tell(Do what) {
        ref.tell(what);
    }

    public void stop() {
        tell(new Do.Stop());
    }

    public void crash(String text) {
        tell(new Do.Crash(text));
    }

    /** Waits until it has heard exactly these reasons, of Downs and Exits, in order. */
    public void awaitReasons(ExitReason... reasons) {
        Await.until(ref + " hears " + List.of(reasons), () -> {
            assertThat(reasons()).containsExactly(reasons);
            return true;
        });
    }

    public List<ExitReason> reasons() {
        return heard.stream()
                .map(what -> what instanceof Down down ? down.reason() : ((Exit) what).reason())
                .toList();
    }

    /** Begins to watch for its end; {@link Fate#await} waits for it. */
    public Fate fate() {
        return new Fate(system, ref);
    }

    /** Waits until everything that was sent to it before is handled. */
    public Subject settle() {
        return run(self -> {});
    }

    /** Why a process ended, when it did. */
    public static final class Fate {
        private final CountDownLatch ended = new CountDownLatch(1);
        private final List<ExitReason> why = new CopyOnWriteArrayList<>();
        private final ActorRef<?> process;

        public Fate(ActorSystem<?> system, ActorRef<?> process) {
            this.process = process;
            Processes.monitor(system, process, down -> {
                why.add(down.reason());
                ended.countDown();
            });
        }

        public ExitReason await() throws InterruptedException {
            if (!ended.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError(process + " did not end");
            }
            return why.get(0);
        }

        public boolean lives() {
            return ended.getCount() > 0;
        }
    }
}
