package io.capstan.actors.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.CallFailure;
import io.capstan.actors.ExitReason;
import io.capstan.actors.docs.Otp.Stock;
import io.capstan.actors.process.MonitorRef;
import io.capstan.actors.process.Processes;
import io.capstan.actors.process.Subject.Fate;
import io.capstan.actors.supervisor.Application;
import io.capstan.actors.supervisor.Children;
import io.capstan.actors.supervisor.Intensity;
import io.capstan.actors.supervisor.Supervisor;
import io.capstan.actors.supervisor.Task;
import io.capstan.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The examples of actors/README.md do what it says")
class OtpTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "otp");
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ActorRef<Stock> stock = spawn(Otp.server());

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    private static <T> ActorRef<T> spawn(Behavior<T> behavior) {
        return SYSTEM.systemActorOf(behavior, "example-" + COUNT.incrementAndGet(), Props.empty());
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void aServerIsCastToAndCalled() {
        Otp.cast(stock);
        assertThat(done(Otp.call(stock))).isEqualTo(3);
        assertThat(done(Otp.multiCall(List.of(stock, spawn(Otp.server()))))
                        .replies()
                        .values())
                .containsExactlyInAnyOrder(3, 0);
    }

    @Test
    void aCallToADeadServerFailsAtOnce() throws InterruptedException {
        Fate fate = new Fate(SYSTEM, stock);
        Otp.kill(SYSTEM, stock);
        assertThat(fate.await()).isEqualTo(ExitReason.SHUTDOWN);
        assertThatThrownBy(() -> done(Otp.call(stock))).hasCauseInstanceOf(CallFailure.class);
    }

    @Test
    void aContinuationComesBeforeAllMessages() {
        var seen = new java.util.concurrent.CopyOnWriteArrayList<Stock>();
        ActorRef<Stock> server = spawn(Otp.handleContinue(Behaviors.receiveMessage(message -> {
            seen.add(message);
            return Behaviors.same();
        })));
        server.tell(new Stock.Add("sku-1", 1));
        Await.until("both are handled", () -> seen.size() == 2);
        assertThat(seen.get(0)).isInstanceOf(Stock.Recount.class);
    }

    @Test
    void aProcessMonitorsLinksAndExits() throws InterruptedException {
        var monitor = new CompletableFuture<MonitorRef>();
        ActorRef<Stock> self = spawn(Processes.<Stock>setup(mine -> {
            monitor.complete(Otp.monitor(mine, stock));
            Otp.link(mine, stock);
            return Behaviors.receiveMessage(any -> Otp.exit(mine));
        }));
        Fate fate = new Fate(SYSTEM, self);
        assertThat(monitor.join().process()).isEqualTo(stock);
        self.tell(new Stock.Recount());
        assertThat(fate.await()).isEqualTo(ExitReason.crashed("the ledger is gone"));
        assertThat(new Fate(SYSTEM, stock).lives()).isTrue();
    }

    @Test
    void treesStartAndAreAskedAfterTheirChildren() {
        Children children = Children.of(spawn(Otp.supervisor()), Duration.ofSeconds(20));
        assertThat(done(children.which())).extracting(Children.Info::id).containsExactly("ledger", "stock", "import");
        Otp.children(children);
        assertThat(done(children.which())).extracting(Children.Info::id).containsExactly("ledger", "stock", "import");
        ActorRef<Supervisor.Command> dynamic = spawn(Supervisor.dynamic(Intensity.of(1, Duration.ofSeconds(5)), 10));
        done(Otp.dynamic(dynamic)).tell(new Stock.Add("sku-1", 1));
        Children significant = Children.of(spawn(Otp.significant()), Duration.ofSeconds(20));
        done(significant.terminate("log"));
        assertThat(done(significant.count()).active()).isEqualTo(1);
    }

    @Test
    void applicationsPartitionsTasksAndRegistriesWork() {
        Application shop = done(Otp.application(SYSTEM));
        assertThat(done(shop.children(Duration.ofSeconds(20)).count()).supervisors())
                .isEqualTo(1);
        done(shop.stop());
        Otp.cast(Otp.partitions(SYSTEM));
        assertThat(Otp.registry(SYSTEM, stock)).contains(stock);
        var task = new CompletableFuture<Task<Integer>>();
        var counted = new CompletableFuture<Stock>();
        spawn(Processes.<Stock>setup(self -> {
            task.complete(Otp.task(self));
            return Behaviors.receiveMessage(message -> {
                counted.complete(message);
                return Behaviors.same();
            });
        }));
        assertThat(done(task.join().result())).isEqualTo(42);
        assertThat(counted.join()).isEqualTo(new Stock.Add("sku-1", 42));
    }

    @Test
    void whatIsPostponedComesFirstInTheNextState() {
        var seen = new java.util.concurrent.CopyOnWriteArrayList<Stock>();
        ActorRef<Stock> door = spawn(Otp.statem(Behaviors.receiveMessage(message -> {
            seen.add(message);
            return Behaviors.same();
        })));
        door.tell(new Stock.Add("sku-1", 1));
        door.tell(new Stock.Recount());
        door.tell(new Stock.Add("sku-1", 2));
        Await.until("both are handled", () -> seen.size() == 2);
        assertThat(seen).containsExactly(new Stock.Add("sku-1", 1), new Stock.Add("sku-1", 2));
        assertThat(spawn(Otp.timers())).isNotNull();
    }
}
