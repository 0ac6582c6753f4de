package io.capstan.bench.actors;

import io.capstan.actors.Call;
import io.capstan.actors.process.Processes;
import io.capstan.bench.Jmh;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.runner.RunnerException;

/** One request with its reply on one node: a call that watches its server, and Pekko's ask that does not. */
@SuppressWarnings("NullAway.Init") // JMH calls start() first.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CallBenchmark {
    private static final Duration LONG = Duration.ofSeconds(20);

    private ActorSystem<Void> system;
    private ActorRef<Ask> process;
    private ActorRef<Ask> actor;

    /** What is asked. */
    public record Ask(long number, ActorRef<Long> replyTo) {}

    /** Runs all, some minute. */
    public static void main(String[] arguments) throws RunnerException {
        Jmh.play(CallBenchmark.class);
    }

    /** Starts a server that is a process, and one that is not. */
    @Setup
    public void start() {
        system = ActorSystem.create(Behaviors.empty(), "calls");
        process = system.systemActorOf(Processes.of(server()), "process", Props.empty());
        actor = system.systemActorOf(server(), "actor", Props.empty());
    }

    private static Behavior<Ask> server() {
        return Behaviors.receiveMessage(ask -> {
            ask.replyTo().tell(ask.number());
            return Behaviors.same();
        });
    }

    /** Stops all. */
    @TearDown
    public void stop() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }

    /** Pekko's. */
    @Benchmark
    public Long ask() {
        return AskPattern.<Ask, Long>ask(actor, replyTo -> new Ask(1, replyTo), LONG, system.scheduler())
                .toCompletableFuture()
                .join();
    }

    /** Ours, of an actor that is no process. */
    @Benchmark
    public Long callOfAnActor() {
        return Call.<Ask, Long>to(actor, replyTo -> new Ask(1, replyTo), LONG)
                .toCompletableFuture()
                .join();
    }

    /** Ours, of a process. */
    @Benchmark
    public Long callOfAProcess() {
        return Call.<Ask, Long>to(process, replyTo -> new Ask(1, replyTo), LONG)
                .toCompletableFuture()
                .join();
    }
}
