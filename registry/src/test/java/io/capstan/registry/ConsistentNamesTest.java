package io.capstan.registry;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.lock.FencingToken;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Consistent names on three real nodes, all of them voters. */
@Timeout(60)
class ConsistentNamesTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final AtomicInteger COUNT = new AtomicInteger();

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c")
            .with("capstan.raft.voters = [a, b, c]\n" + "capstan.registry.consistent { start = on, session-ttl = 1s }");

    private static final Members members = Members.of(cluster);

    private final Name<String> name = Name.of("ledger-" + COUNT.incrementAndGet(), String.class);

    @BeforeEach
    void everybodyIsThere() {
        cluster.awaitConverged();
    }

    private static ConsistentNames names(String member) {
        return ConsistentNames.get(members.node(member));
    }

    /** An owner that writes down what it handled, and in which epoch; "wait" holds it up until it is let go. */
    private static final class Ledger {
        final List<String> handled = new CopyOnWriteArrayList<>();
        final CountDownLatch waits = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        final CountDownLatch stopped = new CountDownLatch(1);

        Behavior<String> behavior(Fence fence) {
            return Behaviors.receive(String.class)
                    .onMessage(String.class, message -> {
                        handled.add(message + " "
                                + fence.epoch().map(FencingToken::toString).orElse("none"));
                        if (message.equals("wait")) {
                            waits.countDown();
                            goOn.await(20, TimeUnit.SECONDS);
                        }
                        return message.equals("stop") ? Behaviors.stopped() : Behaviors.same();
                    })
                    .onSignal(PostStop.class, signal -> {
                        stopped.countDown();
                        return Behaviors.same();
                    })
                    .build();
        }
    }

    private Incumbent<String> start(String member, Ledger ledger) {
        return done(names(member).start(name, ledger::behavior, Terms.within(SOON)));
    }

    private void awaitShown(FencingToken epoch, String... on) {
        for (String member : on) {
            cluster.await(
                    member + " shows " + epoch,
                    () -> epoch(member).filter(epoch::equals).isPresent());
        }
    }

    private Optional<FencingToken> epoch(String member) {
        return names(member).incumbent(name).map(Incumbent::epoch);
    }

    private static NameFailure.Kind refusal(CompletionStage<?> stage) {
        try {
            done(stage);
        } catch (CompletionException e) {
            return ((NameFailure) Objects.requireNonNull(e.getCause())).kind();
        }
        throw new AssertionError("it was done");
    }

    @Test
    void aNameHasOneOwnerAndANewOneHasAHigherEpoch() {
        Incumbent<String> first = start("a", new Ledger());
        awaitShown(first.epoch(), "a", "b", "c");
        assertThat(refusal(names("b").start(name, new Ledger()::behavior, Terms.within(SOON))))
                .isEqualTo(NameFailure.Kind.TAKEN);
        assertThat(names("c").registeredNames(name.value())).containsExactly(name.value());

        names("c").send(name, "stop");

        cluster.await(
                "the name is free with its process",
                () -> names("b").whereis(name).isEmpty());
        Incumbent<String> second = start("b", new Ledger());
        assertThat(second.epoch()).isGreaterThan(first.epoch());
        awaitShown(second.epoch(), "a", "c");
    }

    @Test
    void whatIsSentInAnEpochTellsItAndIsRefusedInTheNext() {
        Ledger ledger = new Ledger();
        Incumbent<String> first = start("a", ledger);
        awaitShown(first.epoch(), "c");
        done(names("c").send(name, first.epoch(), "one", SOON));
        done(names("a").send(name, first.epoch(), "two", SOON));
        cluster.await("both are handled", () -> ledger.handled.size() == 2);
        assertThat(ledger.handled).containsExactly("one " + first.epoch(), "two " + first.epoch());

        assertThat(done(names("b").unregister(name, SOON))).isTrue();
        Incumbent<String> second = start("b", new Ledger());

        assertThat(refusal(names("c").send(name, first.epoch(), "three", SOON)))
                .isEqualTo(NameFailure.Kind.STALE_EPOCH);
        done(names("c").send(name, second.epoch(), "four", SOON));
        assertThat(ledger.handled).hasSize(2);
    }

    @Test
    void theEpochIsCheckedWhenTheMessageIsTakenFromTheMailbox() throws Exception {
        Ledger ledger = new Ledger();
        Incumbent<String> owner = start("a", ledger);
        awaitShown(owner.epoch(), "b");
        done(names("b").send(name, owner.epoch(), "wait", SOON));
        assertThat(ledger.waits.await(20, TimeUnit.SECONDS)).isTrue();
        CompletionStage<Void> behind = names("b").send(name, owner.epoch(), "late", SOON);

        done(names("c").unregister(name, SOON));
        cluster.await("the owner's node has heard", () -> epoch("a").isEmpty());
        ledger.goOn.countDown();

        assertThat(refusal(behind)).isEqualTo(NameFailure.Kind.STALE_EPOCH);
        assertThat(ledger.handled).containsExactly("wait " + owner.epoch());
    }

    @Test
    void aSideWithoutAMajorityRegistersNothingAndItsOwnersStop() throws Exception {
        Ledger ledger = new Ledger();
        Incumbent<String> first = start("a", ledger);
        awaitShown(first.epoch(), "b", "c");
        members.split("a");
        assertThat(refusal(names("a")
                        .register(
                                Name.of("other", String.class),
                                Probe.of(members.node("a")).ref(),
                                Duration.ofSeconds(1))))
                .isEqualTo(NameFailure.Kind.TIMED_OUT);

        cluster.await("the majority gives the name to another", () -> {
            try {
                return start("b", new Ledger()).epoch().compareTo(first.epoch()) > 0;
            } catch (CompletionException taken) {
                return false;
            }
        });

        assertThat(ledger.stopped.getCount()).as("its node let go before").isZero();
        assertThat(epoch("a")).as("possibly stale").contains(first.epoch());
        members.heal();
        cluster.await(
                "all show the new owner",
                () -> epoch("a").isPresent() && epoch("a").equals(epoch("c")));
        assertThat(epoch("a").orElseThrow()).isGreaterThan(first.epoch());
    }

    @Test
    void aCrashedNodesNamesAreFreeWithItsSession() {
        Incumbent<String> first = start("c", new Ledger());
        awaitShown(first.epoch(), "a");
        cluster.crash("c");
        try {
            cluster.await("the name is free", () -> names("a").whereis(name).isEmpty());
            start("a", new Ledger());
        } finally {
            cluster.restart("c").awaitConverged();
        }
    }

    @Test
    void whoTakesOverIsShownWithHisMetadataToWhoeverListens() {
        Probe<String> first = Probe.of(members.node("a"));
        Probe<String> second = Probe.of(members.node("b"));
        Probe<NameEvent<String>> listener = Probe.listening(members.node("c"));
        done(names("c").monitor(name, listener.ref()));
        done(names("a").register(name, first.ref(), Terms.<String>within(SOON).metadata(Metadata.of("1"))));
        done(names("b").reRegister(name, second.ref(), SOON));
        assertThat(done(names("a").update(name, old -> Metadata.of(old.text() + "2"), SOON)))
                .isEqualTo(Metadata.of("2"));

        cluster.await("all has been told", () -> listener.received().size() == 4);
        assertThat(listener.received())
                .extracting(event -> event instanceof NameEvent.Owned<String> owned
                        ? Probe.id(owned.owner().process()) + owned.owner().metadata()
                        : "nobody")
                .containsExactly("nobody", first.id() + "1", second.id(), second.id() + "2");
        assertThat(Probe.id(done(names("c").await(name, SOON)))).isEqualTo(second.id());
        FencingToken epoch = epoch("c").orElseThrow();
        assertThat(refusal(names("c").send(name, epoch, "hello", SOON))).isEqualTo(NameFailure.Kind.NOT_FENCED);
    }

    @Test
    void onlyItsOwnNodeRegistersAProcess() {
        Probe<String> process = Probe.of(members.node("b"));
        Name<String> found = Name.of("found-" + name, String.class);
        done(Names.get(members.node("b")).register(found, process.ref(), SOON));
        assertThat(refusal(names("a")
                        .register(
                                name,
                                Names.get(members.node("a")).whereis(found).orElseThrow(),
                                SOON)))
                .isEqualTo(NameFailure.Kind.PROCESS_NOT_LOCAL);
    }
}
