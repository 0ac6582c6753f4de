package io.capstan.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.GroupsEffect.Changed;
import io.capstan.registry.core.GroupsEffect.Erase;
import io.capstan.registry.core.GroupsEffect.Unwatch;
import io.capstan.registry.core.GroupsEffect.Watch;
import io.capstan.registry.core.GroupsEffect.Write;
import org.junit.jupiter.api.Test;

/** Groups, rule by rule. */
class GroupsCoreTest {
    private static final NodeId A = new NodeId("a", 1);
    private static final NodeId B = new NodeId("b", 1);
    private static final Membership ROOM = new Membership("", "room", "p");
    private static final Membership HALL = new Membership("", "hall", "p");

    private final GroupsCore core = new GroupsCore(A);

    @Test
    void aJoinIsOneRowWhateverTheSizeOfTheGroup() {
        for (int i = 0; i < 1_000; i++) {
            core.join(new Membership("", "room", "other-" + i), null);
        }
        core.drain();

        core.join(ROOM, null);

        assertThat(core.drain())
                .containsExactly(
                        new Watch("p"), new Write(ROOM, GroupRow.of(1)), new Changed(A, ROOM, 0, 1, Metadata.NONE));
    }

    @Test
    void whoJoinsTwiceLeavesTwice() {
        core.join(ROOM, null);
        core.join(ROOM, null);
        core.drain();

        assertThat(core.leave(ROOM)).isTrue();
        assertThat(core.drain())
                .containsExactly(new Write(ROOM, GroupRow.of(1)), new Changed(A, ROOM, 2, 1, Metadata.NONE));
        assertThat(core.leave(ROOM)).isTrue();
        assertThat(core.drain())
                .containsExactly(new Erase(ROOM), new Changed(A, ROOM, 1, 0, Metadata.NONE), new Unwatch("p"));
        assertThat(core.leave(ROOM)).isFalse();
        assertThat(core.drain()).isEmpty();
    }

    @Test
    void whoStopsLeavesAllItsGroupsAtTheCostOfARowEach() {
        core.join(ROOM, null);
        core.join(HALL, null);
        core.join(HALL, null);
        core.drain();

        core.stopped("p");

        assertThat(core.drain())
                .containsExactly(
                        new Erase(ROOM),
                        new Changed(A, ROOM, 1, 0, Metadata.NONE),
                        new Erase(HALL),
                        new Changed(A, HALL, 2, 0, Metadata.NONE));
        assertThat(core.memberships()).isZero();
    }

    @Test
    void aLeaveAndAStopThatCrossAreOneLeave() {
        core.join(ROOM, null);
        core.leave(ROOM);
        core.drain();

        core.stopped("p");

        assertThat(core.drain()).isEmpty();
    }

    @Test
    void othersMembersComeAndGoWithTheirRows() {
        core.changed(B, ROOM, null, GroupRow.of(2));
        core.changed(B, ROOM, GroupRow.of(2), null);

        assertThat(core.drain())
                .containsExactly(new Changed(B, ROOM, 0, 2, Metadata.NONE), new Changed(B, ROOM, 2, 0, Metadata.NONE));
    }
}
