package io.capstan.registry;

import static io.capstan.raft.Within.within;
import static io.capstan.registry.Members.done;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.Node;
import io.capstan.actors.NodeEvent;
import io.capstan.raft.Raft;
import io.capstan.raft.lock.HeldLock;
import io.capstan.raft.lock.Locks;
import io.capstan.raft.lock.Ttl;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.GroupEvent;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An orderly stop: what the others are told of at once, though every time to live is minutes; and in which order. */
@Timeout(120)
class LeavingTest {
    private static final Duration SOON = ofSeconds(20);
    private static final Name<String> DESK = Name.of("desk", String.class);
    private static final Name<String> LEDGER = Name.of("ledger", String.class);
    private static final Name<String> CLERK = Name.of("clerk", String.class);
    private static final Group<String> ROOM = Group.of("room", String.class);

    @RegisterExtension
    final TestCluster cluster = Members.cluster("a", "b", "c").with("""
                    capstan.actors.leave-within = 20s
                    pekko.coordinated-shutdown.phases {
                      service-unbind.timeout = 30s
                      before-cluster-shutdown.timeout = 60s
                    }
                    capstan.raft.voters = [a, b, c]
                    capstan.registry.consistent { start = on, session-ttl = 5m }
                    """);

    private final Members members = Members.of(cluster);
    private final List<String> ofTheClerk = new CopyOnWriteArrayList<>();
    private final CountDownLatch anotherClerk = new CountDownLatch(1);

    /** Ends slowly on c: whoever did not wait for that would begin meanwhile. */
    private Behavior<String> clerk(String node) {
        return Behaviors.setup(context -> {
            ofTheClerk.add("begins on " + node);
            if (node.equals("b")) {
                anotherClerk.countDown();
            }
            return Behaviors.receive(String.class)
                    .onSignal(PostStop.class, stopped -> {
                        if (node.equals("c")) {
                            anotherClerk.await(500, TimeUnit.MILLISECONDS);
                        }
                        ofTheClerk.add("ends on " + node);
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private Raft raft(String member) {
        return Raft.get(members.node(member));
    }

    private void lead(String member) {
        for (String group : List.of(Locks.GROUP, "capstan-names")) {
            cluster.await(group + " is led", () -> raft("a").leader(group).isPresent());
            done(raft("a").transferLeadership(group, member));
        }
    }

    /** Node c has a process with a name, in a group; a consistent name; the clerk, for whom b stands by; a lock; the lead. */
    private final class NodeC {
        final Probe<String> desk = Probe.of(members.node("c"));
        final HeldLock held;
        final List<Boolean> whileItsProgramStops = new CopyOnWriteArrayList<>();

        NodeC() {
            lead("c");
            done(members.names("c").register(DESK, desk.ref(), SOON));
            done(members.groups("c").join(ROOM, desk.ref()));
            done(ConsistentNames.get(members.node("c")).start(LEDGER, fence -> Behaviors.ignore(), Terms.within(SOON)));
            members.names("c").keepOne(CLERK, () -> clerk("c"));
            cluster.await("c's clerk runs", () -> ofTheClerk.equals(List.of("begins on c")));
            members.names("b").keepOne(CLERK, () -> clerk("b"));
            held = done(Locks.get(members.node("c"))
                    .session(Ttl.of(ofMinutes(5)), cause -> {})
                    .acquire("till", within(SOON)));
            CoordinatedShutdown.get(cluster.system("c"))
                    .addTask(CoordinatedShutdown.PhaseServiceStop(), "look", this::look);
        }

        private CompletionStage<Done> look() {
            whileItsProgramStops.add(members.names("c").whereis(DESK).isEmpty());
            whileItsProgramStops.add(members.groups("c").members(ROOM).isEmpty());
            whileItsProgramStops.add(held.isHeld());
            whileItsProgramStops.add(!desk.hasStopped());
            return refused("c").thenCombine(refused("a"), (here, there) -> Done.getInstance());
        }

        /** Also a claim that another node passes on: it would have the name until c is gone. */
        private CompletionStage<Boolean> refused(String asked) {
            ActorRef<String> seen = ActorRefResolver.get(cluster.system(asked))
                    .resolveActorRef(ActorRefResolver.get(cluster.system("c")).toSerializationFormat(desk.ref()));
            return members.names(asked)
                    .register(DESK, seen, ofSeconds(1))
                    .handle((registered, refused) -> whileItsProgramStops.add(refused != null));
        }
    }

    /** What node a is told of c's end. */
    private final class NodeA {
        final Probe<NameEvent<String>> ofNames = Probe.listening(members.node("a"));
        final Probe<GroupEvent<String>> ofGroups = Probe.listening(members.node("a"));
        final AtomicReference<Optional<String>> leaderWhenGone = new AtomicReference<>(Optional.empty());
        final AtomicReference<NodeEvent.Reason> why = new AtomicReference<>();
        final CompletableFuture<HeldLock> awaited;

        NodeA() {
            done(members.names("a").monitor(DESK, ofNames.ref()));
            done(members.groups("a").monitor(ROOM, ofGroups.ref()));
            awaited = Locks.get(members.node("a"))
                    .session(Ttl.of(ofMinutes(5)), cause -> {})
                    .acquire("till", within(ofMinutes(2)))
                    .toCompletableFuture();
            members.node("a").subscribe(event -> {
                if (event instanceof NodeEvent.NodeDown down
                        && down.node().name().equals("c")) {
                    leaderWhenGone.set(raft("a").leader(Locks.GROUP));
                    why.set(down.reason());
                }
            });
        }

        boolean toldOfTheName() {
            return ofNames.received().stream().anyMatch(NameEvent.Free.class::isInstance);
        }

        boolean toldOfTheGroup() {
            return ofGroups.received().stream().anyMatch(GroupEvent.Left.class::isInstance);
        }
    }

    @Test
    void theOthersSeeAllOfItAtOnceAndInOrder() {
        NodeC c = new NodeC();
        NodeA a = new NodeA();

        cluster.stop("c");

        assertThat(c.whileItsProgramStops)
                .as("no name, no group; the lock, the process; no other name, neither of c nor of a")
                .containsExactly(true, true, true, true, true, true);
        cluster.await("a knows that c stopped", () -> a.why.get() == NodeEvent.Reason.STOPPED);
        assertThat(a.leaderWhenGone.get())
                .as("another led before c was gone")
                .get()
                .isNotEqualTo("c");
        cluster.await("a holds the lock", a.awaited::isDone);
        cluster.await("a's listener is told of the name", a::toldOfTheName);
        cluster.await("and of the group", a::toldOfTheGroup);
        cluster.await(
                "the ledger has no owner",
                () -> ConsistentNames.get(members.node("a")).incumbent(LEDGER).isEmpty());
        cluster.await("b's clerk runs", () -> ofTheClerk.size() == 3);
        assertThat(ofTheClerk).containsExactly("begins on c", "ends on c", "begins on b");
    }

    /** Pekko starts no actor any more, for a fenced process or for what keeps locks: its own exception would be thrown here. */
    @Test
    void whoeverAsksANodeThatHasStoppedIsToldSoByWhatTheCallReturns() {
        ConsistentNames consistent = ConsistentNames.get(members.node("c"));
        AvailableNames available = members.names("c");
        ActorRef<String> holder = Probe.of(members.node("c")).ref();

        cluster.stop("c");

        for (CompletionStage<?> asked : List.<CompletionStage<?>>of(
                consistent.start(LEDGER, fence -> Behaviors.ignore(), Terms.within(SOON)),
                available.setLock("till", "me", holder, SOON))) {
            assertThat(asked.toCompletableFuture())
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            NameFailure.class,
                            refused -> assertThat(refused.kind()).isEqualTo(NameFailure.Kind.CLOSED));
        }
    }

    @Test
    void aNodeThatIsCutOffWaitsUntilTheGroupHasHeardThatItsLocksAreFree() {
        lead("a");
        done(Locks.get(members.node("c"))
                .session(Ttl.of(ofMinutes(5)), cause -> {})
                .acquire("till", within(SOON)));
        members.split("c");

        Node c = members.node("c");
        CompletionStage<Done> stopped =
                CoordinatedShutdown.get(c.system()).runAll(CoordinatedShutdown.actorSystemTerminateReason());
        cluster.await("it is stopping", () -> !c.health().ready());
        cluster.heal();

        HeldLock free = done(Locks.get(members.node("a"))
                .session(Ttl.of(ofMinutes(5)), cause -> {})
                .acquire("till", within(SOON)));
        assertThat(free.isHeld()).isTrue();
        cluster.await(
                "it has stopped",
                ofSeconds(60),
                () -> stopped.toCompletableFuture().isDone());
    }
}
