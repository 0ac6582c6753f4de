package io.capstan.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.capstan.actors.process.Processes;
import io.capstan.actors.process.Self;
import io.capstan.actors.process.Subject;
import io.capstan.testkit.Await;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A process of another node that is called again and again")
class RepeatedCallsTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final AtomicInteger SERVERS = new AtomicInteger();

    @RegisterExtension
    static final TestCluster cluster = TestCluster.of(Node::forTest, "a", "b")
            .with("pekko.actor.serialization-bindings { \"" + Ask.class.getName() + "\" = jackson-cbor }");

    /** The server's protocol. */
    public sealed interface Ask {
        record Echo(String text, ActorRef<String> replyTo) implements Ask {}

        record Ignore(ActorRef<String> replyTo) implements Ask {}

        record ReplyAndStop(ActorRef<String> replyTo) implements Ask {}

        record ReplyAndLeave(ActorRef<String> replyTo) implements Ask {}

        record Crash(String text) implements Ask {}
    }

    private static Behavior<Ask> answering() {
        return answering(null);
    }

    private static Behavior<Ask> answering(@Nullable Self<Ask> self) {
        return Behaviors.receive(Ask.class)
                .onMessage(Ask.Echo.class, ask -> {
                    ask.replyTo().tell(ask.text());
                    return Behaviors.same();
                })
                .onMessage(Ask.ReplyAndStop.class, ask -> {
                    ask.replyTo().tell("last words");
                    return Behaviors.stopped();
                })
                .onMessage(Ask.ReplyAndLeave.class, ask -> {
                    ask.replyTo().tell("last words");
                    return Objects.requireNonNull(self).exit(ExitReason.NOCONNECTION);
                })
                .onMessage(Ask.Crash.class, ask -> {
                    throw new IllegalStateException(ask.text());
                })
                .onMessage(Ask.Ignore.class, ask -> Behaviors.same())
                .build();
    }

    /** A server on b, as a sees it, that a has called more than once. */
    private static ActorRef<Ask> wellKnown(Behavior<Ask> behavior) throws Exception {
        ActorRef<Ask> server =
                cluster.system("b").systemActorOf(behavior, "repeated-" + SERVERS.incrementAndGet(), Props.empty());
        ActorRef<Ask> seen = ActorRefResolver.get(cluster.system("a"))
                .resolveActorRef(ActorRefResolver.get(cluster.system("b")).toSerializationFormat(server));
        echo(seen);
        echo(seen);
        return seen;
    }

    private static ActorRef<Ask> wellKnown() throws Exception {
        return wellKnown(Processes.setup(RepeatedCallsTest::answering));
    }

    private static CompletionStage<String> call(ActorRef<Ask> server, Function<ActorRef<String>, Ask> request) {
        return Call.to(server, request, LONG);
    }

    private static String await(CompletionStage<String> call) throws Exception {
        return call.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static void echo(ActorRef<Ask> server) throws Exception {
        assertThat(await(call(server, replyTo -> new Ask.Echo("hello", replyTo))))
                .isEqualTo("hello");
    }

    private static CallFailure failureOf(CompletionStage<String> call) {
        ExecutionException failed = catchThrowableOfType(ExecutionException.class, () -> await(call));
        assertThat(failed.getCause()).isInstanceOf(CallFailure.class);
        return (CallFailure) Objects.requireNonNull(failed.getCause());
    }

    /** Whatever a asked of b's node before stands there: the answer to a question behind it has come back. */
    private static void awaitStanding() throws Exception {
        ActorRef<Ask> gone = wellKnown();
        gone.tell(new Ask.Crash("at once"));
        new Subject.Fate(cluster.system("a"), gone).await();
    }

    private static long framesOfProcesses() {
        return Node.get(cluster.system("a")).traffic().stream()
                .filter(traffic -> traffic.protocol().equals("processes"))
                .mapToLong(LinkTraffic::messagesOut)
                .sum();
    }

    @Test
    void isWatchedOnceForAllCalls() throws Exception {
        ActorRef<Ask> server = wellKnown();
        long before = framesOfProcesses();
        for (int i = 0; i < 500; i++) {
            echo(server);
        }
        // The end of the first call's own watch, and the watch that stays, may still have been on their way.
        assertThat(framesOfProcesses() - before).isLessThan(10);
    }

    @Test
    void endsAllCallsThatWaitWithTheReasonOfItsEndAndTheNextOneToo() throws Exception {
        ActorRef<Ask> server = wellKnown();
        List<CompletionStage<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(call(server, Ask.Ignore::new));
        }
        echo(server);
        server.tell(new Ask.Crash("during the calls"));
        for (CompletionStage<String> each : waiting) {
            CallFailure failure = failureOf(each);
            assertThat(failure.kind()).isEqualTo(CallFailure.Kind.STOPPED);
            assertThat(failure.reason())
                    .contains(ExitReason.crashed("java.lang.IllegalStateException: during the calls"));
        }
        for (int i = 0; i < 3; i++) {
            CallFailure after = failureOf(call(server, Ask.Ignore::new));
            assertThat(after.kind()).isIn(CallFailure.Kind.NOPROC, CallFailure.Kind.STOPPED);
            assertThat(after.next()).isEqualTo(Failure.Next.OUTCOME_UNKNOWN);
        }
    }

    @Test
    void isSaidToHaveStoppedWhenItIsAnActorThatIsNoProcess() throws Exception {
        ActorRef<Ask> server = wellKnown(answering());
        CompletionStage<String> waiting = call(server, Ask.Ignore::new);
        echo(server);
        awaitStanding();
        server.tell(new Ask.Crash("without a word"));
        CallFailure failure = failureOf(waiting);
        assertThat(failure.kind()).isEqualTo(CallFailure.Kind.STOPPED);
        assertThat(failure.reason()).contains(ExitReason.STOPPED);
    }

    @Test
    void neverEndsACallWhoseReplyIsOnItsWay() throws Exception {
        for (int i = 0; i < 200; i++) {
            ActorRef<Ask> server = wellKnown();
            Function<ActorRef<String>, Ask> last = i % 2 == 0 ? Ask.ReplyAndStop::new : Ask.ReplyAndLeave::new;
            assertThat(await(call(server, last))).isEqualTo("last words");
        }
    }

    @Test
    void isOutOfReachForAllCallsThatWaitWhenItsNodeIsAndIsWatchedAnewAfterwards() throws Exception {
        ActorRef<Ask> server = wellKnown();
        List<CompletionStage<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(call(server, Ask.Ignore::new));
        }
        cluster.cut("a").from("b");
        for (CompletionStage<String> each : waiting) {
            assertThat(failureOf(each).kind()).isEqualTo(CallFailure.Kind.NOCONNECTION);
        }
        assertThat(failureOf(call(server, Ask.Ignore::new)).next()).isEqualTo(Failure.Next.RETRY);
        cluster.heal().awaitConverged();
        Await.until("it answers again", () -> {
            try {
                return Call.<Ask, String>to(server, replyTo -> new Ask.Echo("again", replyTo), Duration.ofSeconds(1))
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS)
                        .equals("again");
            } catch (ExecutionException notYet) {
                return false;
            }
        });
        echo(server);
        long before = framesOfProcesses();
        for (int i = 0; i < 100; i++) {
            echo(server);
        }
        assertThat(framesOfProcesses() - before).isLessThan(10);
        CompletionStage<String> last = call(server, Ask.Ignore::new);
        echo(server);
        server.tell(new Ask.Crash("after the heal"));
        assertThat(failureOf(last).reason())
                .contains(ExitReason.crashed("java.lang.IllegalStateException: after the heal"));
    }
}
