package io.capstan.raft.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.internal.wire.ClientFrame;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandingReadsTest {
    private final StandingReads standing = new StandingReads(3, -50);

    private static Query query(int number, long deadlineNanos) {
        ClientFrame.Request request = new ClientFrame.Describe(number, "group");
        return new Query(number, new byte[0], deadlineNanos, new Pending.Waiting(request, Responder.NOBODY));
    }

    private final Query first = query(1, 100);
    private final Query second = query(2, 200);
    private final Query third = query(3, 300);

    private void addAll() {
        assertThat(standing.add(first, "a", 0)).isTrue();
        assertThat(standing.add(second, "b", 0)).isTrue();
        assertThat(standing.add(third, "a", 0)).isTrue();
    }

    @Test
    void newsOfAKeyGivesBackWhoWaitedForItInTheOrderOfTheirComing() {
        addAll();

        assertThat(standing.take(List.of("a", "c"))).containsExactly(first, third);
        assertThat(standing.take(List.of("a"))).as("once").isEmpty();
        assertThat(standing.take(List.of("b"))).containsExactly(second);
        assertThat(standing.isEmpty()).isTrue();
    }

    @Test
    void patienceEndsWhenHalfOfTheTimeIsOver() {
        addAll();

        assertThat(standing.patienceNanos(20)).isEqualTo(30);
        assertThat(standing.takeLate(49)).isEmpty();
        assertThat(standing.takeLate(100)).containsExactlyInAnyOrder(first, second);
        assertThat(standing.take(List.of("a", "b"))).containsExactly(third);
    }

    @Test
    void thereAreNeverMoreThanMayBe() {
        addAll();
        assertThat(standing.add(query(4, 400), "d", 0)).isFalse();
        assertThat(standing.takeLate(50)).containsExactly(first);
        assertThat(standing.add(query(4, 400), "d", 0)).isTrue();
        assertThat(standing.takeAll()).hasSize(3);
        assertThat(standing.isEmpty()).isTrue();
    }
}
