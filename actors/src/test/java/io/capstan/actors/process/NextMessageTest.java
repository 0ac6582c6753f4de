package io.capstan.actors.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("handle_continue")
class NextMessageTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "next");

    private final List<String> handled = new CopyOnWriteArrayList<>();

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    private static ActorRef<String> spawn(Behavior<String> behavior) {
        return SYSTEM.systemActorOf(behavior, "server-" + System.nanoTime(), Props.empty());
    }

    /** Handles "a" by putting "a1" and "a2" before everything else, and becomes another behavior on "become". */
    private Behavior<String> server(Self<String> self, String as) {
        return Behaviors.receive(String.class)
                .onMessage(String.class, message -> {
                    handled.add(as + message);
                    if (message.equals("a")) {
                        self.next("a1");
                        self.next("a2");
                    }
                    if (message.equals("become")) {
                        self.next("first of the new");
                        return server(self, "new ");
                    }
                    return message.equals("stop") ? Behaviors.stopped() : Behaviors.same();
                })
                .onSignal(Terminated.class, end -> {
                    self.next("after the signal");
                    return Behaviors.same();
                })
                .build();
    }

    /** A server that is given the signal of a child's end. */
    private Behavior<String> watchingAnEnd() {
        return Processes.setup(self -> {
            ActorRef<String> child =
                    self.context().spawn(Behaviors.<String>receiveMessage(told -> Behaviors.stopped()), "child");
            self.context().watch(child);
            child.tell("stop");
            return server(self, "");
        });
    }

    @Test
    void comesBeforeWhatWaitsInTheMailbox() {
        CountDownLatch hold = new CountDownLatch(1);
        ActorRef<String> ref = spawn(Processes.setup(self -> {
            await(hold);
            self.next("start");
            return server(self, "");
        }));
        List.of("a", "b").forEach(ref::tell);
        hold.countDown();
        Await.until("all", () -> handled.contains("b"));
        assertThat(handled).containsExactly("start", "a", "a1", "a2", "b");
    }

    @Test
    void isHandledByWhatTheProcessBecame() {
        ActorRef<String> ref = spawn(Processes.setup(self -> server(self, "")));
        List.of("become", "b").forEach(ref::tell);
        Await.until("all", () -> handled.contains("new b"));
        assertThat(handled).containsExactly("become", "new first of the new", "new b");
    }

    @Test
    void afterASignalItComesWithoutWaitingForAnotherMessage() {
        ActorRef<String> ref = spawn(watchingAnEnd());
        Await.until("handled", () -> handled.contains("after the signal"));
        ref.tell("stop");
    }

    @Test
    void afterASignalItComesAlsoToAProcessWithinAnother() {
        ActorRef<String> ref = spawn(Processes.of(watchingAnEnd()));
        Await.until("handled", () -> handled.contains("after the signal"));
        ref.tell("stop");
    }

    @Test
    void isDroppedWhenTheProcessStops() {
        ActorRef<String> ref = spawn(Processes.setup(self -> Behaviors.receiveMessage(message -> {
            handled.add(message);
            self.next("too late");
            return Behaviors.stopped();
        })));
        Subject watcher = new Subject(SYSTEM).monitor(ref);
        ref.tell("last");
        Await.until("gone", () -> watcher.heard().size() == 1);
        assertThat(handled).containsExactly("last");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
