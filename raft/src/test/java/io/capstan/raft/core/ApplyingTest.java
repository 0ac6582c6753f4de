package io.capstan.raft.core;

import static io.capstan.raft.core.Solo.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes to the state machine, and how much of it at a time. */
class ApplyingTest {
    private static final int ENTRY_BYTES = Entry.OVERHEAD_BYTES + 2; // "c7"

    /** A follower that may hand out so many bytes before it is told that they are applied. */
    private static Solo follower(long applyBytes) {
        CoreSettings.Limits limits = new CoreSettings.Limits(100, 100, 100_000, applyBytes, 100_000);
        return Solo.follower(
                new CoreSettings(Solo.SETTINGS.timing(), Solo.SETTINGS.windows(), limits, Solo.SETTINGS.snapshots()),
                2);
    }

    private static List<Long> handedOut(List<Effect> effects) {
        List<Long> indices = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Apply apply) {
                apply.entries().forEach(entry -> indices.add(entry.index()));
            }
        }
        return indices;
    }

    private static Message.Append commits(long commit, Entry... entries) {
        return new Message.Append(2, 1, 1, 2, 2, commit, List.of(entries));
    }

    @Test
    void isHandedOutOnceItIsCommittedAndDurableHere() {
        Solo solo = follower(100_000);
        assertThat(handedOut(solo.receive(B, commits(3, Solo.entry(3, 2), Solo.entry(4, 2)))))
                .containsExactly(1L, 2L);
        assertThat(handedOut(solo.disk())).containsExactly(3L);
        assertThat(handedOut(solo.receive(B, Solo.append(2, 1, 4, 2, 4)))).containsExactly(4L);
    }

    @Test
    void noMoreIsHandedOutThanTheLimitUntilSomeOfItIsApplied() {
        Solo solo = follower(2 * ENTRY_BYTES + 1);
        Entry[] entries = {Solo.entry(3, 2), Solo.entry(4, 2), Solo.entry(5, 2), Solo.entry(6, 2)};
        solo.receive(B, commits(6, entries));
        solo.disk();
        solo.step(new Input.Applied(1));
        // The configuration's entry, 1, is heavier than the limit, and still went out, alone.
        assertThat(handedOut(solo.step(new Input.Applied(2)))).isNotEmpty().doesNotContain(6L);
        assertThat(handedOut(solo.step(new Input.Applied(4)))).contains(6L);
        assertThat(solo.status().appliedIndex()).isEqualTo(4);
    }

    @Test
    void whatWasNeverHandedOutIsNotApplied() {
        Solo solo = follower(100_000);
        assertThatThrownBy(() -> solo.step(new Input.Applied(1))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSnapshotOfWhatIsNotAppliedIsABug() {
        Solo solo = follower(100_000);
        solo.receive(B, commits(2));
        solo.step(new Input.Applied(1));
        assertThatThrownBy(() -> solo.step(new Input.SnapshotTaken(2))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void afterAnInstalledSnapshotWhatFollowsItIsHandedOutAndNothingElse() {
        Solo solo = follower(100_000);
        solo.receive(B, commits(2));
        SnapshotMeta at9 = new SnapshotMeta(9, 2, 0, 1, solo.status().configuration());
        solo.receive(B, new Message.SnapshotChunk(2, 1, 1, at9, 0, new byte[1], true));
        solo.step(new Input.ChunkStored(at9, 1, true));
        solo.disk();
        solo.receive(B, Solo.append(2, 1, 9, 2, 10, Solo.entry(10, 2)));
        assertThat(handedOut(solo.disk())).containsExactly(10L);
    }
}
