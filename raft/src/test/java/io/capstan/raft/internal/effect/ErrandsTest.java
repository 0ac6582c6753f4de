package io.capstan.raft.internal.effect;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.raft.Bytes;
import io.capstan.raft.Effects;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.effect.Outstanding.Monitor;
import io.capstan.raft.internal.effect.Outstanding.Send;
import io.capstan.raft.internal.effect.Outstanding.Timer;
import io.capstan.raft.internal.wire.EffectFrame;
import io.capstan.raft.internal.wire.EffectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ErrandsTest {
    private static final String PROCESS = "pekko://a@127.0.0.1:1/user/p";
    private static final NodeId HOME = new NodeId("home", 1);

    private final EffectTable table = new EffectTable();
    private final List<EffectFrame> frames = new ArrayList<>();
    private final List<byte[]> proposed = new ArrayList<>();
    private final Errands errands = new Errands(
            "g",
            table,
            new Way(() -> Set.of(HOME), (to, frame) -> frames.add(frame), Bytes.CODEC, ActorRef::toString),
            new RaftSettings.Effects(Duration.ofMillis(100), Duration.ofSeconds(10), Duration.ofSeconds(1), 100),
            proposed::add);

    private static long seconds(long many) {
        return TimeUnit.SECONDS.toNanos(many);
    }

    private static Effects.Id id(long index) {
        return new Effects.Id("g", 1, index, 0);
    }

    private static Monitor monitor(long index) {
        return new Monitor(id(index), PROCESS, new byte[] {1}, new byte[] {2});
    }

    @Test
    void aProcessIsLostWhenNoNodeAnswersForIt() {
        table.add(monitor(1));
        errands.lead(true, seconds(0));
        assertThat(frames).containsExactly(new EffectFrame.Watch("g", EffectKey.of(id(1)), PROCESS));
        errands.tick(seconds(2));
        assertThat(proposed).hasSize(1);
    }

    @Test
    void aNodeThatDidNotAnswerLongAgoIsAskedAnewForTheNextProcess() {
        table.add(monitor(1));
        errands.lead(true, seconds(0));
        errands.tick(seconds(2));
        table.down(id(1), Effects.Down.NOCONNECTION);
        errands.changed(seconds(2));
        frames.clear();
        proposed.clear();

        table.add(monitor(2));
        errands.changed(seconds(1_000));
        assertThat(frames).contains(new EffectFrame.Watch("g", EffectKey.of(id(2)), PROCESS));
        assertThat(proposed).as("nobody had a chance to answer").isEmpty();
        errands.tick(seconds(1_002));
        assertThat(proposed).hasSize(1);
    }

    @Test
    void aMessageToANodeThatWasAwayOnceIsSentBeforeItIsGivenUp() {
        Send first = new Send(id(1), PROCESS, new byte[] {1});
        table.add(first);
        errands.lead(true, seconds(0));
        errands.tick(seconds(11));
        table.acknowledged(id(1));
        errands.changed(seconds(11));
        frames.clear();
        proposed.clear();

        table.add(new Send(id(2), PROCESS, new byte[] {2}));
        errands.changed(seconds(1_000));
        assertThat(frames).hasSize(1);
        assertThat(proposed).as("given up unsent").isEmpty();
        errands.answered(HOME, new EffectFrame.Arrived("g", EffectKey.of(id(2))), seconds(1_001));
        assertThat(proposed).hasSize(1);
    }

    @Test
    void aTimerIsNoErrand() {
        table.add(monitor(1));
        errands.lead(true, seconds(0));
        frames.clear();

        table.add(new Timer(id(2), "t", 100, new byte[] {1}));
        errands.changed(seconds(1) / 2);
        table.cancel("t");
        errands.changed(seconds(1) / 2);
        assertThat(frames).as("the watch is repeated with time").isEmpty();
        errands.tick(seconds(1) / 2);
        assertThat(frames).hasSize(1);
    }

    @Test
    @Timeout(20)
    void eachOfAsManyAsThereMayBeCostsNoMoreThanTheFirst() {
        errands.lead(true, seconds(0));
        for (int i = 1; i <= EffectTable.EACH_MAX; i++) {
            table.add(monitor(i));
            table.add(new Send(id(-i), PROCESS, new byte[] {1}));
            errands.changed(seconds(0));
            errands.answered(HOME, new EffectFrame.Watching("g", EffectKey.of(id(i))), seconds(0));
        }
        assertThat(frames).hasSize(EffectTable.EACH_MAX + 64);
        for (int i = 1; i <= EffectTable.EACH_MAX; i++) {
            table.down(id(i), Effects.Down.STOPPED);
            errands.changed(seconds(0));
        }
        assertThat(frames).hasSize(2 * EffectTable.EACH_MAX + 64);
    }

    @Test
    void soManyMessagesAreUnderWayToAPlaceAndTheNextWhenOneHasArrivedAndTheLogKnows() {
        for (int i = 1; i <= 66; i++) {
            table.add(new Send(id(i), PROCESS, new byte[] {1}));
        }
        errands.lead(true, seconds(0));
        assertThat(frames).hasSize(64);
        errands.answered(HOME, new EffectFrame.Arrived("g", EffectKey.of(id(3))), seconds(0));
        assertThat(frames).hasSize(65);
        table.acknowledged(id(3));
        errands.changed(seconds(0));
        assertThat(frames).as("that place is taken already").hasSize(65);
        errands.answered(HOME, new EffectFrame.Arrived("g", EffectKey.of(id(64))), seconds(0));
        EffectFrame.Deliver last = (EffectFrame.Deliver) frames.get(65);
        assertThat(last.id()).isEqualTo(EffectKey.of(id(66)));
        errands.tick(seconds(1));
        assertThat(frames).as("what was not answered is sent again").hasSize(66 + 64);
    }
}
