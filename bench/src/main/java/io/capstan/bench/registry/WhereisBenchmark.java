package io.capstan.bench.registry;

import io.capstan.actors.Node;
import io.capstan.bench.Jmh;
import io.capstan.bench.LoneNode;
import io.capstan.registry.Name;
import io.capstan.registry.Names;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.Groups;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.runner.RunnerException;

/** One lookup among a thousand names, beside the map that Java has. */
@SuppressWarnings("NullAway.Init") // JMH calls start() first.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WhereisBenchmark {
    private static final int NAMES = 1_024;
    private static final int MEMBERS = 3;

    private final ConcurrentHashMap<String, ActorRef<String>> map = new ConcurrentHashMap<>();
    private Name<String>[] wanted;
    private final Group<String> group = Group.of("looked-at", String.class);
    private Names names;
    private Groups groups;
    private Node node;
    private int next;

    /** Runs both, some minute. */
    public static void main(String[] arguments) throws RunnerException {
        Jmh.play(WhereisBenchmark.class);
    }

    /** Starts a node of its own with all the names. */
    @Setup
    public void start() {
        node = LoneNode.start();
        names = Names.get(node);
        ActorRef<String> process = node.spawn(Behaviors.<String>ignore(), "looked-up");
        wanted = array();
        for (int i = 0; i < NAMES; i++) {
            wanted[i] = Name.of("service-" + i, String.class);
            names.register(wanted[i], process, Duration.ofSeconds(20))
                    .toCompletableFuture()
                    .join();
            map.put(wanted[i].value(), process);
        }
        groups = Groups.get(node);
        for (int i = 0; i < MEMBERS; i++) {
            groups.join(group, node.spawn(Behaviors.<String>ignore(), "member-" + i))
                    .toCompletableFuture()
                    .join();
        }
    }

    @SuppressWarnings("unchecked") // There are no arrays of types with parameters.
    private static Name<String>[] array() {
        return (Name<String>[]) new Name<?>[NAMES];
    }

    /** Stops it. */
    @TearDown
    public void stop() {
        node.stop().toCompletableFuture().join();
    }

    private Name<String> next() {
        return wanted[next++ & (NAMES - 1)];
    }

    /** Ours. */
    @Benchmark
    public Optional<ActorRef<String>> whereis() {
        return names.whereis(next());
    }

    /** The members of a group of three. */
    @Benchmark
    public List<ActorRef<String>> members() {
        return groups.members(group);
    }

    /** Java's. */
    @Benchmark
    public @Nullable ActorRef<String> concurrentHashMapGet() {
        return map.get(next().value());
    }
}
