package io.capstan.registry.group;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.registry.Members;
import io.capstan.registry.Metadata;
import io.capstan.registry.Probe;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What groups are for: publishing, calling, metadata, and listening, on three real nodes. */
class GroupMessagesTest {
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** Asks for a word. */
    record Ask(ActorRef<String> replyTo) {}

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c")
            .with("pekko.actor.serialization-bindings { \"" + Ask.class.getName() + "\" = jackson-cbor }");

    private static final Members members = Members.of(cluster);

    private final Group<String> room = Group.of("hall-" + COUNT.incrementAndGet(), String.class);

    @BeforeEach
    void everybodyIsThere() {
        cluster.awaitConverged();
    }

    private Probe<String> member(String of) {
        return Probe.of(members.node(of));
    }

    private void awaitMembers(Group<?> group, int count) {
        for (String each : cluster.names()) {
            cluster.await(
                    each + " shows " + count + " members",
                    () -> members.groups(each).members(group).size() == count);
        }
    }

    @Test
    void aListJoinsAndLeavesTogether() {
        Probe<String> one = member("a");
        Probe<String> two = member("a");
        done(members.groups("a").join(room, List.of(one.ref(), two.ref(), one.ref())));
        awaitMembers(room, 3);

        assertThat(done(members.groups("a").leave(room, List.of(one.ref(), two.ref()))))
                .isTrue();
        awaitMembers(room, 1);
        assertThat(done(members.groups("a").leave(room, List.of(two.ref())))).isFalse();
        assertThat(members.groups("a").members(room)).containsExactly(one.ref());
    }

    @Test
    void whatIsPublishedReachesEveryMemberOnceHoweverOftenItJoined() {
        List<Probe<String>> all = List.of(member("a"), member("b"), member("b"), member("c"));
        done(members.groups("a").join(room, List.of(all.get(0).ref(), all.get(0).ref())));
        done(members.groups("b").join(room, List.of(all.get(1).ref(), all.get(2).ref())));
        done(members.groups("b").join(room, all.get(1).ref()));
        done(members.groups("c").join(room, all.get(3).ref()));
        awaitMembers(room, 6);

        for (String each : List.of("one", "two", "three")) {
            members.groups("a").publish(room, each);
        }

        for (Probe<String> one : all) {
            cluster.await("all three arrive in order", () -> one.received().equals(List.of("one", "two", "three")));
        }
        members.groups("b").publishLocally(room, "here");
        cluster.await(
                "b's two hear it",
                () -> all.get(1).received().contains("here")
                        && all.get(2).received().contains("here"));
        assertThat(all.get(0).received()).hasSize(3);
    }

    @Test
    void aCallHasTheReplyOfEveryMemberOrWhyThereIsNone() {
        Group<Ask> workers = Group.of("workers-" + COUNT.incrementAndGet(), Ask.class);
        for (String each : cluster.names()) {
            ActorRef<Ask> worker = members.node(each)
                    .spawn(
                            Behaviors.receiveMessage(ask -> {
                                ask.replyTo().tell("from " + each);
                                return Behaviors.same();
                            }),
                            "worker-" + COUNT.incrementAndGet());
            done(members.groups(each).join(workers, worker));
        }
        ActorRef<Ask> mute = members.node("a").spawn(Behaviors.ignore(), "mute-" + COUNT.incrementAndGet());
        done(members.groups("a").join(workers, mute));
        awaitMembers(workers, 4);

        Replies<Ask, String> replies =
                done(members.groups("a").<Ask, String>call(workers, Ask::new, Duration.ofSeconds(3)));

        assertThat(replies.replies().values()).containsExactlyInAnyOrder("from a", "from b", "from c");
        assertThat(replies.missing().keySet()).containsExactly(mute);
    }

    @Test
    void metadataIsShownWithTheMemberAndChangesInOneStep() {
        Probe<String> ann = member("a");
        done(members.groups("a").join(room, ann.ref(), Metadata.of("away")));
        awaitMembers(room, 1);
        assertThat(only("c").metadata()).isEqualTo(Metadata.of("away"));
        assertThat(only("c").node()).isEqualTo(members.node("a").id());

        assertThat(done(members.groups("a").update(room, ann.ref(), old -> Metadata.of(old + "+here"))))
                .isTrue();
        cluster.await("c shows it", () -> only("c").metadata().text().equals("away+here"));
        done(members.groups("a").join(room, ann.ref()));
        awaitMembers(room, 2);
        assertThat(only("c").metadata().text()).isEqualTo("away+here");
        assertThat(only("c").times()).isEqualTo(2);
    }

    private Member<String> only(String seenBy) {
        List<Member<String>> entries = members.groups(seenBy).entries(room);
        assertThat(entries).hasSize(1);
        return entries.get(0);
    }

    @Test
    void groupsAreFoundByScopeBeginningAndHome() {
        for (String each : List.of("x/1", "x/2", "y/1")) {
            done(members.groups("a")
                    .join(Group.in(room.name(), each, String.class), member("a").ref()));
        }
        cluster.await(
                "c shows all", () -> members.groups("c").groups(room.name()).size() == 3);

        assertThat(members.groups("c").groups(room.name(), "x/")).containsExactly("x/1", "x/2");
        assertThat(members.groups("a").localGroups(room.name())).containsExactly("x/1", "x/2", "y/1");
        assertThat(members.groups("c").localGroups(room.name())).isEmpty();
        assertThat(members.groups("c").groups("")).doesNotContain("x/1");
        assertThat(members.groups("a").members(Group.in(room.name(), "x/1", String.class), 0))
                .isEmpty();
    }

    @Test
    void aMonitorOfAScopeHearsOfAllItsGroupsAndANodesEndIsOneList() {
        Group<String> kitchen = Group.in(room.name(), "kitchen", String.class);
        List<ActorRef<String>> cooks =
                List.of(member("c").ref(), member("c").ref(), member("c").ref());
        done(members.groups("c").join(kitchen, cooks));
        awaitMembers(kitchen, 3);
        Probe<GroupEvent<Object>> listener = Probe.listening(members.node("a"));
        done(members.groups("a").monitorScope(room.name(), listener.ref()));
        done(members.groups("b")
                .join(Group.in(room.name(), "attic", String.class), member("b").ref()));
        cluster.await("the join is told", () -> listener.received().size() == 2);

        cluster.crash("c");

        cluster.await("the end is told", () -> listener.received().size() == 3);
        assertThat(listener.received().stream().map(GroupMessagesTest::told))
                .containsExactly("kitchen members 3", "attic joined 1", "kitchen left 3");
        cluster.restart("c").awaitConverged();
        assertThat(done(members.groups("a").demonitorScope(room.name(), listener.ref())))
                .isTrue();
    }

    private static String told(GroupEvent<Object> event) {
        Map.Entry<String, Integer> what = event instanceof GroupEvent.Members<Object> now
                ? Map.entry("members", now.members().size())
                : event instanceof GroupEvent.Joined<Object> joined
                        ? Map.entry("joined", joined.processes().size())
                        : Map.entry(
                                "left",
                                ((GroupEvent.Left<Object>) event).processes().size());
        return event.group().name() + " " + what.getKey() + " " + what.getValue();
    }
}
