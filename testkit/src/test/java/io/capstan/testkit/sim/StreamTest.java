package io.capstan.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.testkit.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class StreamTest {
    /** What each process was told, "a: up b#1", "b: 17", one list for all in the order of time. */
    private final List<String> told = new ArrayList<>();

    private final Map<String, SimNode<Integer>> nodes = new HashMap<>();

    private Simulation<Integer> world(long seed, SimSettings settings, String... names) {
        Simulation<Integer> simulation = Simulation.of(seed, settings);
        for (String name : names) {
            simulation.start(name, node -> {
                nodes.put(name, node);
                return new Listener(name);
            });
        }
        return simulation;
    }

    private final class Listener implements SimProcess<Integer> {
        private final String name;

        Listener(String name) {
            this.name = name;
        }

        @Override
        public void onMessage(String from, Integer message) {
            told.add(name + ": " + message);
        }

        @Override
        public void onLinkUp(String peer, int incarnation) {
            told.add(name + ": up " + peer + "#" + incarnation);
        }

        @Override
        public void onLinkDown(String peer) {
            told.add(name + ": down " + peer);
        }
    }

    private List<String> toldTo(String name) {
        return told.stream().filter(line -> line.startsWith(name + ": ")).toList();
    }

    private boolean aSends(int message) {
        return Objects.requireNonNull(nodes.get("a")).send("b", message);
    }

    private static SimSettings calm() {
        return SimSettings.streams().withLoss(0);
    }

    @Test
    void bothEndsAreToldOfTheConnectionBeforeAnythingOnIt() {
        Simulation<Integer> simulation = world(1, calm(), "a", "b");
        assertThat(aSends(1)).isFalse();
        simulation.runUntil(Duration.ofSeconds(1), () -> aSends(2));
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(toldTo("a")).containsExactly("a: up b#1");
        assertThat(toldTo("b")).containsExactly("b: up a#1", "b: 2");
    }

    /** The n-th message on a sender's given connection. */
    private record Numbered(int connection, int n) {}

    @Test
    void messagesArriveInTheOrderSentOrNotAtAll() {
        Seeds.Seen seen = Seeds.of("mvn -pl testkit test -Dtest=StreamTest", 300)
                .run(trial -> {
                    Simulation<Numbered> simulation =
                            trial.simulation(SimSettings.streams().withLoss(0.002));
                    Receiver receiver = new Receiver();
                    int[] connections = new int[1];
                    simulation.start("a", node -> new Sender(node, connections));
                    simulation.start("b", node -> {
                        receiver.up = false;
                        return receiver;
                    });
                    simulation.apply(trial.faults(Nemesis.over(List.of("a", "b"))));
                    int before = receiver.received;
                    simulation.await("messages flow again", Duration.ofSeconds(10), () -> receiver.received > before);
                });
        assertThat(seen.missing("cuts", "heals", "kills", "restarts", "pauses", "connections", "connections broken"))
                .isEmpty();
    }

    private static final class Sender implements SimProcess<Numbered> {
        private final int[] connections;
        private int next;

        Sender(SimNode<Numbered> node, int[] connections) {
            this.connections = connections;
            node.every(Duration.ofMillis(1), () -> node.send("b", new Numbered(connections[0], next++)));
        }

        @Override
        public void onMessage(String from, Numbered message) {}

        @Override
        public void onLinkUp(String peer, int incarnation) {
            connections[0]++;
            next = 0;
        }
    }

    /** On one connection the numbers are 0, 1, 2, …; connections only rise. */
    private static final class Receiver implements SimProcess<Numbered> {
        private Numbered last = new Numbered(0, 0);
        private boolean up;
        private boolean fresh;
        private int received;

        @Override
        public void onMessage(String from, Numbered message) {
            assertThat(up).isTrue();
            if (fresh) {
                assertThat(message.connection()).isGreaterThan(last.connection());
                assertThat(message.n()).isZero();
            } else {
                assertThat(message).isEqualTo(new Numbered(last.connection(), last.n() + 1));
            }
            fresh = false;
            last = message;
            received++;
        }

        @Override
        public void onLinkUp(String peer, int incarnation) {
            assertThat(up).isFalse();
            up = true;
            fresh = true;
        }

        @Override
        public void onLinkDown(String peer) {
            assertThat(up).isTrue();
            up = false;
        }
    }

    @Test
    void aShortCutOnlyDelays() {
        Simulation<Integer> simulation = world(1, calm(), "a", "b");
        simulation.runFor(Duration.ofSeconds(1));
        simulation.cutOneWay("a", "b");
        for (int i = 0; i < 5; i++) {
            aSends(i);
        }
        simulation.runFor(Duration.ofMillis(300));
        assertThat(toldTo("b")).containsExactly("b: up a#1");
        simulation.healAll();
        aSends(5);
        simulation.runFor(Duration.ofSeconds(3));
        assertThat(toldTo("b")).containsExactly("b: up a#1", "b: 0", "b: 1", "b: 2", "b: 3", "b: 4", "b: 5");
        assertThat(toldTo("a")).containsExactly("a: up b#1");
    }

    @Test
    void aLongCutInOneDirectionEndsTheConnectionForBoth() {
        Simulation<Integer> simulation = world(1, calm(), "a", "b");
        simulation.apply(Faults.parse("wait 1s; cut a>b"));
        aSends(1);
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(told).containsExactly(told.get(0), told.get(1), "b: down a", "a: down b");
        assertThat(aSends(2)).isFalse();
        simulation.apply(Faults.parse("heal; wait 1s"));
        assertThat(toldTo("a")).endsWith("a: up b#1");
        assertThat(toldTo("b")).containsExactly("b: up a#1", "b: down a", "b: up a#1");
    }

    @Test
    void aLongCutInBothDirectionsIsNoticedByEachForItself() {
        Simulation<Integer> simulation = world(2, calm(), "a", "b", "c");
        simulation.apply(Faults.parse("wait 1s; cut a|b; wait 5s"));
        assertThat(toldTo("a")).contains("a: down b").doesNotContain("a: down c");
        assertThat(toldTo("b")).contains("b: down a").doesNotContain("b: down c");
        assertThat(toldTo("c")).containsExactlyInAnyOrder("c: up a#1", "c: up b#1");
    }

    @Test
    void aCrashIsTold_AndTheNextRunIsAnotherIncarnation() {
        Simulation<Integer> simulation = world(1, calm(), "a", "b");
        simulation.apply(Faults.parse("wait 1s; kill a; wait 100ms"));
        assertThat(toldTo("b")).containsExactly("b: up a#1", "b: down a");
        simulation.apply(Faults.parse("restart a; wait 1s"));
        assertThat(toldTo("b")).endsWith("b: up a#2");
        assertThat(toldTo("a")).containsExactly("a: up b#1", "a: up b#1");
    }

    @Test
    void aCloseThatACutHoldsBackIsToldAfterIt() {
        Simulation<Integer> simulation = world(1, calm().withSilence(Spread.ofMillis(60_000, 60_000)), "a", "b");
        simulation.apply(Faults.parse("wait 1s; cut a>b; kill a; restart a; wait 1s"));
        assertThat(toldTo("b")).containsExactly("b: up a#1");
        simulation.apply(Faults.parse("heal; wait 2s"));
        assertThat(toldTo("b")).containsExactly("b: up a#1", "b: down a", "b: up a#2");
    }

    @Test
    void aRunThatComesBackBeforeItsCrashWasNoticedReplacesTheOld() {
        SimSettings slow = calm().withDelay(Spread.ofMillis(50, 50)).withReconnect(Spread.ofMillis(0, 0));
        Simulation<Integer> simulation = world(1, slow, "a", "b");
        simulation.apply(Faults.parse("wait 1s; kill a; restart a; wait 1s"));
        assertThat(toldTo("b")).containsExactly("b: up a#1", "b: down a", "b: up a#2");
    }

    @Test
    void aLongPauseLooksLikeSilence_AShortOneLikeNothing() {
        Simulation<Integer> simulation = world(1, calm(), "a", "b");
        simulation.apply(Faults.parse("wait 1s; pause a 300ms; wait 3s"));
        assertThat(told).hasSize(2);
        simulation.apply(Faults.parse("pause a 5s; wait 4s"));
        assertThat(toldTo("b")).containsExactly("b: up a#1", "b: down a");
        assertThat(toldTo("a")).containsExactly("a: up b#1");
        simulation.runFor(Duration.ofSeconds(3));
        assertThat(toldTo("a")).containsExactly("a: up b#1", "a: down b", "a: up b#1");
        assertThat(toldTo("b")).endsWith("b: up a#1");
    }
}
