package io.capstan.actors.docs;

import static io.capstan.actors.supervisor.ChildSpec.permanent;
import static io.capstan.actors.supervisor.ChildSpec.temporary;
import static io.capstan.actors.supervisor.ChildSpec.transientChild;
import static io.capstan.actors.supervisor.Strategy.ONE_FOR_ONE;
import static io.capstan.actors.supervisor.Strategy.REST_FOR_ONE;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.capstan.actors.Call;
import io.capstan.actors.CallReplies;
import io.capstan.actors.ExitReason;
import io.capstan.actors.Node;
import io.capstan.actors.NodeEvent;
import io.capstan.actors.NodeId;
import io.capstan.actors.process.Down;
import io.capstan.actors.process.Exit;
import io.capstan.actors.process.MonitorRef;
import io.capstan.actors.process.Processes;
import io.capstan.actors.process.Registry;
import io.capstan.actors.process.Self;
import io.capstan.actors.supervisor.Application;
import io.capstan.actors.supervisor.AutoShutdown;
import io.capstan.actors.supervisor.ChildSpec;
import io.capstan.actors.supervisor.Children;
import io.capstan.actors.supervisor.Intensity;
import io.capstan.actors.supervisor.Partitions;
import io.capstan.actors.supervisor.Supervisor;
import io.capstan.actors.supervisor.Task;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;

/** The examples of {@code actors/README.md}, which quotes what the markers enclose. {@code OtpTest} runs them. */
final class Otp {
    private Otp() {}

    // #server
    /** A sealed protocol of records: calls carry a reply reference, casts do not. */
    sealed interface Stock {
        record Get(String item, ActorRef<Integer> replyTo) implements Stock {}

        record Add(String item, int count) implements Stock {}

        record Gone(Down down) implements Stock {}

        record Heard(Exit exit) implements Stock {}

        record Recount() implements Stock {}
    }

    // #server

    static Behavior<Stock> server() {
        // #gen_server
        return Processes.setup(self -> {
            var counts = new java.util.HashMap<String, Integer>();
            return Behaviors.receive(Stock.class)
                    .onMessage(Stock.Get.class, get -> {
                        get.replyTo().tell(counts.getOrDefault(get.item(), 0)); // now, later, or by somebody else
                        return Behaviors.same();
                    })
                    .onMessage(Stock.Add.class, add -> {
                        counts.merge(add.item(), add.count(), Integer::sum);
                        return Behaviors.same();
                    })
                    .build();
        });
        // #gen_server
    }

    static CompletionStage<Integer> call(ActorRef<Stock> stock) {
        // #call
        return Call.to(stock, replyTo -> new Stock.Get("sku-1", replyTo), ofSeconds(2)); // or a CallFailure
        // #call
    }

    static void cast(ActorRef<Stock> stock) {
        // #cast
        stock.tell(new Stock.Add("sku-1", 3));
        // #cast
    }

    static CompletionStage<CallReplies<Stock, Integer>> multiCall(List<ActorRef<Stock>> all) {
        // #multi-call
        return Call.toAll(all, replyTo -> new Stock.Get("sku-1", replyTo), ofSeconds(2));
        // #multi-call
    }

    static Behavior<Stock> handleContinue(Behavior<Stock> serving) {
        // #continue
        return Processes.setup(self -> {
            self.next(new Stock.Recount()); // handled before any other message
            return serving;
        });
        // #continue
    }

    static MonitorRef monitor(Self<Stock> self, ActorRef<?> server) {
        // #monitor
        MonitorRef monitor = self.monitor(server, Stock.Gone::new); // told once: why, or NOPROC, or NOCONNECTION
        monitor.demonitor(); // and what lies in the mailbox is dropped
        // #monitor
        return monitor;
    }

    static void link(Self<Stock> self, ActorRef<?> other) {
        // #link
        self.link(other); // whichever fails takes the other along
        self.trapExits(Stock.Heard::new); // unless it wants to hear of it instead
        self.unlink(other);
        // #link
    }

    static Behavior<Stock> exit(Self<Stock> self) {
        // #exit
        return self.exit(ExitReason.crashed("the ledger is gone")); // instead of Behaviors.stopped(), which is NORMAL
        // #exit
    }

    static void kill(ActorSystem<?> system, ActorRef<?> process) {
        // #kill
        Processes.exit(system, process, ExitReason.SHUTDOWN); // asks
        Processes.kill(system, process); // does not
        // #kill
    }

    static Behavior<Supervisor.Command> supervisor() {
        // #supervisor
        return Supervisor.create(
                REST_FOR_ONE,
                Intensity.of(3, ofSeconds(5)),
                permanent("ledger", Otp::server),
                permanent("stock", Otp::server).stopWithin(ofSeconds(10)),
                transientChild("import", Otp::server));
        // #supervisor
    }

    static Behavior<Supervisor.Command> tree() {
        // #tree
        return Supervisor.create(
                ONE_FOR_ONE,
                Intensity.of(1, ofSeconds(5)),
                permanent("log", Otp::server),
                ChildSpec.supervisor("shop", Otp::supervisor));
        // #tree
    }

    static Behavior<Supervisor.Command> significant() {
        // #significant
        return Supervisor.create(
                ONE_FOR_ONE,
                Intensity.of(1, ofSeconds(5)),
                AutoShutdown.ANY_SIGNIFICANT,
                permanent("log", Otp::server),
                transientChild("job", Otp::server).significant()); // its end is the supervisor's
        // #significant
    }

    static CompletionStage<ActorRef<Stock>> dynamic(ActorRef<Supervisor.Command> dynamic) {
        // #dynamic
        Children children = Children.of(dynamic, ofSeconds(5)); // of Supervisor.dynamic(intensity, 10_000)
        return children.start(temporary("customer-7", Otp::server));
        // #dynamic
    }

    static void children(Children children) {
        // #children
        children.which();
        children.count();
        children.terminate("import");
        children.restart("import");
        children.delete("import");
        // #children
    }

    static ActorRef<Stock> partitions(ActorSystem<?> system) {
        // #partitions
        Partitions<Stock> stocks = Partitions.of(8, number -> server());
        Application.permanent(system, "stocks", stocks.supervisor(Intensity.of(3, ofSeconds(5))))
                .toCompletableFuture()
                .join();
        return stocks.of("sku-1"); // one key, one child
        // #partitions
    }

    static CompletionStage<Application> application(ActorSystem<?> system) {
        // #application
        return Application.permanent(system, "shop", tree()); // stopped in order with its system; takes it along
        // #application
    }

    static Task<Integer> task(Self<Stock> self) {
        // #task
        Task<Integer> task = Task.async(self, () -> 6 * 7); // linked, on a thread that may block
        self.context().pipeToSelf(task.result(), (count, failure) -> new Stock.Add("sku-1", count));
        return task;
        // #task
    }

    static Optional<ActorRef<Stock>> registry(ActorSystem<?> system, ActorRef<Stock> stock) {
        // #registry
        Registry<String, Stock> shelves = Registry.unique(system, 10_000);
        shelves.register("shelf-1", stock); // until it ends
        return shelves.whereis("shelf-1");
        // #registry
    }

    static Runnable monitorNodes(Node node, ActorRef<NodeEvent> listener) {
        // #monitor-nodes
        return node.monitorNodes(listener); // whoever is up now, then every change, with the reason; ends by run()
        // #monitor-nodes
    }

    static CompletionStage<NodeId> connect(Node node, String address) {
        // #connect
        node.disconnect("shop-2"); // and no link to it, whoever calls, until this node is told otherwise
        node.forget("shop-9"); // which never returns: called and counted on no more
        return node.connect(address, ofSeconds(5)); // seldom needed: whoever is in the cluster is found without
        // #connect
    }

    static Behavior<Stock> timers() {
        // #timers
        return Behaviors.withTimers(
                timers -> { // Pekko's own: one key, one timer, and no stale message
                    timers.startTimerAtFixedRate(new Stock.Recount(), ofMillis(500));
                    return server();
                });
        // #timers
    }

    static Behavior<Stock> statem(Behavior<Stock> open) {
        // #statem
        return Behaviors.withStash(
                100,
                stash -> Behaviors.receive(Stock.class) // one behavior per state
                        .onMessage(
                                Stock.Recount.class,
                                counted -> stash.unstashAll(open)) // what was postponed comes first
                        .onAnyMessage(postponed -> postpone(stash, postponed))
                        .build());
        // #statem
    }

    private static Behavior<Stock> postpone(StashBuffer<Stock> stash, Stock message) {
        stash.stash(message);
        return Behaviors.same();
    }
}
