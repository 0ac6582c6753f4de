package io.capstan.raft.lock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FenceGuardTest {
    private static final FencingToken OLD = new FencingToken(7, 4, 0);
    private static final FencingToken NEW = new FencingToken(7, 9, 0);

    @Test
    void aHolderThatWokeUpTooLateIsRefused() {
        FenceGuard guard = new FenceGuard();
        assertThat(guard.run(OLD, () -> "first")).contains("first");
        assertThat(guard.run(NEW, () -> "next")).contains("next");
        assertThat(guard.run(OLD, () -> "late")).isEmpty();
        assertThat(guard.run(NEW, () -> "again")).contains("again");
    }

    @Test
    void aGuardMadeAgainRemembersWhatItsResourceKept() {
        FenceGuard guard = new FenceGuard(NEW);
        assertThat(guard.admit(OLD)).isFalse();
        assertThat(guard.highest()).contains(NEW);
    }
}
