package io.capstan.registry;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Failure;
import io.capstan.actors.NodeId;
import io.capstan.registry.core.RowCodecs;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Names on three real nodes. */
class NamesClusterTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final AtomicInteger COUNT = new AtomicInteger();

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c");

    private static final Members members = Members.of(cluster);

    private final Name<String> name = Name.of("stock-" + COUNT.incrementAndGet(), String.class);

    @BeforeEach
    void everybodyIsThere() {
        cluster.awaitConverged();
    }

    private Optional<String> shown(String member) {
        return members.names(member).whereis(name).map(Probe::id);
    }

    private boolean shows(String member, Probe<String> process) {
        return shown(member).filter(process.id()::equals).isPresent();
    }

    private boolean free(String... on) {
        return List.of(on).stream()
                .allMatch(member -> members.names(member).whereis(name).isEmpty());
    }

    @Test
    void whoeverIsToldYesIsFoundOnEveryNodeAtOnce() {
        Probe<String> stock = Probe.of(members.node("a"));

        done(members.names("a").register(name, stock.ref(), SOON));

        for (String member : cluster.names()) {
            assertThat(shown(member)).as("whereis on " + member).contains(stock.id());
            assertThat(members.names(member).registeredNames()).contains(name.value());
            assertThat(members.names(member).owner(name).map(Owner::node))
                    .contains(members.node("a").id());
        }
        members.names("c").send(name, "hello");
        cluster.await("the message arrives", () -> stock.received().equals(List.of("hello")));
    }

    @Test
    void aNameThatSomebodyHasIsRefusedToEverybodyElse() {
        done(members.names("a").register(name, Probe.of(members.node("a")).ref(), SOON));

        assertThatThrownBy(() -> done(members.names("b")
                        .register(name, Probe.of(members.node("b")).ref(), SOON)))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(NameFailure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(NameFailure.Kind.TAKEN);
                    assertThat(failure.next()).isEqualTo(Failure.Next.DO_NOT_RETRY);
                });
    }

    @Test
    void ofManyWhoRegisterAtOnceExactlyOneIsToldYes() {
        AtomicInteger yes = new AtomicInteger();
        AtomicInteger no = new AtomicInteger();
        for (int i = 0; i < 5; i++) {
            for (String member : cluster.names()) {
                members.names(member)
                        .register(name, Probe.of(members.node(member)).ref(), SOON)
                        .whenComplete((done, failed) -> {
                            (failed == null ? yes : no).incrementAndGet();
                        });
            }
        }
        cluster.await("all are answered", () -> yes.get() + no.get() == 15);
        assertThat(yes).hasValue(1);
    }

    @Test
    void aNameIsFreeAsSoonAsItsProcessStops() {
        Probe<String> stock = Probe.of(members.node("a"));
        done(members.names("a").register(name, stock.ref(), SOON));

        stock.ref().tell("stop");

        cluster.await("the name is free everywhere", () -> free("a", "b", "c"));
        done(members.names("b").register(name, Probe.of(members.node("b")).ref(), SOON));
    }

    @Test
    void reRegisterTakesTheNameFromAnotherNode() {
        Probe<String> before = Probe.of(members.node("a"));
        Probe<String> after = Probe.of(members.node("b"));
        done(members.names("a").register(name, before.ref(), SOON));

        done(members.names("b").reRegister(name, after.ref(), SOON));

        for (String member : cluster.names()) {
            assertThat(shown(member)).contains(after.id());
        }
        before.ref().tell("stop");
        cluster.await("the former owner stops", before::hasStopped);
        assertThat(shown("c")).contains(after.id());
    }

    @Test
    void whoHasSyncedShowsTheNamesOfAllItSees() {
        cluster.crash("c");
        Probe<String> stock = Probe.of(members.node("a"));
        done(members.names("a").register(name, stock.ref(), SOON));
        cluster.restart("c").awaitConverged();

        done(members.names("c").sync(SOON));

        assertThat(shown("c")).contains(stock.id());
    }

    @Test
    void whoeverStillWaitsIsAnsweredWhenHisNodeStops() {
        CompletionStage<ActorRef<String>> awaited = members.names("c").await(name, Duration.ofMinutes(10));

        cluster.stop("c").restart("c");

        assertThat(awaited.toCompletableFuture())
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class) // Not that it was too late.
                .havingCause()
                .isInstanceOf(NameFailure.class);
    }

    @Test
    void anyNodeMayUnregister() {
        done(members.names("a").register(name, Probe.of(members.node("a")).ref(), SOON));

        assertThat(done(members.names("c").unregister(name, SOON))).isTrue();

        cluster.await("the name is free everywhere", () -> free("a", "b", "c"));
        assertThat(done(members.names("c").unregister(name, SOON))).isFalse();
    }

    @Test
    void awaitIsAnsweredWhenSomebodyRegisters() {
        CompletionStage<ActorRef<String>> awaited = members.names("c").await(name, SOON);
        Probe<String> stock = Probe.of(members.node("a"));
        done(members.names("a").register(name, stock.ref(), SOON));

        assertThat(Probe.id(done(awaited))).isEqualTo(stock.id());
        assertThatThrownBy(() -> done(members.names("c").await(Name.of("nobody", String.class), Duration.ofMillis(50))))
                .cause()
                .isInstanceOf(NameFailure.class)
                .hasMessageContaining("nobody");
    }

    @Test
    void aProcessWhoseReferenceIsTooLongIsRefusedAndNamesGoOn() {
        Probe<String> deep = Probe.ofLongReference(members.node("a"), RowCodecs.PROCESS_BYTES_MAX);

        assertThatThrownBy(() -> done(members.names("a").register(name, deep.ref(), SOON)))
                .cause()
                .isInstanceOfSatisfying(NameFailure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(NameFailure.Kind.REFERENCE_TOO_LONG);
                    assertThat(failure.next()).isEqualTo(Failure.Next.DO_NOT_RETRY);
                    assertThat(failure).hasMessageContaining("at most " + RowCodecs.PROCESS_BYTES_MAX + " bytes");
                });
        done(members.names("b").register(name, Probe.of(members.node("b")).ref(), SOON));
    }

    @Test
    void aNodeWhoseNamesOrGroupsDieIsSoonGoneAndHoldsUpNoRegister() {
        for (String vital : List.of("capstan-names", "capstan-groups")) {
            NodeId broken = members.node("c").id();
            ActorSystem<?> system = cluster.system("c");
            ActorRef<Object> actor =
                    ActorRefResolver.get(system).resolveActorRef(system.address() + "/system/" + vital);
            Adapter.toClassic(actor).tell(PoisonPill.getInstance(), null);

            cluster.await("c is gone", () -> !members.node("a").nodes().contains(broken));
            Name<String> free = Name.of(name + vital, String.class);
            done(members.names("a").register(free, Probe.of(members.node("a")).ref(), SOON));
            cluster.crash("c").restart("c").awaitConverged();
        }
    }

    @Test
    void aCrashedNodesNamesAreFreeAndItsNextRunBringsNoneBack() {
        done(members.names("c").register(name, Probe.of(members.node("c")).ref(), SOON));

        cluster.crash("c");

        cluster.await("the name is free on the others", () -> free("a", "b"));
        Probe<String> heir = Probe.of(members.node("a"));
        done(members.names("a").register(name, heir.ref(), SOON));
        cluster.restart("c");
        cluster.awaitConverged();
        cluster.await("the returned node shows the heir", () -> shows("c", heir));
        assertThat(shown("a")).contains(heir.id());
    }

    @Test
    void bothSidesMayOwnANameAndHealKeepsOne() {
        members.split("a");
        Probe<String> one = Probe.of(members.node("a"));
        Probe<String> other = Probe.of(members.node("b"));
        Terms<String> tell =
                Terms.<String>within(SOON).onConflict(OnConflict.tellLoser(conflict -> "lost " + conflict.name()));
        done(members.names("a").register(name, one.ref(), tell));
        done(members.names("b").register(name, other.ref(), tell));
        // A refused claim of an owner changes nothing of what he is told.
        assertThatThrownBy(() -> done(members.names("a").register(name, one.ref(), SOON)));
        assertThatThrownBy(() -> done(members.names("b").register(name, other.ref(), SOON)));
        assertThat(shown("a")).contains(one.id());
        assertThat(shown("c")).contains(other.id());

        members.heal();

        cluster.await(
                "exactly one is told that it lost",
                () -> one.received().size() + other.received().size() == 1);
        Probe<String> winner = one.received().isEmpty() ? one : other;
        Probe<String> loser = winner == one ? other : one;
        assertThat(loser.received()).containsExactly("lost " + name);
        for (String member : cluster.names()) {
            cluster.await(member + " shows the winner", () -> shows(member, winner));
        }
    }

    @Test
    void theLoserIsStoppedUnlessItAskedToBeTold() {
        members.split("a");
        Probe<String> one = Probe.of(members.node("a"));
        Probe<String> other = Probe.of(members.node("b"));
        done(members.names("a").register(name, one.ref(), SOON));
        done(members.names("b").register(name, other.ref(), SOON));

        members.heal();

        cluster.await("one of them stops", () -> one.hasStopped() || other.hasStopped());
        Probe<String> winner = one.hasStopped() ? other : one;
        cluster.await("all show the winner", () -> cluster.names().stream().allMatch(m -> shows(m, winner)));
        assertThat(winner.hasStopped()).isFalse();
    }

    @Test
    void aResolverOfTheUsersDecidesWhoRemains() {
        for (String member : cluster.names()) {
            members.names(member)
                    .resolver(
                            name,
                            (of, owners) -> owners.stream()
                                    .filter(owner -> owner.path()
                                            .name()
                                            .equals(owners.stream()
                                                    .map(o -> o.path().name())
                                                    .min(String::compareTo)
                                                    .orElseThrow()))
                                    .findFirst());
        }
        members.split("a");
        Probe<String> one = Probe.of(members.node("a"));
        Probe<String> other = Probe.of(members.node("b"));
        boolean firstIsLower =
                one.ref().path().name().compareTo(other.ref().path().name()) < 0;
        Terms<String> resolve = Terms.<String>within(SOON).onConflict(OnConflict.resolve(conflict -> "lost"));
        done(members.names("a").register(name, one.ref(), resolve));
        done(members.names("b").register(name, other.ref(), resolve));

        members.heal();

        Probe<String> winner = firstIsLower ? one : other;
        Probe<String> loser = firstIsLower ? other : one;
        cluster.await("the loser is told", () -> loser.received().equals(List.of("lost")));
        cluster.await("all show the winner", () -> cluster.names().stream().allMatch(m -> shows(m, winner)));
        assertThat(winner.received()).isEmpty();
    }

    @Test
    void aResolverThatTakesLongHoldsUpNoOtherName() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch decide = new CountDownLatch(1);
        for (String member : cluster.names()) {
            members.names(member).resolver(name, (of, owners) -> {
                asked.countDown();
                uninterruptibly(decide);
                return Optional.of(owners.get(0));
            });
        }
        try {
            members.split("a");
            Probe<String> one = Probe.of(members.node("a"));
            Probe<String> other = Probe.of(members.node("b"));
            Terms<String> resolve = Terms.<String>within(SOON).onConflict(OnConflict.resolve(conflict -> "lost"));
            done(members.names("a").register(name, one.ref(), resolve));
            done(members.names("b").register(name, other.ref(), resolve));
            members.heal();
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

            Name<String> another = Name.of(name + "-meanwhile", String.class);
            done(members.names("a")
                    .register(another, Probe.of(members.node("a")).ref(), SOON));

            decide.countDown();
            cluster.await(
                    "one of them is told",
                    () -> one.received().size() + other.received().size() == 1);
        } finally {
            decide.countDown();
        }
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aCutThatAThirdNodeBridgesSplitsNoName() {
        Probe<String> stock = Probe.of(members.node("a"));
        done(members.names("a").register(name, stock.ref(), SOON));

        cluster.cut("a").from("b");
        cluster.await(
                "a and b have no link",
                () -> members.node("a").nodes().size() == 1
                        && members.node("b").nodes().size() == 1);

        assertThat(shown("b")).contains(stock.id());
        assertThatThrownBy(() -> done(members.names("b")
                        .register(name, Probe.of(members.node("b")).ref(), SOON)))
                .cause()
                .isInstanceOfSatisfying(
                        NameFailure.class, failure -> assertThat(failure.kind()).isEqualTo(NameFailure.Kind.TAKEN));
        Name<String> another = Name.of(name + "-bridged", String.class);
        done(members.names("b").register(another, Probe.of(members.node("b")).ref(), SOON));
        assertThat(members.names("a").whereis(another)).isPresent();
    }

    @Test
    void whatIsWrongWithANameIsSaidAtOnce() {
        assertThatThrownBy(() -> Name.of("", String.class)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> Name.of("é".repeat(128), String.class)).hasMessageContaining("255 bytes");
        assertThatThrownBy(() -> members.names("a").unregister(name, Duration.ZERO))
                .hasMessageContaining("timeout-max");
        assertThat(members.names("a").whereis(name)).isEqualTo(Optional.empty());
        assertThatThrownBy(() -> members.names("a").send(name, "x")).isInstanceOf(NameFailure.class);
    }
}
