package io.capstan.actors;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.process.Down;
import io.capstan.actors.process.Processes;
import io.capstan.actors.process.Subject;
import io.capstan.actors.process.Subject.Do;
import io.capstan.testkit.Await;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("Monitors, links and calls between nodes")
class RemoteProcessesTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final AtomicInteger SERVERS = new AtomicInteger();

    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(Node::forTest, "a", "b", "c")
            .with("pekko.actor.serialization-bindings { \"" + Wire.class.getName() + "\" = jackson-cbor }");

    /** What travels between the nodes of this test. */
    public interface Wire {}

    /** The protocol of the server that is called. */
    public sealed interface Ask extends Wire {
        record Echo(String text, ActorRef<String> replyTo) implements Ask {}

        record Ignore(ActorRef<String> replyTo) implements Ask {}

        record ReplyAndStop(ActorRef<String> replyTo) implements Ask {}

        record Crash(String text) implements Ask {}
    }

    private static Subject on(String node) {
        return new Subject(cluster.system(node));
    }

    private static <T> ActorRef<T> seenFrom(String node, String home, ActorRef<T> ref) {
        return ActorRefResolver.get(cluster.system(node))
                .resolveActorRef(ActorRefResolver.get(cluster.system(home)).toSerializationFormat(ref));
    }

    /** Everything that a asked of b before stands there: the answer to a question behind it has come back. */
    private static void awaitStanding() throws InterruptedException {
        Subject gone = on("b");
        Subject.Fate fate = gone.fate();
        gone.stop();
        fate.await();
        assertThat(new Subject.Fate(cluster.system("a"), seenFrom("a", "b", gone.ref())).await())
                .isEqualTo(ExitReason.NOPROC);
    }

    private static Behavior<Ask> server() {
        return Processes.of(Behaviors.receive(Ask.class)
                .onMessage(Ask.Echo.class, ask -> {
                    ask.replyTo().tell(ask.text());
                    return Behaviors.same();
                })
                .onMessage(Ask.ReplyAndStop.class, ask -> {
                    ask.replyTo().tell("last words");
                    return Behaviors.stopped();
                })
                .onMessage(Ask.Crash.class, ask -> {
                    throw new IllegalStateException(ask.text());
                })
                .onMessage(Ask.Ignore.class, ask -> Behaviors.same())
                .build());
    }

    /** A server on b, as a sees it. */
    private static ActorRef<Ask> serverOnB() {
        ActorRef<Ask> server =
                cluster.system("b").systemActorOf(server(), "server-" + SERVERS.incrementAndGet(), Props.empty());
        return seenFrom("a", "b", server);
    }

    private static CallFailure failureOf(CompletionStage<String> call) throws Exception {
        try {
            throw new AssertionError("a reply: " + call.toCompletableFuture().get(20, TimeUnit.SECONDS));
        } catch (ExecutionException | CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(CallFailure.class);
            return (CallFailure) Objects.requireNonNull(e.getCause());
        }
    }

    // ---- Messages

    @Test
    void messagesKeepTheirOrderAndTheLossOfSomeIsToldByAMonitor() {
        List<Integer> back = new CopyOnWriteArrayList<>();
        ActorRef<String> collector = cluster.system("a")
                .systemActorOf(
                        Behaviors.<String>receiveMessage(text -> {
                            back.add(Integer.valueOf(text));
                            return Behaviors.same();
                        }),
                        "collector-" + SERVERS.incrementAndGet(),
                        Props.empty());
        ActorRef<Ask> server = serverOnB();
        Subject watcher = on("a").monitor(server);
        for (int i = 0; i < 1_000; i++) {
            server.tell(new Ask.Echo(String.valueOf(i), collector));
        }
        Await.until("all are back", () -> back.size() == 1_000);
        cluster.cut("a").from("b", "c");
        for (int i = 1_000; i < 1_100; i++) {
            server.tell(new Ask.Echo(String.valueOf(i), collector));
        }
        watcher.awaitReasons(ExitReason.NOCONNECTION);
        cluster.heal().awaitConverged();
        AtomicInteger next = new AtomicInteger(1_100);
        Await.until("one gets through again", () -> {
            server.tell(new Ask.Echo(String.valueOf(next.getAndIncrement()), collector));
            return back.get(back.size() - 1) >= 1_100;
        });
        assertThat(back).as("in order, none twice").isSorted().doesNotHaveDuplicates();
    }

    // ---- Monitors

    @Test
    void aMonitorIsToldWhyAProcessOfAnotherNodeEnded() throws InterruptedException {
        Subject watcher = on("a");
        Subject normal = on("b");
        Subject crashing = on("b");
        Subject killed = on("b");
        for (Subject target : List.of(normal, crashing, killed)) {
            watcher.monitor(seenFrom("a", "b", target.ref()));
        }
        awaitStanding();
        normal.stop();
        watcher.awaitReasons(ExitReason.NORMAL);
        crashing.crash("far away");
        watcher.awaitReasons(ExitReason.NORMAL, ExitReason.crashed("java.lang.IllegalStateException: far away"));
        Processes.kill(cluster.system("a"), seenFrom("a", "b", killed.ref()));
        watcher.awaitReasons(
                ExitReason.NORMAL, ExitReason.crashed("java.lang.IllegalStateException: far away"), ExitReason.KILLED);
    }

    @Test
    void whoIsGoneIsNoproc() throws InterruptedException {
        Subject target = on("b");
        Subject.Fate fate = target.fate();
        target.stop();
        fate.await();
        Subject watcher = on("a").monitor(seenFrom("a", "b", target.ref()));
        watcher.awaitReasons(ExitReason.NOPROC);
    }

    @Test
    void aNodeThatDiesIsNoconnectionForAllItsProcessesAndASuccessorIsAnother() {
        Subject watcher = on("a");
        ActorRef<Do> before = seenFrom("a", "b", on("b").ref());
        for (int i = 0; i < 100; i++) {
            watcher.monitor(seenFrom("a", "b", on("b").ref()));
        }
        watcher.monitor(before);
        cluster.crash("b");
        Await.until("all are told", () -> watcher.heard().size() == 101);
        assertThat(watcher.reasons()).containsOnly(ExitReason.NOCONNECTION);
        watcher.heard().clear();
        watcher.monitor(before);
        watcher.awaitReasons(ExitReason.NOCONNECTION);
    }

    @Test
    void aMonitorAcrossAPartitionIsToldOnceAndANewOneStandsAfterTheHeal() throws InterruptedException {
        Subject watcher = on("a");
        Subject target = on("b");
        ActorRef<Do> seen = seenFrom("a", "b", target.ref());
        watcher.monitor(seen);
        cluster.cut("a").from("b", "c");
        watcher.awaitReasons(ExitReason.NOCONNECTION);
        cluster.awaitApart("a", "b").heal().awaitConverged();
        watcher.monitor(seen);
        awaitStanding();
        target.stop();
        watcher.awaitReasons(ExitReason.NOCONNECTION, ExitReason.NORMAL);
    }

    @Test
    void aListenerThatFailsUtterlyKeepsNobodyFromBeingToldOfALostNode() throws InterruptedException {
        Subject watcher = on("a");
        Subject target = on("b");
        ActorRef<Do> seen = seenFrom("a", "b", target.ref());
        Processes.monitor(cluster.system("a"), seen, down -> {
            throw new AssertionError("a listener's bug");
        });
        watcher.monitor(seen);
        cluster.cut("a").from("b", "c");
        watcher.awaitReasons(ExitReason.NOCONNECTION);
        cluster.heal().awaitConverged();
        Subject.Fate fate = target.fate();
        target.stop();
        fate.await();
        watcher.monitor(seen);
        watcher.awaitReasons(ExitReason.NOCONNECTION, ExitReason.NOPROC);
    }

    @Test
    void whatWasDemonitoredIsNotTold() throws InterruptedException {
        Subject watcher = on("a");
        Subject target = on("b");
        Subject last = on("b");
        ActorRef<Do> seen = seenFrom("a", "b", target.ref());
        watcher.run(self -> self.monitor(seen, Do.Heard::new).demonitor());
        watcher.monitor(seenFrom("a", "b", last.ref()));
        awaitStanding();
        Subject.Fate fate = target.fate();
        target.stop();
        fate.await();
        last.stop();
        watcher.awaitReasons(ExitReason.NORMAL);
        assertThat(((Down) watcher.heard().get(0)).process()).isEqualTo(seenFrom("a", "b", last.ref()));
    }

    // ---- Links

    @Test
    void aLinkHoldsBetweenNodesBothWays() throws InterruptedException {
        for (int way = 0; way < 2; way++) {
            Subject near = on("a");
            Subject far = on("b");
            near.run(self -> self.link(seenFrom("a", "b", far.ref())));
            Subject probe = on("a").trap();
            probe.run(self -> self.link(seenFrom("a", "b", far.ref())));
            awaitStanding();
            Subject dying = way == 0 ? near : far;
            Subject.Fate fate = (way == 0 ? far : near).fate();
            dying.crash("across");
            assertThat(fate.await()).isEqualTo(ExitReason.crashed("java.lang.IllegalStateException: across"));
            Await.until("the probe hears", () -> probe.heard().size() == 1);
        }
    }

    @Test
    void aLinkToADeadProcessOfAnotherNodeIsNoproc() throws InterruptedException {
        Subject far = on("b");
        Subject.Fate gone = far.fate();
        far.stop();
        gone.await();
        Subject near = on("a").trap().run(self -> self.link(seenFrom("a", "b", far.ref())));
        near.awaitReasons(ExitReason.NOPROC);
    }

    @Test
    void aPartitionIsAnExitSignalAtBothEnds() {
        Subject near = on("a").trap();
        Subject far = on("b").trap();
        near.run(self -> self.link(seenFrom("a", "b", far.ref())));
        // Behind the link on its way, so that it stands at both ends.
        near.run(self -> self.exit(seenFrom("a", "b", far.ref()), ExitReason.SHUTDOWN));
        far.awaitReasons(ExitReason.SHUTDOWN);
        cluster.cut("a").from("b", "c");
        near.awaitReasons(ExitReason.NOCONNECTION);
        far.awaitReasons(ExitReason.SHUTDOWN, ExitReason.NOCONNECTION);
    }

    @Test
    void anUnlinkedPairEndsApart() throws InterruptedException {
        Subject near = on("a");
        Subject far = on("b");
        ActorRef<Do> seen = seenFrom("a", "b", far.ref());
        near.run(self -> {
            self.link(seen);
            self.unlink(seen);
        });
        Subject.Fate fate = near.fate();
        near.crash("alone");
        fate.await();
        Subject second = on("a").monitor(seen);
        awaitStanding();
        assertThat(far.settle().fate().lives()).isTrue();
        far.stop();
        second.awaitReasons(ExitReason.NORMAL);
    }

    // ---- Calls

    @Test
    void aCallGetsItsReply() throws Exception {
        assertThat(Call.<Ask, String>to(serverOnB(), reply -> new Ask.Echo("hello", reply), LONG)
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS))
                .isEqualTo("hello");
    }

    @Test
    void aCallToADeadProcessFailsAtOnce() throws Exception {
        ActorRef<Ask> server = serverOnB();
        Subject watcher = on("a").monitor(server);
        server.tell(new Ask.Crash("long ago"));
        Await.until("gone", () -> watcher.heard().size() == 1);
        CallFailure failure = failureOf(Call.to(server, Ask.Ignore::new, LONG));
        assertThat(failure.kind()).isIn(CallFailure.Kind.NOPROC, CallFailure.Kind.STOPPED);
        assertThat(failure.next()).isEqualTo(Failure.Next.OUTCOME_UNKNOWN);
    }

    @Test
    void aServerThatCrashesDuringACallEndsItWithTheReason() throws Exception {
        ActorRef<Ask> server = serverOnB();
        CompletionStage<String> call = Call.to(server, Ask.Ignore::new, LONG);
        server.tell(new Ask.Crash("during the call"));
        CallFailure failure = failureOf(call);
        assertThat(failure.kind()).isEqualTo(CallFailure.Kind.STOPPED);
        assertThat(failure.reason()).contains(ExitReason.crashed("java.lang.IllegalStateException: during the call"));
    }

    @Test
    void theEndOfAServerNeverOvertakesItsReply() throws Exception {
        List<CompletionStage<String>> calls = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            calls.add(Call.to(serverOnB(), Ask.ReplyAndStop::new, LONG));
        }
        for (CompletionStage<String> call : calls) {
            assertThat(call.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo("last words");
        }
    }

    @Test
    void aCutDuringACallIsNoconnectionAndACallIntoItIsRefusedUnsent() throws Exception {
        ActorRef<Ask> server = serverOnB();
        CompletionStage<String> call = Call.to(server, Ask.Ignore::new, LONG);
        cluster.cut("a").from("b", "c");
        CallFailure during = failureOf(call);
        assertThat(during.kind()).isEqualTo(CallFailure.Kind.NOCONNECTION);
        assertThat(during.next()).isEqualTo(Failure.Next.OUTCOME_UNKNOWN);
        CallFailure into = failureOf(Call.to(server, Ask.Ignore::new, LONG));
        assertThat(into.kind()).isEqualTo(CallFailure.Kind.NOCONNECTION);
        assertThat(into.next()).isEqualTo(Failure.Next.RETRY);
    }

    // ---- Many

    @Test
    void tenThousandWatchedProcessesOfANodeThatDiesCostTheNetworkNothing() throws InterruptedException {
        int many = 10_000;
        CountDownLatch told = new CountDownLatch(many);
        for (int i = 0; i < many; i++) {
            ActorRef<Ask> server =
                    cluster.system("b").systemActorOf(server(), "many-" + SERVERS.incrementAndGet(), Props.empty());
            Processes.monitor(cluster.system("a"), seenFrom("a", "b", server), down -> {
                if (down.reason().equals(ExitReason.NOCONNECTION)) {
                    told.countDown();
                }
            });
        }
        awaitStanding();
        cluster.crash("b");
        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
