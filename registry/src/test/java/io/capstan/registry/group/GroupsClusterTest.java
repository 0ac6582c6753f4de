package io.capstan.registry.group;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Failure;
import io.capstan.registry.Members;
import io.capstan.registry.Probe;
import io.capstan.registry.core.RowCodecs;
import io.capstan.testkit.TestCluster;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups on three real nodes. */
class GroupsClusterTest {
    private static final AtomicInteger COUNT = new AtomicInteger();

    @RegisterExtension
    static final TestCluster cluster =
            Members.cluster("a", "b", "c").with("capstan.registry.groups.deletion-kept = 300ms");

    private static final Members members = Members.of(cluster);

    private final Group<String> room = Group.of("room-" + COUNT.incrementAndGet(), String.class);

    @BeforeEach
    void everybodyIsThere() {
        cluster.awaitConverged();
    }

    private Probe<String> joined(String member) {
        Probe<String> probe = Probe.of(members.node(member));
        done(members.groups(member).join(room, probe.ref()));
        return probe;
    }

    private void everywhere(List<Probe<String>> present) {
        List<String> expected = present.stream().map(Probe::id).sorted().toList();
        for (String member : cluster.names()) {
            cluster.await(
                    member + " shows " + expected,
                    () -> ids(members.groups(member).members(room)).equals(expected));
        }
    }

    private static List<String> ids(List<ActorRef<String>> members) {
        return members.stream().map(Probe::id).sorted().toList();
    }

    private static String told(GroupEvent<String> event) {
        if (event instanceof GroupEvent.Members<String> members) {
            return "members " + ids(members.members());
        } else if (event instanceof GroupEvent.Joined<String> joined) {
            return "joined " + ids(joined.processes());
        }
        return "left " + ids(((GroupEvent.Left<String>) event).processes());
    }

    private void createAndDelete(Group<String> group) {
        done(CreatedGroups.get(members.node("a")).create(group));
        for (String member : cluster.names()) {
            cluster.await(
                    member + " has it",
                    () -> CreatedGroups.get(members.node(member)).groups().contains(group.name()));
        }
        done(CreatedGroups.get(members.node("b")).delete(group));
        cluster.await(
                "no node remembers it",
                () -> cluster.names().stream().noneMatch(member -> marks(member).contains(group.name())));
    }

    private static SortedSet<String> marks(String member) {
        return members.groups(member).groups("capstan-created");
    }

    @Test
    void aCreatedGroupThatWasDeletedLeavesNothingBehindOnAnyNode() {
        createAndDelete(room);
        createAndDelete(Group.of(room.name() + "-later", String.class));
        for (String member : cluster.names()) {
            assertThat(marks(member)).as(member).doesNotContain(room.name());
        }
    }

    @Test
    void aProcessWhoseReferenceIsTooLongIsRefusedAndGroupsGoOn() {
        Probe<String> deep = Probe.ofLongReference(members.node("a"), RowCodecs.PROCESS_BYTES_MAX);

        assertThatThrownBy(() -> done(members.groups("a").join(room, deep.ref())))
                .cause()
                .isInstanceOfSatisfying(GroupFailure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(GroupFailure.Kind.REFERENCE_TOO_LONG);
                    assertThat(failure.next()).isEqualTo(Failure.Next.DO_NOT_RETRY);
                });
        everywhere(List.of(joined("a")));
    }

    @Test
    void whoJoinsIsSeenOnEveryNodeAndGetsWhatIsPublished() {
        Probe<String> ann = joined("a");
        assertThat(members.groups("a").members(room)).containsExactly(ann.ref());
        Probe<String> bob = joined("b");
        everywhere(List.of(ann, bob));
        assertThat(members.groups("a").localMembers(room)).containsExactly(ann.ref());
        assertThat(members.groups("c").localMembers(room)).isEmpty();
        assertThat(members.groups("c").groups()).contains(room.name());

        members.groups("c").publish(room, "hello");

        cluster.await(
                "both are told",
                () -> ann.received().equals(List.of("hello")) && bob.received().equals(List.of("hello")));
    }

    @Test
    void whoJoinsTwiceIsThereTwiceAndLeavesTwice() {
        Probe<String> ann = joined("a");
        done(members.groups("a").join(room, ann.ref()));
        everywhere(List.of(ann, ann));

        assertThat(done(members.groups("a").leave(room, ann.ref()))).isTrue();
        everywhere(List.of(ann));
        assertThat(done(members.groups("a").leave(room, ann.ref()))).isTrue();
        everywhere(List.of());
        assertThat(done(members.groups("a").leave(room, ann.ref()))).isFalse();
        assertThat(members.groups("b").groups()).doesNotContain(room.name());
    }

    @Test
    void whoStopsHasLeftAllItsGroups() {
        Probe<String> ann = joined("a");
        Group<String> other = Group.in("staff", room.name(), String.class);
        done(members.groups("a").join(other, ann.ref()));
        everywhere(List.of(ann));
        cluster.await(
                "b shows the other scope",
                () -> members.groups("b").members(other).size() == 1);
        assertThat(members.groups("b").groups("staff")).contains(room.name());

        ann.ref().tell("stop");

        everywhere(List.of());
        cluster.await("b shows nobody", () -> members.groups("b").members(other).isEmpty());
    }

    @Test
    void aMonitorGetsTheMembersAndThenExactlyTheChanges() {
        Probe<String> ann = joined("a");
        everywhere(List.of(ann));
        Probe<GroupEvent<String>> listener = Probe.listening(members.node("c"));
        done(members.groups("c").monitor(room, listener.ref()));
        Probe<String> bob = joined("b");
        everywhere(List.of(ann, bob));
        done(members.groups("b").join(room, bob.ref()));
        everywhere(List.of(ann, bob, bob));
        ann.ref().tell("stop");
        everywhere(List.of(bob, bob));
        bob.ref().tell("stop");
        everywhere(List.of());

        cluster.await("all is told", () -> listener.received().size() == 5);
        assertThat(listener.received().stream().map(GroupsClusterTest::told))
                .containsExactly(
                        "members " + List.of(ann.id()),
                        "joined [" + bob.id() + "]",
                        "joined [" + bob.id() + "]",
                        "left [" + ann.id() + "]",
                        "left " + List.of(bob.id(), bob.id()));
        assertThat(done(members.groups("c").demonitor(room, listener.ref()))).isTrue();
        assertThat(done(members.groups("c").demonitor(room, listener.ref()))).isFalse();
    }

    @Test
    void changesOnBothSidesOfASplitMergeWhenItHeals() {
        Probe<String> ann = joined("a");
        Probe<String> bob = joined("b");
        everywhere(List.of(ann, bob));

        cluster.cut("a").from("b", "c");
        cluster.await(
                "a shows its own side",
                () -> ids(members.groups("a").members(room)).equals(List.of(ann.id())));
        cluster.await(
                "c shows its own side",
                () -> ids(members.groups("c").members(room)).equals(List.of(bob.id())));
        Probe<String> eve = joined("a");
        assertThat(done(members.groups("b").leave(room, bob.ref()))).isTrue();
        Probe<String> dan = joined("c");
        cluster.heal().awaitConverged();

        everywhere(List.of(ann, eve, dan));
    }

    @Test
    void aCrashedNodesMembersAreGoneAndItsNextRunBringsNoneBack() {
        Probe<String> ann = joined("a");
        joined("c");
        cluster.await("a shows both", () -> members.groups("a").members(room).size() == 2);

        cluster.crash("c");

        cluster.await(
                "they are gone", () -> ids(members.groups("a").members(room)).equals(List.of(ann.id())));
        cluster.restart("c");
        cluster.awaitConverged();
        everywhere(List.of(ann));
    }

    @Test
    void onlyProcessesOfThisNodeJoinHere() {
        Probe<String> ann = joined("a");
        everywhere(List.of(ann));
        ActorRef<String> remote = members.groups("b").members(room).get(0);

        assertThatThrownBy(() -> done(members.groups("b").join(room, remote)))
                .cause()
                .isInstanceOfSatisfying(
                        GroupFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(GroupFailure.Kind.NOT_LOCAL));
    }
}
