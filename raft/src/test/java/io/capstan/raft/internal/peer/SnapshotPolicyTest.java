package io.capstan.raft.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.internal.RaftSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a snapshot is due; after 10 entries or 1,000 bytes here, or 100, if two entries and the last one have no more. */
class SnapshotPolicyTest {
    private static final long LATER = Duration.ofSeconds(10).toNanos();

    private final SnapshotPolicy policy = new SnapshotPolicy(new RaftSettings.Snapshot(10, 1_000, 100), 2);

    private void apply(int entries, int bytesEach) {
        for (int i = 0; i < entries; i++) {
            policy.applied(bytesEach);
        }
    }

    @Test
    void itIsDueAfterSoManyEntriesOrBytes() {
        apply(9, 1);
        assertThat(policy.isDue(false, 0)).isFalse();
        apply(1, 1);
        assertThat(policy.isDue(false, 0)).isTrue();
    }

    @Test
    void aShortOneIsDueEarlierIfWhatIsKeptBehindItIsShortToo() {
        apply(5, 19);
        assertThat(policy.isDue(false, 0)).isFalse();
        apply(1, 5);
        assertThat(policy.isDue(false, 0)).isTrue();
        policy.begins();
        policy.taken(101);
        apply(6, 20);
        assertThat(policy.isDue(false, 0)).as("the last one is long").isFalse();
        policy.restored(100);
        apply(2, 60);
        assertThat(policy.isDue(false, 0))
                .as("two entries of 60 bytes are kept")
                .isFalse();
        apply(4, 10);
        assertThat(policy.isDue(false, 0)).isTrue();
    }

    @Test
    void whatWasAppliedWhileItWasWrittenCountsForTheNext() {
        apply(10, 1);
        policy.begins();
        apply(10, 1);
        assertThat(policy.isDue(false, 0)).as("one at a time").isFalse();
        policy.taken(4);
        assertThat(policy.isDue(false, 0)).isTrue();
    }

    @Test
    void aLongOneIsNotWrittenAgainForAFewEntries() {
        apply(10, 1);
        policy.begins();
        policy.taken(400);
        apply(10, 1);
        assertThat(policy.isDue(false, 0)).isFalse();
        apply(90, 1);
        assertThat(policy.isDue(false, 0)).isTrue();
    }

    @Test
    void oneThatFailedIsTriedAgainAfterAWhileHoweverLongTheLastOneWas() {
        policy.restored(400);
        apply(10, 10);
        policy.begins();
        policy.failed(0);
        assertThat(policy.isDue(false, LATER - 1)).isFalse();
        assertThat(policy.isDue(false, LATER)).isTrue();
    }

    @Test
    void theNextWaitsForAFollowerThatIsBeingSentOneButNotForEver() {
        apply(10, 1);
        assertThat(policy.isDue(true, 0)).isFalse();
        apply(70, 1);
        assertThat(policy.isDue(true, 0)).isTrue();
    }
}
