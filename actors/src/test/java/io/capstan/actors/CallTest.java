package io.capstan.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CallTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "calls");
    private static final AtomicInteger SERVERS = new AtomicInteger();

    private sealed interface Ask {
        record Echo(String text, ActorRef<String> replyTo) implements Ask {}

        record Ignore(ActorRef<String> replyTo) implements Ask {}

        record ReplyAndStop(ActorRef<String> replyTo) implements Ask {}

        record Stop() implements Ask {}

        record Crash() implements Ask {}
    }

    private static ActorRef<Ask> server() {
        Behavior<Ask> behavior = Behaviors.receive(Ask.class)
                .onMessage(Ask.Echo.class, ask -> {
                    ask.replyTo().tell(ask.text());
                    return Behaviors.same();
                })
                .onMessage(Ask.ReplyAndStop.class, ask -> {
                    ask.replyTo().tell("last words");
                    return Behaviors.stopped();
                })
                .onMessage(Ask.Stop.class, ask -> Behaviors.stopped())
                .onMessage(Ask.Crash.class, ask -> {
                    throw new IllegalStateException("on purpose");
                })
                .onMessage(Ask.Ignore.class, ask -> Behaviors.same())
                .build();
        return SYSTEM.systemActorOf(behavior, "server-" + SERVERS.incrementAndGet(), Props.empty());
    }

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    private static String await(CompletionStage<String> reply) throws Exception {
        return reply.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static void fails(CompletionStage<String> reply, CallFailure.Kind kind, Failure.Next next) {
        assertThatThrownBy(() -> await(reply))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .asInstanceOf(InstanceOfAssertFactories.type(CallFailure.class))
                .satisfies(failure -> {
                    assertThat(failure.kind()).isEqualTo(kind);
                    assertThat(failure.next()).isEqualTo(next);
                    assertThat(failure.getStackTrace()).isEmpty();
                });
    }

    @Test
    void aCallGetsItsReply() throws Exception {
        assertThat(await(Call.to(server(), reply -> new Ask.Echo("hello", reply), LONG)))
                .isEqualTo("hello");
    }

    @Test
    void aServerThatStopsEndsTheCallAtOnceAndTheOutcomeIsUnknown() {
        ActorRef<Ask> server = server();
        CompletionStage<String> waiting = Call.to(server, Ask.Ignore::new, LONG);
        server.tell(new Ask.Stop());

        fails(waiting, CallFailure.Kind.STOPPED, Failure.Next.OUTCOME_UNKNOWN);
    }

    @Test
    void aServerThatCrashesEndsTheCallAtOnce() {
        ActorRef<Ask> server = server();
        CompletionStage<String> waiting = Call.to(server, Ask.Ignore::new, LONG);
        server.tell(new Ask.Crash());

        fails(waiting, CallFailure.Kind.STOPPED, Failure.Next.OUTCOME_UNKNOWN);
    }

    @Test
    void aServerLongGoneIsNoprocAtOnce() throws InterruptedException {
        ActorRef<Ask> server = server();
        CountDownLatch gone = new CountDownLatch(1);
        SYSTEM.systemActorOf(
                Behaviors.setup(context -> {
                    context.watch(server);
                    server.tell(new Ask.Stop());
                    return Behaviors.receive(Object.class)
                            .onSignal(org.apache.pekko.actor.typed.Terminated.class, end -> {
                                gone.countDown();
                                return Behaviors.stopped();
                            })
                            .build();
                }),
                "watcher",
                Props.empty());
        assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();

        fails(Call.to(server, Ask.Ignore::new, LONG), CallFailure.Kind.NOPROC, Failure.Next.DO_NOT_RETRY);
    }

    @Test
    void whoeverCallsWhenItsOwnSystemHasEndedIsToldSoByTheCallAndEachOfMany() throws Exception {
        ActorSystem<Void> ending = ActorSystem.create(Behaviors.empty(), "ending");
        ActorRef<String> server = ending.systemActorOf(Behaviors.<String>ignore(), "server", Props.empty());
        ending.terminate();
        ending.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);

        fails(Call.to(server, reply -> "ask", LONG), CallFailure.Kind.NOPROC, Failure.Next.DO_NOT_RETRY);
        assertThat(Call.<String, String>toAll(List.of(server), reply -> "ask", LONG)
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS)
                        .failures())
                .containsOnlyKeys(server);
    }

    @Test
    void theEndOfAServerNeverOvertakesItsReply() throws Exception {
        List<CompletionStage<String>> replies = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            replies.add(Call.to(server(), Ask.ReplyAndStop::new, LONG));
        }
        for (CompletionStage<String> reply : replies) {
            assertThat(await(reply)).isEqualTo("last words");
        }
    }

    @Test
    void aSilentServerMeansTimeoutAndTheOutcomeIsUnknown() {
        fails(
                Call.to(server(), Ask.Ignore::new, Duration.ofMillis(50)),
                CallFailure.Kind.TIMEOUT,
                Failure.Next.OUTCOME_UNKNOWN);
    }

    @Test
    void aCallToTheDeadLettersIsNoprocAtOnce() {
        fails(
                Call.to(SYSTEM.<Ask>deadLetters(), Ask.Ignore::new, LONG),
                CallFailure.Kind.NOPROC,
                Failure.Next.DO_NOT_RETRY);
    }

    @Test
    void aRequestThatCannotBeMadeFailsItsOwnCallAndNoOther() throws Exception {
        ActorRef<Ask> server = server();
        List<String> made = new ArrayList<>();
        CallReplies<Ask, String> outcome = Call.<Ask, String>toAll(
                        List.of(server, server()),
                        reply -> {
                            made.add("one");
                            if (made.size() == 1) {
                                throw new IllegalStateException("no request");
                            }
                            return new Ask.Echo("hello", reply);
                        },
                        LONG)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        assertThat(outcome.replies().values()).containsExactly("hello");
        assertThat(outcome.failures()).containsOnlyKeys(server);
        assertThat(outcome.failures().get(server)).hasMessage("no request");
    }

    @Test
    void aCallWithoutTimeIsRefused() {
        assertThatThrownBy(() -> Call.to(server(), Ask.Ignore::new, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
