package io.capstan.registry.group;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.registry.Members;
import io.capstan.registry.Probe;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Cases of OTP's {@code pg_SUITE}, and the sanity checker of its {@code pg2_SUITE}, on four real nodes. */
class PgSuiteTest {
    private static final AtomicInteger COUNT = new AtomicInteger();

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c", "d");

    private static final Members members = Members.of(cluster);

    private final Group<String> group = Group.of("pg-" + COUNT.incrementAndGet(), String.class);

    @BeforeEach
    void everybodyIsThere() {
        cluster.awaitConverged();
    }

    private static List<String> ids(List<ActorRef<String>> processes) {
        return processes.stream().map(Probe::id).sorted().toList();
    }

    /** pg2's checker: all nodes have the same members, and their local members are a partition of them. */
    private void sane(List<Probe<String>> expected) {
        List<String> all = expected.stream().map(Probe::id).sorted().toList();
        cluster.await("all nodes show the same " + all.size() + " members, each at home once", () -> {
            List<String> locals = new ArrayList<>();
            for (String member : cluster.names()) {
                if (!ids(members.groups(member).members(group)).equals(all)) {
                    return false;
                }
                locals.addAll(ids(members.groups(member).localMembers(group)));
            }
            locals.sort(null);
            return locals.equals(all);
        });
    }

    private List<Probe<String>> join(String member, int count) {
        List<Probe<String>> probes = new ArrayList<>();
        List<CompletionStage<Void>> joins = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Probe<String> probe = Probe.of(members.node(member));
            probes.add(probe);
            joins.add(members.groups(member).join(group, probe.ref()));
        }
        joins.forEach(Members::done);
        return probes;
    }

    /** exchange: thirty processes; kills, a split, a rejoin, a partial leave. */
    @Test
    void thirtyProcessesLeaveDieAndMeetAgain() {
        List<Probe<String>> all = new ArrayList<>();
        for (String member : List.of("a", "b", "c")) {
            all.addAll(join(member, 10));
            sane(all);
        }
        kill(all, 0);
        kill(all, 10);
        sane(all);

        members.split("a");
        kill(all, 0);
        kill(all, 20);
        all.addAll(join("a", 3));
        all.addAll(join("b", 3));
        members.heal();
        sane(all);

        List<ActorRef<String>> leaving = List.of(all.get(9).ref(), all.get(10).ref());
        assertThat(done(members.groups("b").leave(group, leaving))).isTrue();
        all.remove(10);
        all.remove(9);
        sane(all);
    }

    private static void kill(List<Probe<String>> all, int index) {
        all.remove(index).ref().tell("stop");
    }

    /** thundering_herd: ten thousand groups, and a join among them is still quick; how quick is printed. */
    @Test
    void amongTenThousandGroupsAJoinIsStillQuick() {
        Probe<String> probe = Probe.of(members.node("a"));
        List<CompletionStage<Void>> joins = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            joins.add(members.groups("a").join(Group.in(group.name(), "g" + i, String.class), probe.ref()));
        }
        joins.forEach(Members::done);
        cluster.await(
                "b shows all of them",
                Duration.ofSeconds(30),
                () -> members.groups("b").groups(group.name()).size() == 10_000);
        members.split("a");
        cluster.heal();

        long start = System.nanoTime();
        done(members.groups("a").join(group, probe.ref()));
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();

        System.out.println("a join while 10,000 groups sync to three nodes took " + millis + " ms");
        cluster.awaitConverged();
        cluster.await(
                "all show all again",
                Duration.ofSeconds(30),
                () -> cluster.names().stream()
                        .allMatch(member ->
                                members.groups(member).groups(group.name()).size() == 10_000));
        probe.ref().tell("stop");
        cluster.await(
                "one exit empties them all",
                Duration.ofSeconds(30),
                () -> cluster.names().stream()
                        .allMatch(member ->
                                members.groups(member).groups(group.name()).isEmpty()));
    }

    /** scope_restart and initial: a node that starts again has lost its own members and gets the others'. */
    @Test
    void aRestartedNodeHasLostItsOwnMembersAndGetsTheOthers() {
        List<Probe<String>> stay = join("a", 2);
        List<Probe<String>> both = new ArrayList<>(stay);
        both.addAll(join("d", 2));
        sane(both);

        cluster.crash("d").restart("d");
        cluster.awaitConverged();

        sane(stay);
    }

    /** trisplit: what every node did alone is there when all meet again. */
    @Test
    void whatEachDidAloneIsThereWhenAllMeetAgain() {
        cluster.cut("a").from("b", "c", "d");
        cluster.cut("b").from("c", "d");
        cluster.cut("c").from("d");
        cluster.await(
                "all are alone",
                () -> cluster.names().stream()
                        .allMatch(member -> members.node(member).nodes().isEmpty()));
        List<Probe<String>> all = new ArrayList<>();
        for (String member : cluster.names()) {
            all.addAll(join(member, 2));
        }

        members.heal();

        sane(all);
    }
}
