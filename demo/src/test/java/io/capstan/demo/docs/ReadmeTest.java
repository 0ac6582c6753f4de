package io.capstan.demo.docs;

import static io.capstan.raft.Within.within;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.Call;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.crdt.Ack;
import io.capstan.crdt.BoundedCounter;
import io.capstan.crdt.Counter;
import io.capstan.crdt.Counters;
import io.capstan.crdt.Window;
import io.capstan.crdt.WindowedCounter;
import io.capstan.demo.docs.Shop.Restock;
import io.capstan.demo.docs.Shop.Sold;
import io.capstan.demo.docs.Shop.StockCommand;
import io.capstan.raft.Consistency;
import io.capstan.raft.LogEntry;
import io.capstan.raft.Raft;
import io.capstan.raft.lock.HeldLock;
import io.capstan.raft.lock.LockSession;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.Ttl;
import io.capstan.registry.Name;
import io.capstan.registry.Names;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.GroupEvent;
import io.capstan.registry.group.Groups;
import io.capstan.testkit.TestCluster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every snippet of the README stands here between markers, compiled, and all but the first are run. */
@DisplayName("The README's snippets do what they say")
class ReadmeTest {
    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(Node::forTest, "shop-1", "shop-2", "shop-3")
            .with("capstan.raft.voters = [shop-1, shop-2, shop-3]");

    // #name
    static final Name<StockCommand> STOCK = Name.of("stock", StockCommand.class);
    // #name

    // #group
    static final Group<String> ROOM = Group.of("room-42", String.class);
    // #group

    private static Node node(String name) {
        return Node.get(cluster.system(name));
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Compiled only: nobody answers at that address. */
    static Node starting() {
        // #node
        Node node = Node.start("shop-1", Start.joining("10.0.0.5:2551"));
        // #node
        return node;
    }

    @Test
    void aProcessIsFoundByItsNameAndAnswersACall() throws Exception {
        Node node = node("shop-1");
        ActorRef<StockCommand> ref = node.spawn(Shop.create(), "stock");
        // #names
        Names names = Names.get(node);
        names.register(STOCK, ref, ofSeconds(3)); // CompletionStage<Registration>; never hangs
        Optional<ActorRef<StockCommand>> stock = names.whereis(STOCK); // local, lock-free
        // #names
        assertThat(stock.isEmpty() || stock.get().equals(ref)).isTrue();
        ActorRef<StockCommand> found = get(Names.get(node("shop-2")).await(STOCK, ofSeconds(10)));
        // #call
        CompletionStage<Sold> sold = Call.to(found, replyTo -> new Shop.Sell("sku-1", replyTo), ofSeconds(2));
        // #call
        assertThat(get(sold).left()).isEqualTo(9);
        found.tell(new Restock("sku-1", 1));
    }

    @Test
    void aGroupIsSeenAndMonitoredFromAnotherNode() {
        Node node = node("shop-2");
        TestProbe<String> member = TestProbe.create(node("shop-1").system());
        TestProbe<GroupEvent<String>> watcher = TestProbe.create(node.system());
        Groups.get(node("shop-1")).join(ROOM, member.getRef());
        ActorRef<GroupEvent<String>> listener = watcher.getRef();
        // #groups
        Groups groups = Groups.get(node);
        groups.monitor(ROOM, listener); // the members, then exactly every join and leave
        groups.publish(ROOM, "hello");
        // #groups
        watcher.receiveMessage();
        cluster.await("shop-2 sees the member", () -> groups.members(ROOM).size() == 1);
        groups.publish(ROOM, "hello");
        assertThat(member.receiveMessage()).isEqualTo("hello");
    }

    @Test
    void aCounterAddsUpAcrossNodes() {
        Node node = node("shop-1");
        // #counters
        Counter hits = Counters.get(node).counter("hits");
        hits.increment(); // nanoseconds, no mailbox
        long now = hits.value(); // what this node knows
        hits.add(5, Ack.replicas(1)); // CompletionStage: on another node too
        Counters.get(node).add("order-17", Map.of("sold", 3L), Ack.replicas(1)); // once, however often repeated
        // #counters
        assertThat(now).isPositive();
        Counter elsewhere = Counters.get(node("shop-3")).counter("hits");
        cluster.await("shop-3 reads it", () -> elsewhere.value() == 6);
        // #reset
        elsewhere.reset(Ack.memory()); // what others add meanwhile goes on counting
        Counters.durable(node).counter("paid").add(1, Ack.disk()); // a second space of counters, on the nodes' disks
        WindowedCounter lately = Counters.get(node).windowed("hits", Window.minute()); // of the last 60 seconds
        lately.increment();
        BoundedCounter seats = Counters.get(node).bounded("seats"); // never below 0, on both sides of a split
        seats.add(100);
        boolean sold = seats.tryTake(2); // against rights held here; take(2, ofSeconds(1)) asks others for more
        // #reset
        assertThat(sold).isTrue();
        assertThat(lately.value()).isEqualTo(1);
        cluster.await("the reset has come", () -> hits.value() == 0);
    }

    @Test
    void aLockIsHeldWithATokenThatTheResourceSees() throws Exception {
        Node node = node("shop-2");
        List<String> ledger = new ArrayList<>();
        // #locks
        LockSession session = Locks.get(node).session(Ttl.of(ofSeconds(10)), cause -> stopWork());
        CompletionStage<Void> done = session.acquire("invoices", within(ofSeconds(5)))
                .thenCompose(held -> {
                    ledger.add("entry under " + held.token()); // the resource rejects older tokens
                    return held.release();
                });
        // #locks
        get(done);
        assertThat(ledger).hasSize(1);
        HeldLock later = get(session.acquire("invoices", within(ofSeconds(5))));
        assertThat("entry under " + later.token()).isGreaterThan(ledger.get(0));
        session.close();
    }

    @Test
    void aStateMachineOfTheUsersOwnIsReplicated() throws Exception {
        for (String name : List.of("shop-1", "shop-2", "shop-3")) {
            Raft.get(node(name)).startPeer("stack", Stack::new);
        }
        Node node = node("shop-1");
        // #raft
        Raft raft = Raft.get(node); // startPeer("stack", Stack::new) was called on each of the three
        CompletionStage<Void> made = raft.setConfiguration("stack", List.of("shop-1", "shop-2", "shop-3"));
        // #raft
        get(made);
        // #raft-use
        raft.group("stack").write(new Stack.Push(1), within(ofSeconds(3)));
        CompletionStage<Object> top = raft.group("stack").read(new Stack.Top(), Consistency.LINEARIZABLE);
        // #raft-use
        assertThat(get(top)).isIn(new Stack.Entry(1), new Stack.Entry(0));
        cluster.await( // Nobody waited for the first push: it may come after the next.
                "the first push is executed",
                () -> get(raft.group("stack").read(new Stack.Top(), Consistency.LINEARIZABLE))
                        .equals(new Stack.Entry(1)));
        get(raft.group("stack").write(new Stack.Push(2), within(ofSeconds(10))));
        assertThat(get(Raft.get(node("shop-3")).group("stack").read(new Stack.Top(), Consistency.LINEARIZABLE)))
                .isEqualTo(new Stack.Entry(2));
    }

    @Test
    void theStackComesBackFromItsSnapshotInItsOrder() throws Exception {
        Stack before = new Stack();
        for (int number = 1; number <= 3; number++) {
            before.handleWrite(new Stack.Push(number), new LogEntry(number, 0));
        }
        ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
        before.snapshot().orElseThrow().writeTo(snapshot);
        Stack after = new Stack();
        after.restore(new ByteArrayInputStream(snapshot.toByteArray()));
        assertThat(after.handleRead(new Stack.Top())).isEqualTo(new Stack.Entry(3));
    }

    private static void stopWork() {}
}
