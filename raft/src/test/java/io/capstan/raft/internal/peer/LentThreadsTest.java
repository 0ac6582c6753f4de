package io.capstan.raft.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LentThreadsTest {
    private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "lent-threads");
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
                DispatcherSelector.fromConfig("capstan.raft.peer-dispatcher"));
        turn();
        return started;
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
        Cluster.await("turns here", () -> {
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

        Cluster.await("four turns here", () -> {
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

        Thread.currentThread().interrupt();
        LentThreads.lend(() -> only.tell(1));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(turn()).isNotEqualTo(Thread.currentThread());
    }
}
