package io.capstan.registry;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One process of a name, kept running by standbys on three real nodes. */
class KeepOneTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final AtomicInteger COUNT = new AtomicInteger();

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c");

    private static final Members members = Members.of(cluster);

    private final Name<String> name = Name.of("one-" + COUNT.incrementAndGet(), String.class);
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final Map<String, String> heard = new ConcurrentHashMap<>();
    private final List<Standby> standbys = new ArrayList<>();

    @BeforeEach
    void everybodyIsThere() {
        cluster.awaitConverged();
    }

    @AfterEach
    void nobodyStandsBy() {
        standbys.forEach(Standby::close);
    }

    private void standBy(String... on) {
        for (String member : on) {
            standbys.add(members.names(member).keepOne(name, () -> process(member)));
        }
    }

    private Behavior<String> process(String member) {
        return Behaviors.setup(context -> {
            running.add(member);
            return Behaviors.receive(String.class)
                    .onMessage(String.class, message -> {
                        heard.put(message, member);
                        return message.equals("stop") ? Behaviors.stopped() : Behaviors.same();
                    })
                    .onSignal(PostStop.class, signal -> {
                        running.remove(member);
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private String one() {
        cluster.await(
                "exactly one runs, and all find it",
                () -> running.size() == 1
                        && cluster.names().stream()
                                .filter(cluster::isRunning)
                                .allMatch(member -> members.names(member)
                                        .owner(name)
                                        .filter(owner ->
                                                running.contains(owner.node().name()))
                                        .isPresent()));
        return running.iterator().next();
    }

    @Test
    void ofAllStandbysExactlyOneRuns() {
        standBy("a", "b", "c");
        String first = one();
        members.names("b").send(name, "hello");
        cluster.await("it hears", () -> first.equals(heard.get("hello")));
    }

    @Test
    void itIsStartedElsewhereWhenItsNodeDies() {
        standBy("a", "b", "c");
        String first = one();

        cluster.crash(first);
        running.remove(first);

        assertThat(one()).isNotEqualTo(first);
        cluster.restart(first).awaitConverged();
    }

    @Test
    void itIsStartedAgainWhenItStops() {
        standBy("a", "b");
        String first = one();

        members.names("c").send(name, "stop");

        cluster.await("it stops", () -> first.equals(heard.get("stop")));
        one();
    }

    @Test
    void eachSideOfASplitHasOneAndAHealStopsOneOfThem() {
        standBy("a", "b", "c");
        one();

        members.split("a");
        cluster.await("each side has one", () -> running.size() == 2 && running.contains("a"));

        members.heal();
        one();
    }

    @Test
    void howeverOftenItStopsWhileSidesMeetThereIsOneInTheEnd() {
        standBy("a", "b", "c");
        one();
        for (int round = 0; round < 3; round++) {
            members.split(cluster.names().get(round));
            cluster.await("each side has one", () -> running.size() == 2);
            cluster.heal();
            for (String member : cluster.names()) {
                // Whoever it is for this node just now: he may be the loser, or not begun.
                members.names(member).whereis(name).ifPresent(process -> process.tell("stop"));
            }
            cluster.awaitConverged();
            String survivor = one();
            String hello = "hello " + round;
            members.names("a").send(name, hello);
            cluster.await("it hears", () -> survivor.equals(heard.get(hello)));
        }
    }

    @Test
    void whoRunsItAndStandsByNoMoreStopsIt() {
        standBy("a");
        assertThat(one()).isEqualTo("a");
        standBy("b");

        standbys.get(0).close();

        cluster.await("the other runs", () -> running.equals(Set.of("b")));
    }

    @Test
    void whoeverLosesTheNameByHandStopsToo() {
        standBy("a");
        one();
        Probe<String> heir = Probe.of(members.node("b"));

        done(members.names("b").reRegister(name, heir.ref(), SOON));

        cluster.await("nobody runs without the name", running::isEmpty);
        heir.ref().tell("stop");
        assertThat(one()).isEqualTo("a");
    }
}
