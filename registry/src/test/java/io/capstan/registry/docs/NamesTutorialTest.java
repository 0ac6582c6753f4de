package io.capstan.registry.docs;

import static io.capstan.registry.Members.done;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Node;
import io.capstan.registry.AvailableNames;
import io.capstan.registry.ConsistentNames;
import io.capstan.registry.Incumbent;
import io.capstan.registry.Members;
import io.capstan.registry.Metadata;
import io.capstan.registry.Name;
import io.capstan.registry.NameEvent;
import io.capstan.registry.NameFailure;
import io.capstan.registry.Names;
import io.capstan.registry.OnConflict;
import io.capstan.registry.Owner;
import io.capstan.registry.Probe;
import io.capstan.registry.Standby;
import io.capstan.registry.Terms;
import io.capstan.registry.group.Group;
import io.capstan.registry.group.GroupEvent;
import io.capstan.registry.group.Groups;
import io.capstan.testkit.TestCluster;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("What the README of names and groups shows")
@Timeout(120)
class NamesTutorialTest {
    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c")
            .with("capstan.raft.voters = [a, b, c]\n" + "capstan.registry.consistent { start = on, session-ttl = 2s }");

    private static final Members members = Members.of(cluster);

    // #name
    static final Name<String> PRINTER = Name.of("printer", String.class);
    // #name

    // #group
    static final Group<String> ROOM = Group.of("room-42", String.class);
    // #group

    private static Node node(String name) {
        return members.node(name);
    }

    @Test
    void aNameIsOneProcessOfTheWholeCluster() {
        Node node = node("a");
        Probe<String> printer = Probe.of(node);
        ActorRef<String> ref = printer.ref();
        // #register
        AvailableNames names = Names.get(node);
        Terms<String> terms = Terms.<String>within(ofSeconds(3)).metadata(Metadata.of("second floor"));
        CompletionStage<?> registered = names.register(PRINTER, ref, terms); // done: every visible node shows it
        // #register
        done(registered);
        names = Names.get(node("b"));
        // #find
        Optional<ActorRef<String>> printerThere = names.whereis(PRINTER); // local, tens of nanoseconds
        Optional<Owner<String>> owner = names.owner(PRINTER); // with its node and metadata
        names.send(PRINTER, "hello");
        CompletionStage<ActorRef<String>> sometime = names.await(PRINTER, ofSeconds(10));
        // #find
        assertThat(printerThere).isPresent();
        assertThat(owner.orElseThrow().node().name()).isEqualTo("a");
        assertThat(Probe.id(done(sometime))).isEqualTo(printer.id());
        assertThatThrownBy(() -> done(Names.get(node("c"))
                        .register(PRINTER, Probe.of(node("c")).ref(), ofSeconds(3))))
                .cause()
                .isInstanceOfSatisfying(
                        NameFailure.class, taken -> assertThat(taken.kind()).isEqualTo(NameFailure.Kind.TAKEN));
    }

    @Test
    void whoLosesAfterASplitIsTreatedAsItChose() {
        Probe<String> one = Probe.of(node("a"));
        Probe<String> other = Probe.of(node("c"));
        Name<String> name = Name.of("spool", String.class);
        members.split("c");
        // #conflict
        OnConflict<String> told = OnConflict.tellLoser(
                conflict -> "you lost " + conflict.name()); // stopLoser() is the default; also tellAll, resolve
        Terms<String> terms = new Terms<>(ofSeconds(3), Metadata.NONE, told);
        // #conflict
        done(Names.get(node("a")).register(name, one.ref(), terms));
        done(Names.get(node("c")).register(name, other.ref(), terms));
        members.heal();
        cluster.await(
                "one of them is told",
                () -> one.received().size() + other.received().size() == 1);
    }

    @Test
    void oneOfSeveralStandbysRuns() {
        Node node = node("b");
        Name<String> name = Name.of("biller", String.class);
        // #standby
        Standby standby = Names.get(node).keepOne(name, () -> biller()); // the same on every node
        // #standby
        ActorRef<String> running = done(Names.get(node("a")).await(name, ofSeconds(10)));
        assertThat(running).isNotNull();
        standby.close();
    }

    private static Behavior<String> biller() {
        return Behaviors.ignore();
    }

    @Test
    void changesOfANameAreTold() {
        Node node = node("a");
        Name<String> name = Name.of("clock", String.class);
        Probe<NameEvent<String>> probe = Probe.listening(node);
        ActorRef<NameEvent<String>> listener = probe.ref();
        // #monitor
        done(Names.get(node).monitor(name, listener)); // Free or Owned first, then every change
        // #monitor
        done(Names.get(node("b")).register(name, Probe.of(node("b")).ref(), ofSeconds(3)));
        cluster.await("both are told", () -> probe.received().size() == 2);
        assertThat(probe.received().get(0)).isInstanceOf(NameEvent.Free.class);
    }

    @Test
    void aConsistentNameHasOneOwnerInEachEpoch() {
        Node node = node("a");
        Name<String> name = Name.of("ledger", String.class);
        // #consistent
        ConsistentNames names = ConsistentNames.get(node);
        CompletionStage<Incumbent<String>> started = names.start(
                name,
                fence -> Behaviors.receiveMessage(entry -> {
                    write(entry, fence.epoch()); // what it writes to refuses whoever comes with a lower epoch
                    return Behaviors.same();
                }),
                Terms.within(ofSeconds(5)));
        // #consistent
        Incumbent<String> owner = done(started);
        // #epoch
        CompletionStage<Void> taken = names.send(name, owner.epoch(), "entry", ofSeconds(2)); // or STALE_EPOCH
        // #epoch
        done(taken);
    }

    private static void write(String entry, Optional<?> epoch) {
        assertThat(entry).isEqualTo("entry");
        assertThat(epoch).isPresent();
    }

    @Test
    void aGroupIsEverybodyWhoJoined() {
        Node node = node("a");
        Probe<String> member = Probe.of(node);
        Probe<GroupEvent<String>> events = Probe.listening(node);
        ActorRef<String> ref = member.ref();
        ActorRef<GroupEvent<String>> listener = events.ref();
        // #join
        Groups groups = Groups.get(node);
        groups.join(ROOM, ref); // leaves by itself when it stops
        groups.monitor(ROOM, listener); // the members, then exactly every join and leave
        groups.publish(ROOM, "hello"); // one message to each node, handed out there
        List<ActorRef<String>> everybody = groups.members(ROOM);
        // #join
        assertThat(everybody.size()).isLessThanOrEqualTo(1);
        cluster.await("c sees it", () -> Groups.get(node("c")).members(ROOM).size() == 1);
        cluster.await("it is told", () -> !events.received().isEmpty());
    }
}
