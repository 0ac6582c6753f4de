package io.capstan.raft.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Refused;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadsAheadTest {
    private final ReadsAhead ahead = new ReadsAhead();
    private final List<ClientFrame.Reply> told = new ArrayList<>();

    private Query add(long index, long deadlineNanos) {
        ClientFrame.Read read = new ClientFrame.Read(index, "orders", 0, 0, 1_000, new byte[0]);
        Query query = new Query(index, new byte[0], deadlineNanos, new Pending.Waiting(read, told::add));
        ahead.add(query);
        return query;
    }

    @Test
    void whatIsAppliedByNowIsTakenInOrderOnce() {
        Query third = add(3, 100);
        Query first = add(1, 100);
        Query second = add(2, 100);
        assertThat(ahead.take(0)).isEmpty();
        assertThat(ahead.take(2)).containsExactly(first, second);
        assertThat(ahead.take(2)).isEmpty();
        assertThat(ahead.isEmpty()).isFalse();
        assertThat(ahead.take(Long.MAX_VALUE)).containsExactly(third);
        assertThat(ahead.isEmpty()).isTrue();
    }

    @Test
    void whoWaitsNoLongerIsSentElsewhereAndTheOthersWaitOn() {
        // The clock may pass its end on the way.
        add(1, Long.MAX_VALUE);
        Query patient = add(2, Long.MIN_VALUE + 9);
        ahead.refuseLate(Long.MAX_VALUE - 1);
        assertThat(told).isEmpty();
        ahead.refuseLate(Long.MIN_VALUE);
        assertThat(told).singleElement().isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.correlation()).isEqualTo(1);
            assertThat(refused.why()).isEqualTo(ClientFrame.Why.NOT_LEADER);
            assertThat(refused.text()).contains("entry 1 was not applied in time");
        });
        assertThat(ahead.take(Long.MAX_VALUE)).containsExactly(patient);
    }
}
