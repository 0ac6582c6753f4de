package io.capstan.registry;

import static io.capstan.registry.Members.done;

import io.capstan.registry.group.Group;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Prints how fast names and groups are, on three nodes in one JVM: {@code mvn -pl registry -am test -Dtest=FiguresTest
 * -Dfigures=true -Dsurefire.failIfNoSpecifiedTests=false}. Nothing is demanded: a busy machine must fail no build.
 */
@EnabledIfSystemProperty(named = "figures", matches = "true")
class FiguresTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void howFast() {
        try (TestCluster cluster = Members.cluster("a", "b", "c").start()) {
            Members members = Members.of(cluster);
            cluster.awaitConverged();
            whereis(members);
            registers(members);
            joins(cluster, members);
            purge(cluster, members);
            heal(cluster, members);
        }
    }

    private static void print(String what, Object figure) {
        System.out.println("figure: " + what + ": " + figure);
    }

    private static long millis(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return (System.nanoTime() - start) / 1_000_000;
    }

    private static void whereis(Members members) {
        Name<String> name = Name.of("looked-up", String.class);
        done(members.names("a").register(name, Probe.of(members.node("a")).ref(), SOON));
        AvailableNames names = members.names("b");
        Map<String, ActorRef<?>> map = new ConcurrentHashMap<>();
        map.put(name.value(), names.whereis(name).orElseThrow());
        for (int round = 0; round < 5; round++) {
            double ours = nanos(() -> names.whereis(name));
            double theirs = nanos(() -> map.get(name.value()));
            print("whereis, ns (ConcurrentHashMap.get)", String.format("%.1f (%.1f)", ours, theirs));
        }
    }

    private static double nanos(Supplier<?> read) {
        int times = 5_000_000;
        int found = 0;
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            found += read.get() == null ? 0 : 1;
        }
        long took = System.nanoTime() - start;
        return found == times ? (double) took / times : -1;
    }

    private static void registers(Members members) {
        ActorRef<String> process = Probe.of(members.node("a")).ref();
        for (int round = 0; round < 3; round++) {
            long[] took = new long[1_000];
            for (int i = 0; i < took.length; i++) {
                long start = System.nanoTime();
                done(members.names("a").register(Name.of("seq-" + round + "-" + i, String.class), process, SOON));
                took[i] = System.nanoTime() - start;
            }
            Arrays.sort(took);
            print("register, back to back, p50 / p99, us", took[500] / 1_000 + " / " + took[990] / 1_000);
        }
        for (int round = 0; round < 3; round++) {
            int prefix = round;
            int clients = 16;
            int each = 500;
            long took = millis(() -> {
                List<Thread> threads = new ArrayList<>();
                for (int client = 0; client < clients; client++) {
                    int number = client;
                    Thread thread = new Thread(() -> {
                        for (int i = 0; i < each; i++) {
                            String text = "par-" + prefix + "-" + number + "-" + i;
                            done(members.names("a").register(Name.of(text, String.class), process, SOON));
                        }
                    });
                    thread.start();
                    threads.add(thread);
                }
                threads.forEach(FiguresTest::join);
            });
            print("registers/s with 16 clients", 1_000L * clients * each / took);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void joins(TestCluster cluster, Members members) {
        ActorRef<String> process = Probe.of(members.node("a")).ref();
        for (int round = 0; round < 3; round++) {
            String scope = "joins-" + round;
            long took = millis(() -> {
                for (int i = 0; i < 10_000; i++) {
                    members.groups("a").join(Group.in(scope, "g" + i, String.class), process);
                }
                cluster.await(
                        "all are visible",
                        SOON,
                        () -> List.of("b", "c").stream()
                                .allMatch(each ->
                                        members.groups(each).groups(scope).size() == 10_000));
            });
            print("10,000 joins visible on the other two, ms", took);
        }
    }

    private static void many(Members members, String member, String prefix, int from, int to) {
        ActorRef<String> process = Probe.of(members.node(member)).ref();
        // It has many names: it must not stop for the loss of one.
        Terms<String> terms = Terms.<String>within(SOON).onConflict(OnConflict.tellLoser(conflict -> "lost"));
        List<CompletionStage<Registration<String>>> all = new ArrayList<>();
        for (int i = from; i < to; i++) {
            all.add(members.names(member).register(Name.of(prefix + i, String.class), process, terms));
        }
        all.forEach(Members::done);
    }

    private static void purge(TestCluster cluster, Members members) {
        many(members, "c", "purged-", 0, 10_000);
        cluster.crash("c");
        long took = millis(() -> {
            cluster.await(
                    "c is known to be down",
                    () -> members.node("a").nodes().size() == 1
                            && members.node("b").nodes().size() == 1);
        });
        long purged = millis(() -> cluster.await(
                "its names are gone",
                SOON,
                () -> List.of("a", "b").stream()
                        .allMatch(each ->
                                members.names(each).registeredNames("purged-").isEmpty())));
        print("10,000 names of a dead node gone, ms after it was known to be down", purged);
        print("  from the crash itself, ms", took + purged);
        cluster.restart("c").awaitConverged();
    }

    private static void heal(TestCluster cluster, Members members) {
        members.split("a");
        many(members, "a", "heal-", 0, 10_000);
        many(members, "b", "heal-", 9_000, 19_000);
        cluster.heal();
        long reached = millis(() -> cluster.await(
                "all are linked",
                () -> cluster.names().stream()
                        .allMatch(each -> members.node(each).nodes().size() == 2)));
        long took = millis(() -> cluster.await(
                "all show one owner of each",
                SOON,
                () -> cluster.names().stream()
                        .allMatch(each ->
                                members.names(each).registeredNames("heal-").size() == 19_000
                                        && members.names(each)
                                                .whereis(Name.of("heal-9500", String.class))
                                                .map(Probe::id)
                                                .equals(members.names("c")
                                                        .whereis(Name.of("heal-9500", String.class))
                                                        .map(Probe::id)))));
        print("10,000 names a side, 1,000 in conflict: shown alike, ms after all were linked", took);
        print("  from the heal itself, ms", reached + took);
    }
}
