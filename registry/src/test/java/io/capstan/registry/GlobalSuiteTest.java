package io.capstan.registry;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Cases of OTP's {@code global_SUITE}, on eight real nodes; each says which one it is after. */
class GlobalSuiteTest {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final AtomicInteger COUNT = new AtomicInteger();

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c", "d", "e", "f", "g", "h");

    private static final Members members = Members.of(cluster);

    private final String prefix = "suite-" + COUNT.incrementAndGet() + "-";

    @BeforeEach
    void everybodyIsThere() {
        cluster.awaitConverged();
    }

    private Name<String> name(String suffix) {
        return Name.of(prefix + suffix, String.class);
    }

    private Optional<String> shown(String member, Name<String> name) {
        return members.names(member).whereis(name).map(Probe::id);
    }

    private void awaitEverywhere(Name<String> name, Optional<String> owner) {
        cluster.await(
                "all show " + owner + " as " + name,
                () -> cluster.names().stream()
                        .allMatch(member -> shown(member, name).equals(owner)));
    }

    private Probe<String> registered(String member, Name<String> name, Terms<String> terms) {
        Probe<String> probe = Probe.of(members.node(member));
        done(members.names(member).register(name, probe.ref(), terms));
        return probe;
    }

    /** name_die and simple_disconnect. */
    @Test
    void aSplitWithoutAConflictCallsNoResolverAndWhoDiesInItIsGoneAfterIt() {
        AtomicInteger resolved = new AtomicInteger();
        Name<String> stays = name("stays");
        Name<String> dies = name("dies");
        for (String member : cluster.names()) {
            for (Name<String> each : List.of(stays, dies)) {
                members.names(member).resolver(each, (of, owners) -> {
                    resolved.incrementAndGet();
                    return Optional.of(owners.get(0));
                });
            }
        }
        Terms<String> terms = Terms.<String>within(SOON).onConflict(OnConflict.resolve(conflict -> "lost"));
        Probe<String> living = registered("a", stays, terms);
        Probe<String> dead = registered("b", dies, terms);

        members.split("a", "b", "c");
        dead.ref().tell("stop");
        cluster.await("it has stopped", dead::hasStopped);
        members.heal();

        awaitEverywhere(stays, Optional.of(living.id()));
        awaitEverywhere(dies, Optional.empty());
        assertThat(resolved).hasValue(0);
    }

    /** advanced_partition and basic_name_partition: crossed conflicts, three ways to settle them, exits meanwhile. */
    @Test
    void crossedConflictsOfTwoHalvesLeaveOneOwnerEachHoweverTheyAreSettled() {
        AtomicInteger resolved = new AtomicInteger();
        Name<String> custom = name("custom");
        for (String member : cluster.names()) {
            members.names(member).resolver(custom, (of, owners) -> {
                resolved.incrementAndGet();
                return Optional.of(owners.get(0));
            });
        }
        Map<Name<String>, OnConflict<String>> ways = Map.of(
                name("stop"),
                OnConflict.stopLoser(),
                name("tell"),
                OnConflict.tellLoser(conflict -> "lost"),
                name("none"),
                OnConflict.tellAll(conflict -> "lost"),
                custom,
                OnConflict.resolve(conflict -> "lost"),
                name("exit"),
                OnConflict.stopLoser());
        members.split("a", "b", "c", "d");
        Map<Name<String>, List<Probe<String>>> owners = new ConcurrentHashMap<>();
        ways.forEach((name, way) -> {
            Terms<String> terms = Terms.<String>within(SOON).onConflict(way);
            owners.put(name, List.of(registered("b", name, terms), registered("g", name, terms)));
        });

        Probe<String> exits = Objects.requireNonNull(owners.get(name("exit"))).get(0);
        cluster.heal();
        exits.ref().tell("stop");
        cluster.awaitConverged();

        owners.forEach((name, both) -> {
            if (name.equals(name("none"))) {
                awaitEverywhere(name, Optional.empty());
                cluster.await(
                        "both are told",
                        () -> both.stream().allMatch(each -> each.received().equals(List.of("lost"))));
            } else if (!name.equals(name("exit"))) {
                cluster.await(
                        "one owner remains",
                        () -> both.stream()
                                        .filter(each -> each.hasStopped()
                                                || each.received().contains("lost"))
                                        .count()
                                == 1);
                Probe<String> winner = both.stream()
                        .filter(each -> !each.hasStopped() && each.received().isEmpty())
                        .findFirst()
                        .orElseThrow();
                awaitEverywhere(name, Optional.of(winner.id()));
            }
        });
        assertThat(resolved).hasValue(1);
    }

    /** simple_resolve: what a resolver answers, and what becomes of the name; all placements by chance of the names. */
    @Test
    void whateverAResolverAnswersAllAgreeAfterwards() {
        Name<String> none = name("none");
        Name<String> bad = name("bad");
        Name<String> crash = name("crash");
        for (String member : cluster.names()) {
            members.names(member).resolver(none, (of, owners) -> Optional.empty());
            members.names(member)
                    .resolver(
                            bad,
                            (of, owners) ->
                                    Optional.of(Probe.of(members.node("a")).ref()));
            members.names(member).resolver(crash, (of, owners) -> {
                throw new IllegalStateException("on purpose");
            });
        }
        Terms<String> terms = Terms.<String>within(SOON).onConflict(OnConflict.resolve(conflict -> "lost"));
        members.split("a", "h");
        for (Name<String> each : List.of(none, bad, crash)) {
            registered("h", each, terms);
            registered("c", each, terms);
        }

        members.heal();

        awaitEverywhere(none, Optional.empty());
        awaitEverywhere(bad, Optional.empty());
        cluster.await(
                "one of the two remains of the crash",
                () -> cluster.names().stream()
                                        .map(member -> shown(member, crash))
                                        .distinct()
                                        .count()
                                == 1
                        && shown("a", crash).isPresent());
    }

    /** leftover_name: whoever dies in the middle of a register leaves nothing behind. */
    @Test
    void aNodeThatDiesWhileItRegistersLeavesNoGhost() {
        for (int i = 0; i < 20; i++) {
            Name<String> each = name("ghost-" + i);
            members.names("h").register(each, Probe.of(members.node("h")).ref(), SOON);
        }
        cluster.crash("h");

        cluster.await(
                "nobody shows any",
                () -> cluster.names().stream()
                        .filter(cluster::isRunning)
                        .allMatch(member ->
                                members.names(member).registeredNames(prefix).isEmpty()));
        for (int i = 0; i < 20; i++) {
            registered("a", name("ghost-" + i), Terms.within(SOON));
        }
        cluster.restart("h").awaitConverged();
    }

    /** name_exit: a lock that somebody holds keeps no name from going with its process. */
    @Test
    void aHeldLockHoldsUpNoExit() {
        Name<String> name = name("exit");
        NameLock lock = done(members.names("b")
                .setLock(prefix + "lock", "b", Probe.of(members.node("b")).ref(), SOON));
        Probe<String> process = registered("a", name, Terms.within(SOON));

        process.ref().tell("stop");

        awaitEverywhere(name, Optional.empty());
        done(lock.release());
    }

    /** register_1: a node that joins in the middle of registers learns them all. */
    @Test
    void aNodeThatJoinsWhileOthersRegisterLearnsAllNames() {
        cluster.crash("h");
        List<java.util.concurrent.CompletionStage<Registration<String>>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String member = cluster.names().get(i % 7);
            all.add(members.names(member)
                    .register(name("" + i), Probe.of(members.node(member)).ref(), SOON));
            if (i == 25) {
                cluster.restart("h");
            }
        }
        all.forEach(Members::done);
        cluster.awaitConverged();

        cluster.await(
                "h shows all", () -> members.names("h").registeredNames(prefix).size() == 50);
    }

    /** otp_3162: nothing hangs after many reconnects. */
    @Test
    void registersGoOnAfterManyReconnects() {
        for (int i = 0; i < 4; i++) {
            cluster.cut("a", "b").from("c", "d", "e", "f", "g", "h");
            cluster.heal();
            cluster.cut("e").from("a", "h");
            cluster.heal();
        }
        cluster.awaitConverged();
        for (String member : cluster.names()) {
            registered(member, name("after-" + member), Terms.within(SOON));
        }
    }

    /** mass_death: forty names on each of five nodes go together; how long that took is printed. */
    @Test
    void manyNamesDieTogether() {
        List<Probe<String>> all = new ArrayList<>();
        List<java.util.concurrent.CompletionStage<Registration<String>>> registers = new ArrayList<>();
        for (String member : List.of("a", "b", "c", "d", "e")) {
            for (int i = 0; i < 40; i++) {
                Probe<String> probe = Probe.of(members.node(member));
                all.add(probe);
                registers.add(members.names(member).register(name(member + "-" + i), probe.ref(), SOON));
            }
        }
        registers.forEach(Members::done);
        assertThat(members.names("h").registeredNames(prefix)).hasSize(200);

        long start = System.nanoTime();
        all.forEach(each -> each.ref().tell("stop"));

        cluster.await(
                "all are gone everywhere",
                () -> cluster.names().stream()
                        .allMatch(member ->
                                members.names(member).registeredNames(prefix).isEmpty()));
        System.out.println("200 names of 5 nodes gone from 8 nodes after "
                + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
    }
}
