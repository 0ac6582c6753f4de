package io.capstan.registry;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.registry.group.Group;
import io.capstan.registry.group.GroupEvent;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens at the same time as something else, on three real nodes. */
@Timeout(60)
class CrossingsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final AtomicInteger COUNT = new AtomicInteger();

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c");

    private static final Members members = Members.of(cluster);

    private final Name<String> name = Name.of("crossed-" + COUNT.incrementAndGet(), String.class);

    @BeforeEach
    void everybodyIsThere() {
        cluster.awaitConverged();
    }

    private static CompletableFuture<String> outcome(CompletionStage<?> stage) {
        return stage.handle((value, failure) -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    return cause == null
                            ? "yes"
                            : cause instanceof NameFailure f ? f.kind().name() : cause.toString();
                })
                .toCompletableFuture();
    }

    @Test
    void whoRegistersWhileANodeStopsIsAnsweredAndNothingOfThatNodeStays() throws Exception {
        Probe<String> leaving = Probe.of(members.node("c"));
        Probe<String> staying = Probe.of(members.node("a"));
        AvailableNames stops = members.names("c");
        AvailableNames goesOn = members.names("a");
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> cluster.stop("c"));
        List<CompletableFuture<String>> there = new ArrayList<>();
        List<CompletableFuture<String>> here = new ArrayList<>();
        for (int i = 0; i < 10_000 && !stopped.isDone(); i++) {
            there.add(outcome(stops.register(Name.of(name + "/c" + i, String.class), leaving.ref(), SOON)));
            here.add(outcome(goesOn.register(Name.of(name + "/a" + i, String.class), staying.ref(), SOON)));
            here.get(i).get(10, TimeUnit.SECONDS); // One after the other, as long as the stop takes.
        }
        stopped.get(20, TimeUnit.SECONDS);

        for (CompletableFuture<String> each : there) {
            assertThat(each.get(10, TimeUnit.SECONDS)).isIn("yes", "CLOSED", "NO_CONNECTION", "STOPPED", "TIMED_OUT");
        }
        assertThat(here).allMatch(each -> "yes".equals(each.join()));
        for (String member : List.of("a", "b")) {
            cluster.await(
                    member + " shows what stays and nothing else",
                    () -> members.names(member).registeredNames(name + "/c").isEmpty()
                            && members.names(member)
                                            .registeredNames(name + "/a")
                                            .size()
                                    == here.size());
        }
        cluster.restart("c").awaitConverged();
        done(members.names("c").sync(SOON));
        assertThat(members.names("c").registeredNames(name + "/")).hasSize(here.size());
        staying.ref().tell("stop");
    }

    @Test
    void updatesThatCrossTakeoversAreDoneToOneOwnerOrRefusedAndAllShowTheSame() {
        List<Probe<String>> owners =
                cluster.names().stream().map(members::node).map(Probe::of).toList();
        Terms<String> terms = Terms.<String>within(SOON).metadata(Metadata.of("0"));
        done(members.names("a").register(name, owners.get(0).ref(), terms));
        List<CompletableFuture<String>> updates = new ArrayList<>();
        List<CompletableFuture<String>> takeovers = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 3; i++) {
                AvailableNames names = members.names(cluster.names().get(i));
                updates.add(outcome(names.update(
                        name, old -> Metadata.of("" + (Integer.parseInt(old.text()) + 1)), SOON)));
                if (round % 3 == i) {
                    takeovers.add(outcome(names.reRegister(name, owners.get(i).ref(), terms)));
                }
            }
        }
        assertThat(updates).allMatch(each -> each.join().equals("yes"));
        assertThat(takeovers).allMatch(each -> List.of("yes", "TAKEN").contains(each.join()));
        done(members.names("b").update(name, old -> Metadata.of("last of " + old), SOON));

        Owner<String> owner = members.names("b").owner(name).orElseThrow();
        assertThat(owner.metadata().text()).startsWith("last of ");
        for (String member : cluster.names()) {
            Owner<String> shown = members.names(member).owner(name).orElseThrow();
            assertThat(shown.node()).as(member).isEqualTo(owner.node());
            assertThat(shown.metadata()).as(member).isEqualTo(owner.metadata());
        }
        owners.forEach(each -> each.ref().tell("stop"));
        cluster.await(
                "whoever it was, all know when he ends",
                () -> cluster.names().stream()
                        .allMatch(member -> members.names(member).whereis(name).isEmpty()));
    }

    @Test
    void aMonitorOfAGroupKeepsTwoStartsOfANodeAtOneAddressApart() {
        Group<String> group = Group.of(name.value(), String.class);
        Probe<GroupEvent<String>> listener = Probe.listening(members.node("a"));
        done(members.groups("a").monitor(group, listener.ref()));
        List<String> expected = new ArrayList<>(List.of("members []"));
        for (int start = 0; start < 3; start++) {
            List<Probe<String>> joined = IntStream.range(0, 2)
                    .mapToObj(i -> Probe.of(members.node("b")))
                    .toList();
            for (Probe<String> each : joined) {
                done(members.groups("b").join(group, each.ref()));
                expected.add("joined [" + each.id() + "]");
            }
            int before = expected.size();
            cluster.await("they are told", () -> told(listener).size() == before);
            cluster.crash("b").restart("b");
            cluster.awaitConverged();
            expected.add("left " + joined.stream().map(Probe::id).sorted().toList());
        }
        cluster.await("all is told", () -> told(listener).size() == expected.size());
        assertThat(told(listener)).isEqualTo(expected);
        assertThat(members.groups("a").members(group)).isEmpty();
    }

    private static List<String> told(Probe<GroupEvent<String>> listener) {
        return listener.received().stream().map(CrossingsTest::told).toList();
    }

    private static String told(GroupEvent<String> event) {
        if (event instanceof GroupEvent.Joined<String> joined) {
            return "joined "
                    + joined.processes().stream().map(Probe::id).sorted().toList();
        } else if (event instanceof GroupEvent.Left<String> left) {
            return "left " + left.processes().stream().map(Probe::id).sorted().toList();
        }
        return "members "
                + ((GroupEvent.Members<String>) event)
                        .members().stream().map(Probe::id).sorted().toList();
    }
}
