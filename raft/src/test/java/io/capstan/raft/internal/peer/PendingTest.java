package io.capstan.raft.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.core.Entry;
import io.capstan.raft.internal.wire.ClientFrame;
import io.capstan.raft.internal.wire.ClientFrame.Refused;
import io.capstan.raft.internal.wire.ClientFrame.Why;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who waits for an entry is told once: what became of it, or that nobody knows. */
class PendingTest {
    private final Pending pending = new Pending();
    private final List<String> told = new ArrayList<>();

    private void write(long index, long term) {
        log(index, term, new ClientFrame.Write(index, "g", new byte[0]));
    }

    private void log(long index, long term, ClientFrame.Request request) {
        pending.logged(index, term, new Pending.Waiting(request, reply -> {
            Refused refused = (Refused) reply;
            told.add(index + "/" + term + " " + refused.why());
        }));
    }

    private boolean isWaitedFor(long index, long term) {
        return pending.applied(new Entry(index, term, 0, Entry.Kind.COMMAND, new byte[0])) != null;
    }

    @Test
    void whoWaitsForAnEntryIsFoundOnceAmongThoseNobodyWaitsFor() {
        write(3, 1);
        write(5, 1);
        assertThat(isWaitedFor(2, 1)).isFalse();
        assertThat(isWaitedFor(3, 1)).isTrue();
        assertThat(isWaitedFor(4, 1)).isFalse();
        assertThat(isWaitedFor(5, 1)).isTrue();
        assertThat(isWaitedFor(5, 1)).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void anotherLeadersEntryInItsPlaceWasNotTheirs() {
        write(3, 1);
        assertThat(isWaitedFor(3, 2)).isFalse();
        assertThat(told).containsExactly("3/1 " + Why.NOT_LEADER);
    }

    @Test
    void whoLeadsAgainAndWritesOverItsOldEntriesDoesNotKnowWhatBecameOfThem() {
        write(3, 1);
        write(4, 1);
        write(5, 1);
        write(4, 3);
        assertThat(told).containsExactly("5/1 " + Why.UNKNOWN, "4/1 " + Why.UNKNOWN);
        assertThat(isWaitedFor(3, 1)).isTrue();
        assertThat(isWaitedFor(4, 3)).isTrue();
    }

    @Test
    void whatASnapshotSkipsNobodyKnows() {
        write(3, 1);
        write(4, 1);
        write(5, 1);
        pending.skipped(4);
        assertThat(told).containsExactly("3/1 " + Why.UNKNOWN, "4/1 " + Why.UNKNOWN);
        assertThat(isWaitedFor(5, 1)).isTrue();
    }

    @Test
    void whoIsNoLeaderAnyMoreTellsThoseWhoMaySendAgainAndTheOthersWait() {
        write(3, 1);
        log(4, 1, new ClientFrame.Describe(9, "g"));
        write(5, 1);
        pending.leadershipLost();
        assertThat(told).containsExactly("3/1 " + Why.UNKNOWN, "5/1 " + Why.UNKNOWN);
        assertThat(isWaitedFor(4, 1)).isTrue();
    }
}
