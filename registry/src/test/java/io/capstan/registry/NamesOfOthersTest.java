package io.capstan.registry;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one node does about names and processes of another: forwarded registers, metadata, monitors. */
class NamesOfOthersTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final AtomicInteger COUNT = new AtomicInteger();

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c");

    private static final Members members = Members.of(cluster);

    private final Name<String> name = Name.of("other-" + COUNT.incrementAndGet(), String.class);

    @BeforeEach
    void everybodyIsThere() {
        cluster.awaitConverged();
    }

    /** The process of {@code home} as {@code seenFrom} knows it. */
    private ActorRef<String> remote(Probe<String> process, String home, String seenFrom) {
        Name<String> finder = Name.of("finder-" + process.id(), String.class);
        done(members.names(home).register(finder, process.ref(), SOON));
        return members.names(seenFrom).whereis(finder).orElseThrow();
    }

    private boolean all(Probe<String> process) {
        return cluster.names().stream()
                .allMatch(member ->
                        members.names(member).whereis(name).map(Probe::id).equals(Optional.of(process.id())));
    }

    @Test
    void aProcessOfAnotherNodeIsRegisteredByItsOwn() {
        Probe<String> stock = Probe.of(members.node("a"));

        done(members.names("b").register(name, remote(stock, "a", "b"), SOON));

        assertThat(all(stock)).isTrue();
        assertThat(members.names("c").owner(name).map(Owner::node))
                .contains(members.node("a").id());
        stock.ref().tell("stop");
        cluster.await("the name is free", () -> members.names("b").whereis(name).isEmpty());
    }

    @Test
    void whoRegisteredAProcessOfAnotherNodeTellsItThatItLost() {
        Probe<String> one = Probe.of(members.node("a"));
        Probe<String> other = Probe.of(members.node("c"));
        Terms<String> tell =
                Terms.<String>within(SOON).onConflict(OnConflict.tellLoser(conflict -> "lost " + conflict.name()));
        ActorRef<String> fromB = remote(one, "a", "b");
        members.split("c");
        done(members.names("b").register(name, fromB, tell));
        done(members.names("c").register(name, other.ref(), tell));

        members.heal();

        cluster.await(
                "exactly one is told",
                () -> one.received().size() + other.received().size() == 1);
        assertThat(List.of(one.received(), other.received())).contains(List.of("lost " + name));
    }

    @Test
    void aProcessOfANodeThatIsAwayIsRefusedAtOnce() {
        Probe<String> away = Probe.of(members.node("c"));
        ActorRef<String> seen = remote(away, "c", "a");
        members.split("c");

        assertThatThrownBy(() -> done(members.names("a").register(name, seen, SOON)))
                .cause()
                .isInstanceOfSatisfying(
                        NameFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(NameFailure.Kind.NO_CONNECTION));
        members.heal();
    }

    @Test
    void metadataIsShownWithTheOwnerEverywhere() {
        Probe<String> stock = Probe.of(members.node("a"));

        done(members.names("a")
                .register(name, stock.ref(), Terms.<String>within(SOON).metadata(Metadata.of("v1"))));

        for (String member : cluster.names()) {
            assertThat(members.names(member).owner(name).orElseThrow().metadata())
                    .isEqualTo(Metadata.of("v1"));
        }
    }

    @Test
    void updatesOfMetadataFromAllNodesAtOnceLoseNone() {
        Probe<String> stock = Probe.of(members.node("a"));
        done(members.names("a")
                .register(name, stock.ref(), Terms.<String>within(SOON).metadata(Metadata.of("0"))));

        List<CompletionStage<Metadata>> updates = cluster.names().stream()
                .flatMap(member -> IntStream.range(0, 20)
                        .mapToObj(i -> members.names(member)
                                .update(name, old -> Metadata.of("" + (Integer.parseInt(old.text()) + 1)), SOON)))
                .toList();
        updates.forEach(Members::done);

        for (String member : cluster.names()) {
            assertThat(members.names(member)
                            .owner(name)
                            .orElseThrow()
                            .metadata()
                            .text())
                    .isEqualTo("60");
        }
        assertThat(all(stock)).isTrue();
        assertThatThrownBy(() -> done(members.names("b").update(Name.of("nobody", String.class), old -> old, SOON)))
                .cause()
                .hasMessageContaining("nobody has");
    }

    @Test
    void aMonitorOfANameIsToldHowItIsAndThenEveryChange() {
        Probe<NameEvent<String>> listener = Probe.listening(members.node("c"));
        done(members.names("c").monitor(name, listener.ref()));
        Probe<String> first = Probe.of(members.node("a"));
        Probe<String> second = Probe.of(members.node("b"));
        done(members.names("a").register(name, first.ref(), SOON));
        done(members.names("b").update(name, old -> Metadata.of("new"), SOON));
        done(members.names("b").reRegister(name, second.ref(), SOON));
        // What is over before it was shown there is no change there.
        cluster.await("c shows the second", () -> listener.received().size() == 4);
        second.ref().tell("stop");

        cluster.await("all is told", () -> listener.received().size() == 5);
        assertThat(listener.received().stream().map(this::told))
                .containsExactly("free", first.id() + " ", first.id() + " new", second.id() + " ", "free");
        assertThat(done(members.names("c").demonitor(name, listener.ref()))).isTrue();
        assertThat(done(members.names("c").demonitor(name, listener.ref()))).isFalse();
    }

    private String told(NameEvent<String> event) {
        return event instanceof NameEvent.Owned<String> owned
                ? Probe.id(owned.owner().process()) + " " + owned.owner().metadata()
                : "free";
    }

    @Test
    void namesAreFoundByTheirBeginning() {
        for (String each : List.of("room/1", "room/2", "hall/1")) {
            done(members.names("a")
                    .register(
                            Name.of(name + "-" + each, String.class),
                            Probe.of(members.node("a")).ref(),
                            SOON));
        }
        assertThat(members.names("c").registeredNames(name + "-room/"))
                .containsExactly(name + "-room/1", name + "-room/2");
    }
}
