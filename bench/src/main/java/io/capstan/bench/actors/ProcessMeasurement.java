package io.capstan.bench.actors;

import io.capstan.actors.Call;
import io.capstan.actors.CallFailure;
import io.capstan.actors.ExitReason;
import io.capstan.actors.Node;
import io.capstan.actors.process.MonitorRef;
import io.capstan.actors.process.Processes;
import io.capstan.actors.supervisor.ChildSpec;
import io.capstan.actors.supervisor.Intensity;
import io.capstan.actors.supervisor.Strategy;
import io.capstan.actors.supervisor.Supervisor;
import io.capstan.testkit.Await;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * What processes cost: {@code ProcessMeasurement [MONITORS]}: memory of so many local monitors (1,000,000) and a tenth of
 * them to another node, a call to who is gone beside a round trip, the restart of 10,000 children.
 */
public final class ProcessMeasurement {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final AtomicInteger processes = new AtomicInteger();
    private final TestCluster cluster;
    private final List<String> told = new ArrayList<>();

    private ProcessMeasurement(TestCluster cluster) {
        this.cluster = cluster;
    }

    /** Prints a line for each figure. */
    public static void main(String[] arguments) throws InterruptedException {
        measure(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000, 10_000)
                .forEach(System.out::println);
    }

    /** Measures all of it, with so many monitors and children. */
    static List<String> measure(int monitors, int children) throws InterruptedException {
        TestCluster cluster = TestCluster.of(
                config -> {
                    ActorSystem<?> system = Node.forTest(config);
                    Node.get(system);
                    return system;
                },
                "a",
                "b");
        try (cluster) {
            cluster.start();
            cluster.awaitConverged();
            ProcessMeasurement measurement = new ProcessMeasurement(cluster);
            measurement.calls();
            measurement.localMonitors(monitors);
            measurement.remoteMonitors(monitors / 10);
            measurement.restart(children);
            return measurement.told;
        }
    }

    private void tell(String what, Object figure) {
        told.add(what + ": " + figure);
    }

    private <T> ActorRef<T> spawn(String node, Behavior<T> behavior) {
        return cluster.system(node)
                .systemActorOf(Processes.of(behavior), "process-" + processes.incrementAndGet(), Props.empty());
    }

    /** As node a sees a process of b. */
    private <T> ActorRef<T> seen(ActorRef<T> far) {
        return ActorRefResolver.get(cluster.system("a"))
                .resolveActorRef(ActorRefResolver.get(cluster.system("b")).toSerializationFormat(far));
    }

    // ---- Calls

    private void calls() throws InterruptedException {
        ActorRef<ActorRef<String>> echo = seen(spawn("b", Behaviors.<ActorRef<String>>receiveMessage(replyTo -> {
            replyTo.tell("here");
            return Behaviors.same();
        })));
        ActorRef<ActorRef<String>> gone = spawn("b", Behaviors.ignore());
        ActorRef<ActorRef<String>> goneSeen = seen(gone);
        Processes.kill(cluster.system("b"), gone);
        Await.until("it is gone", () -> microsOf(goneSeen) >= 0);
        List<Long> replies = new ArrayList<>();
        List<Long> failures = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            long reply = microsOf(echo);
            long failure = microsOf(goneSeen);
            if (i >= 2_000) {
                replies.add(reply);
                failures.add(failure);
            }
        }
        tell("a call's round trip between two nodes, p50 in µs", median(replies));
        tell("a call to a process of another node that is gone fails after, p50 in µs", median(failures));
    }

    private static long microsOf(ActorRef<ActorRef<String>> target) {
        long start = System.nanoTime();
        try {
            Call.<ActorRef<String>, String>to(target, replyTo -> replyTo, SOON)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof CallFailure)) {
                throw e;
            }
        }
        return (System.nanoTime() - start) / 1_000;
    }

    private static long median(List<Long> all) {
        long[] sorted = all.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    // ---- Monitors

    private void localMonitors(int count) {
        ActorRef<?>[] targets = new ActorRef<?>[1_000];
        Arrays.setAll(targets, i -> spawn("a", Behaviors.ignore()));
        MonitorRef[] monitors = new MonitorRef[count];
        AtomicInteger downs = new AtomicInteger();
        long before = usedBytes();
        for (int i = 0; i < count; i++) {
            monitors[i] = Processes.monitor(
                    cluster.system("a"), targets[i % targets.length], down -> downs.incrementAndGet());
        }
        tell("bytes for each of " + count + " local monitors", (usedBytes() - before) / count);
        long start = System.nanoTime();
        for (ActorRef<?> target : targets) {
            Processes.kill(cluster.system("a"), target);
        }
        Await.until("all are told", SOON, () -> downs.get() == count);
        tell("all of them told after the end of " + targets.length + " processes, in ms", millisSince(start));
    }

    private void remoteMonitors(int count) {
        ActorRef<?>[] targets = new ActorRef<?>[count];
        for (int i = 0; i < count; i++) {
            targets[i] = seen(spawn("b", Behaviors.ignore()));
        }
        AtomicInteger downs = new AtomicInteger();
        MonitorRef[] monitors = new MonitorRef[count];
        long before = usedBytes();
        for (int i = 0; i < count; i++) {
            monitors[i] = Processes.monitor(cluster.system("a"), targets[i], down -> {
                if (down.reason().equals(ExitReason.NOCONNECTION)) {
                    downs.incrementAndGet();
                }
            });
        }
        // Behind them all on the same way: now they stand.
        Await.until("a call is answered", SOON, () -> microsOf(seen(spawn("b", Behaviors.stopped()))) >= 0);
        tell("bytes for each of " + count + " monitors between two nodes, both ends", (usedBytes() - before) / count);
        long start = System.nanoTime();
        cluster.crash("b");
        Await.until("all are told", SOON, () -> downs.get() == count);
        tell("all of them told after the crash of their node, in ms", millisSince(start));
        if (monitors.length != count) {
            throw new AssertionError("kept alive until here");
        }
    }

    // ---- Supervisors

    private void restart(int count) {
        AtomicInteger started = new AtomicInteger();
        ActorRef<?>[] first = new ActorRef<?>[1];
        ChildSpec<?>[] children = new ChildSpec<?>[count];
        for (int i = 0; i < count; i++) {
            boolean leader = i == 0;
            children[i] = ChildSpec.permanent("child-" + i, Behaviors::<String>empty)
                    .whenStarted(ref -> {
                        if (leader) {
                            first[0] = ref;
                        }
                        started.incrementAndGet();
                    });
        }
        long start = System.nanoTime();
        cluster.system("a")
                .systemActorOf(
                        Supervisor.create(Strategy.ONE_FOR_ALL, Intensity.of(10, SOON), children),
                        "family",
                        Props.empty());
        Await.until("all have started", SOON, () -> started.get() == count);
        tell("start of " + count + " children one after the other, in ms", millisSince(start));
        for (int round = 2; round < 5; round++) {
            int all = round * count;
            start = System.nanoTime();
            Processes.kill(cluster.system("a"), first[0]);
            Await.until("all have started again", SOON, () -> started.get() == all);
        }
        tell("restart of " + count + " children, one for all, in ms", millisSince(start));
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    private static long usedBytes() {
        System.gc();
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
