package io.capstan.crdt.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Frame;
import io.capstan.crdt.core.Slot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nothing leaves a node before what it stands on is on disk. */
class GateTest {
    private static final NodeId PEER = new NodeId("b", 1);

    private final List<Long> written = new ArrayList<>();
    private final List<Effect<String, String>> out = new ArrayList<>();
    private boolean full;
    private final Gate<String, String> gate = new Gate<>((stores, number) -> !full && written.add(number), out::add);

    private static Effect<String, String> store(long known) {
        return new Effect.Store<>(new Slot(1, 1, new NodeId("a", 1)), known, 0, false, List.of(), List.of());
    }

    private static Effect<String, String> send(long number) {
        return new Effect.Send<>(PEER, new Frame.Ask<>(number));
    }

    @Test
    void whatIsSentWaitsForTheStoresBeforeIt() {
        gate.perform(List.of(store(1), send(1)), 1);
        gate.perform(List.of(send(2)), 1);
        assertThat(out).isEmpty();
        gate.durable(1);

        assertThat(out).containsExactly(send(1), send(2));
        assertThat(gate.durableVersion()).isEqualTo(1);
    }

    @Test
    void eachWaitsForItsOwnStoresOnly() {
        gate.perform(List.of(store(1), send(1)), 1);
        gate.perform(List.of(store(2), send(2)), 2);
        gate.durable(1);

        assertThat(out).containsExactly(send(1));
        assertThat(gate.durableVersion()).isEqualTo(1);
        assertThat(gate.isIdle()).isFalse();
    }

    @Test
    void whatWaitsForTheDiskWaitsForWhatWasGivenBeforeAndForNothingLater() {
        List<String> done = new ArrayList<>();
        gate.onceDurable(() -> done.add("at once"));
        gate.perform(List.of(store(1), send(1)), 1);
        gate.onceDurable(() -> done.add("after the first"));
        gate.perform(List.of(store(2)), 2);
        assertThat(done).containsExactly("at once");
        gate.durable(1);

        assertThat(gate.isIdle()).isFalse();
        assertThat(done).containsExactly("at once", "after the first");
    }

    @Test
    void aDiskThatIsFullIsOfferedTheSameAgainAndInOrder() {
        full = true;
        gate.perform(List.of(store(1), send(1)), 1);
        gate.perform(List.of(store(2)), 2);
        assertThat(gate.blocked()).isTrue();
        full = false;
        gate.tryAgain();

        assertThat(written).containsExactly(1L, 2L);
        assertThat(gate.blocked()).isFalse();
        assertThat(out).isEmpty();
    }
}
