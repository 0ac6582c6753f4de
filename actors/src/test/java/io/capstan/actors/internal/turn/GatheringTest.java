package io.capstan.actors.internal.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatheringTest {
    private final Gathering<Integer> gathering = new Gathering<>();
    private int wakes;

    private void add(int from, int to) {
        for (int event = from; event <= to; event++) {
            gathering.add(event);
        }
    }

    @Test
    void whateverGathersUntilItIsTakenUpWakesOnce() {
        add(1, 2);
        gathering.attach(() -> wakes++);
        add(3, 9);
        assertThat(wakes).isEqualTo(1);
        assertThat(gathering.drain(100)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(gathering.isEmpty()).isTrue();
        assertThat(wakes).as("nothing is left").isEqualTo(1);
        add(10, 11);
        assertThat(wakes).isEqualTo(2);
    }

    @Test
    void noMoreThanItsShareIsTakenHoweverLargeTheLastBatchWasAndWhatIsLeftWakesAgain() {
        gathering.attach(() -> wakes++);
        add(1, 200);
        assertThat(gathering.drain(150)).hasSize(150);
        assertThat(wakes).as("once when it could be, once for what is left").isEqualTo(2);
        assertThat(gathering.drain(20))
                .containsExactly(
                        151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166, 167, 168, 169,
                        170);
        assertThat(gathering.drain(30))
                .as("just as many as are left")
                .hasSize(30)
                .endsWith(200);
        assertThat(wakes).isEqualTo(3);
        assertThat(gathering.drain(30)).isEmpty();
    }

    @Test
    void aThreadThatIsLentTakesUpNoMoreThanAPieceAndTheRestIsNotForIt() {
        gathering.attach(() -> wakes++);
        add(1, 300);
        List<Integer> taken = new ArrayList<>();
        LentThreads.lend(() -> taken.addAll(gathering.drain(1_000)));
        assertThat(taken).hasSize(Gathering.LENT_MAX);
        assertThat(wakes).as("once when it could be, once for what is left").isEqualTo(2);
        assertThat(gathering.drain(1_000)).hasSize(300 - Gathering.LENT_MAX);
    }

    @Test
    void whatCanWaitWakesNobodyAndComesWithTheNext() {
        gathering.attach(() -> wakes++);
        gathering.drain(1);
        int before = wakes;
        gathering.leave(1);
        assertThat(wakes).isEqualTo(before);
        gathering.add(2);
        assertThat(wakes).isEqualTo(before + 1);
        assertThat(gathering.drain(9)).containsExactly(1, 2);
    }

    @Test
    void whoHasEndedTakesNothingUpAndRefusesWhatComes() {
        List<Integer> refused = new ArrayList<>();
        add(1, 2);
        gathering.end(refused::add);
        gathering.add(3);
        gathering.leave(4);
        assertThat(refused).containsExactly(1, 2, 3, 4);
        assertThat(gathering.drain(9)).isEmpty();
    }
}
