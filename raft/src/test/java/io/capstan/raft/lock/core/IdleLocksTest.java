package io.capstan.raft.lock.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IdleLocksTest {
    private static final int NAMES = 1_000_000;

    @Test
    void aMillionNamesUsedOnceLeaveNothingBehind() {
        LockTable table = new LockTable(7);
        LockReply opened = table.execute(new LockCommand.Open("a", 100_000), 1, 0);
        long session = ((LockReply.Opened) opened).session();
        for (long request = 1; request <= NAMES; request++) {
            List<Claim> claims = List.of(Claim.exclusive("name-" + request));
            table.execute(new LockCommand.Acquire(session, request, request, claims, "", "", 0), 2 * request, 0);
            table.execute(new LockCommand.Release(session, request), 2 * request + 1, 0);
        }
        TableImage image = table.image();
        assertThat(image.holds()).isEmpty();
        assertThat(image.sessions()).hasSize(1);
        assertThat(image.sessions().get(0).requests()).isEmpty();
        assertThat(image.sessions().get(0).over()).hasSize(1);
        assertThat(table.answer(new LockQuery.Overview("", 9))).isEqualTo(new LockReply.Page(List.of()));
    }
}
