package io.capstan.bench.registry;

import io.capstan.actors.Node;
import io.capstan.registry.AvailableNames;
import io.capstan.registry.Name;
import io.capstan.registry.Names;
import io.capstan.registry.OnConflict;
import io.capstan.registry.Registration;
import io.capstan.registry.Terms;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.Groups;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * How fast names and groups are: {@code RegistryMeasurement [SIZE]}, with SIZE names and members where many are needed
 * (10,000).
 */
public final class RegistryMeasurement {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int CLIENTS = 16;

    private final AtomicInteger processes = new AtomicInteger();
    private final TestCluster cluster;
    private final int size;
    private final List<String> told = new ArrayList<>();

    private RegistryMeasurement(TestCluster cluster, int size) {
        this.cluster = cluster;
        this.size = size;
    }

    /** Prints a line for each figure. */
    public static void main(String[] arguments) {
        measure(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000).forEach(System.out::println);
    }

    /** Measures all of it, with so many names and members. */
    static List<String> measure(int size) {
        TestCluster cluster = TestCluster.of(
                config -> {
                    var system = Node.forTest(config);
                    Node.get(system);
                    return system;
                },
                "a",
                "b",
                "c");
        try (cluster) {
            cluster.start();
            RegistryMeasurement measurement = new RegistryMeasurement(cluster, size);
            cluster.awaitConverged();
            measurement.whereis();
            measurement.registers();
            measurement.joins();
            measurement.purge();
            measurement.heal();
            return measurement.told;
        }
    }

    private void tell(String what, Object figure) {
        told.add(what + ": " + figure);
    }

    private Node node(String member) {
        return Node.get(cluster.system(member));
    }

    private AvailableNames names(String member) {
        return Names.get(node(member));
    }

    private ActorRef<String> process(String member) {
        return node(member).spawn(Behaviors.<String>ignore(), "measured-" + processes.incrementAndGet());
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(SOON.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private static long millis(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    private void whereis() {
        Name<String> name = Name.of("looked-up", String.class);
        done(names("a").register(name, process("a"), SOON));
        AvailableNames names = names("b");
        Map<String, ActorRef<?>> map =
                new ConcurrentHashMap<>(Map.of(name.value(), names.whereis(name).orElseThrow()));
        for (int round = 0; round < 5; round++) {
            double ours = nanos(() -> names.whereis(name));
            double theirs = nanos(() -> map.get(name.value()));
            tell("whereis, ns (ConcurrentHashMap.get)", String.format(Locale.ROOT, "%.1f (%.1f)", ours, theirs));
        }
    }

    private double nanos(Supplier<?> read) {
        int times = 500 * size;
        int found = 0;
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            found += read.get() == null ? 0 : 1;
        }
        long took = System.nanoTime() - start;
        return found == times ? (double) took / times : Double.NaN;
    }

    private void registers() {
        ActorRef<String> process = process("a");
        for (int round = 0; round < 3; round++) {
            long[] took = new long[Math.max(10, size / 10)];
            for (int i = 0; i < took.length; i++) {
                long start = System.nanoTime();
                done(names("a").register(Name.of("seq-" + round + "-" + i, String.class), process, SOON));
                took[i] = System.nanoTime() - start;
            }
            Arrays.sort(took);
            tell(
                    "register, back to back, p50 / p99, us",
                    took[took.length / 2] / 1_000 + " / " + took[took.length * 99 / 100] / 1_000);
        }
        for (int round = 0; round < 3; round++) {
            String prefix = "par-" + round + "-";
            int each = Math.max(1, size / CLIENTS);
            long took = millis(() -> {
                List<CompletableFuture<?>> clients = new ArrayList<>();
                for (int client = 0; client < CLIENTS; client++) {
                    clients.add(oneAfterTheOther(prefix + client + "-", each, process));
                }
                clients.forEach(RegistryMeasurement::done);
            });
            tell("registers/s with " + CLIENTS + " clients", 1_000L * CLIENTS * each / Math.max(1, took));
        }
    }

    private CompletableFuture<?> oneAfterTheOther(String prefix, int left, ActorRef<String> process) {
        if (left == 0) {
            return CompletableFuture.completedFuture(null);
        }
        return names("a")
                .register(Name.of(prefix + left, String.class), process, SOON)
                .thenCompose(registered -> oneAfterTheOther(prefix, left - 1, process))
                .toCompletableFuture();
    }

    private void joins() {
        ActorRef<String> process = process("a");
        for (int round = 0; round < 3; round++) {
            String scope = "joins-" + round;
            long took = millis(() -> {
                for (int i = 0; i < size; i++) {
                    Groups.get(node("a")).join(Group.in(scope, "g" + i, String.class), process);
                }
                cluster.await(
                        "all are visible",
                        SOON,
                        () -> List.of("b", "c").stream()
                                .allMatch(each ->
                                        Groups.get(node(each)).groups(scope).size() == size));
            });
            tell(size + " joins visible on the other two, ms", took);
        }
    }

    private void many(String member, String prefix, int from, int to) {
        ActorRef<String> process = process(member);
        // It has many names: it must not stop for the loss of one.
        Terms<String> terms = Terms.<String>within(SOON).onConflict(OnConflict.tellLoser(conflict -> "lost"));
        List<CompletionStage<Registration<String>>> all = new ArrayList<>();
        for (int i = from; i < to; i++) {
            all.add(names(member).register(Name.of(prefix + i, String.class), process, terms));
        }
        all.forEach(RegistryMeasurement::done);
    }

    private void purge() {
        many("c", "purged-", 0, size);
        cluster.crash("c");
        long known = millis(() -> cluster.await(
                "c is known to be down",
                () -> node("a").nodes().size() == 1 && node("b").nodes().size() == 1));
        long purged = millis(() -> cluster.await(
                "its names are gone",
                SOON,
                () -> List.of("a", "b").stream()
                        .allMatch(each -> names(each).registeredNames("purged-").isEmpty())));
        tell(size + " names of a dead node gone, ms after it was known to be down", purged);
        tell("  from the crash itself, ms", known + purged);
        cluster.restart("c").awaitConverged();
    }

    private void heal() {
        cluster.cut("a").from("b", "c");
        cluster.await(
                "a is alone",
                () -> node("a").nodes().isEmpty()
                        && node("b").nodes().size() == 1
                        && node("c").nodes().size() == 1);
        int conflicts = size / 10;
        many("a", "heal-", 0, size);
        many("b", "heal-", size - conflicts, 2 * size - conflicts);
        cluster.heal();
        long reached = millis(() -> cluster.await(
                "all are linked",
                () -> cluster.names().stream()
                        .allMatch(each -> node(each).nodes().size() == 2)));
        long took = millis(() -> cluster.await("all show one owner of each", SOON, () -> alike(2 * size - conflicts)));
        tell(size + " names a side, " + conflicts + " in conflict: shown alike, ms after all were linked", took);
        tell("  from the heal itself, ms", reached + took);
    }

    private boolean alike(int count) {
        for (String member : cluster.names()) {
            if (names(member).registeredNames("heal-").size() != count) {
                return false;
            }
        }
        for (int i = size - size / 10; i < size; i++) {
            Name<String> name = Name.of("heal-" + i, String.class);
            long owners = cluster.names().stream()
                    .map(member ->
                            names(member).owner(name).map(owner -> owner.node().name()))
                    .flatMap(Optional::stream)
                    .distinct()
                    .count();
            if (owners != 1) {
                return false;
            }
        }
        return true;
    }
}
