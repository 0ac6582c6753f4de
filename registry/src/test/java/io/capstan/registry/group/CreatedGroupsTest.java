package io.capstan.registry.group;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.registry.Members;
import io.capstan.registry.Name;
import io.capstan.registry.Names;
import io.capstan.registry.Probe;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups that are created, on three real nodes; after {@code pg2_SUITE}. */
@Timeout(60)
class CreatedGroupsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final AtomicInteger COUNT = new AtomicInteger();

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c");

    private static final Members members = Members.of(cluster);

    private final Group<String> group = Group.of("room-" + COUNT.incrementAndGet(), String.class);

    @BeforeEach
    void everybodyIsThere() {
        cluster.awaitConverged();
    }

    private static CreatedGroups groups(String member) {
        return CreatedGroups.get(members.node(member));
    }

    private void create(String on) {
        done(groups(on).create(group));
        awaitCreated("a", "b", "c");
    }

    private void awaitCreated(String... on) {
        for (String member : on) {
            cluster.await(
                    member + " has the group", () -> groups(member).groups().contains(group.name()));
        }
    }

    private boolean gone(String... on) {
        return List.of(on).stream().noneMatch(member -> groups(member).groups().contains(group.name()));
    }

    /** A process of {@code home}, as {@code elsewhere} refers to it. */
    private static ActorRef<String> seenFrom(String elsewhere, Probe<String> process, String home) {
        Name<String> name = Name.of("seen-" + COUNT.incrementAndGet(), String.class);
        done(Names.get(members.node(home)).register(name, process.ref(), SOON));
        return Names.get(members.node(elsewhere)).whereis(name).orElseThrow();
    }

    private static GroupFailure.Kind refusal(CompletionStage<?> stage) {
        try {
            done(stage);
        } catch (CompletionException e) {
            return ((GroupFailure) Objects.requireNonNull(e.getCause())).kind();
        }
        throw new AssertionError("it was done");
    }

    /** pg2's checker: all nodes show the same members, and those of each node are its local ones. */
    private boolean sane(int size) {
        return List.of("a", "b", "c").stream()
                        .allMatch(member -> groups(member).members(group).size() == size)
                && List.of("a", "b", "c").stream()
                                .mapToInt(member ->
                                        groups(member).localMembers(group).size())
                                .sum()
                        == size;
    }

    @Test
    void aGroupIsThereWithoutMembersFromItsCreationToItsDeletion() {
        assertThat(refusal(groups("a").join(group, Probe.of(members.node("a")).ref(), SOON)))
                .isEqualTo(GroupFailure.Kind.NO_SUCH_GROUP);
        assertThatThrownBy(() -> groups("a").members(group)).hasMessageContaining("nobody has created");
        create("a");
        done(groups("b").create(group));
        assertThat(groups("c").members(group)).isEmpty();
        assertThat(groups("c").closest(group)).isEmpty();
        done(groups("c").join(group, Probe.of(members.node("c")).ref(), SOON));
        cluster.await("all show the member", () -> sane(1));
        assertThat(members.groups("a").groups()).as("of pg").doesNotContain(group.name());

        assertThat(done(groups("b").delete(group))).isTrue();
        assertThat(done(groups("b").delete(group))).isFalse();

        cluster.await("it is gone everywhere", () -> gone("a", "b", "c"));
        create("c");
        cluster.await("nobody has stayed in it", () -> sane(0));
    }

    @Test
    void aProcessOfAnyNodeJoinsAndLeavesFromAnywhere() {
        create("a");
        Probe<String> process = Probe.of(members.node("b"));
        ActorRef<String> seen = seenFrom("a", process, "b");
        done(groups("a").join(group, seen, SOON));
        done(groups("b").join(group, process.ref(), SOON));
        cluster.await("it is there twice", () -> sane(2));
        assertThat(groups("b").localMembers(group)).hasSize(2);

        assertThat(done(groups("a").leave(group, seen, SOON))).isTrue();
        cluster.await("and once", () -> sane(1));
        assertThat(done(groups("a").leave(group, seen, SOON))).isTrue();
        assertThat(done(groups("a").leave(group, seen, SOON))).as("otp_7277").isFalse();
        done(groups("a").join(group, seen, SOON));
        process.ref().tell("stop");
        cluster.await("whoever stops has left", () -> sane(0));
    }

    @Test
    void theClosestMemberIsOneOfThisNodeIfThereIsAny() {
        create("a");
        Probe<String> far = Probe.of(members.node("b"));
        done(groups("b").join(group, far.ref(), SOON));
        cluster.await("all show it", () -> sane(1));
        assertThat(Probe.id(groups("a").closest(group).orElseThrow())).isEqualTo(far.id());

        Probe<String> near = Probe.of(members.node("a"));
        done(groups("a").join(group, near.ref(), SOON));
        assertThat(groups("a").closest(group)).contains(near.ref());
    }

    @Test
    void aGroupOutlivesWhoeverCreatedIt() {
        create("c");
        cluster.crash("c");
        cluster.await("c is gone", () -> members.node("a").nodes().size() == 1);
        assertThat(gone("a")).isFalse();
        cluster.restart("c").awaitConverged();
        awaitCreated("c");
    }

    @Test
    void whatWasDeletedOnOneSideOfASplitIsDeletedWhenItHeals() {
        create("a");
        done(groups("a").join(group, Probe.of(members.node("a")).ref(), SOON));
        cluster.await("all show it", () -> sane(1));
        members.split("c");
        done(groups("c").delete(group));
        members.heal();
        cluster.await("it is gone everywhere", () -> gone("a", "b", "c"));
    }
}
