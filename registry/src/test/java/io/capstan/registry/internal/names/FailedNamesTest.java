package io.capstan.registry.internal.names;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.registry.AvailableNames;
import io.capstan.registry.Members;
import io.capstan.registry.Metadata;
import io.capstan.registry.Name;
import io.capstan.registry.NameEvent;
import io.capstan.registry.NameFailure;
import io.capstan.registry.Probe;
import io.capstan.registry.Terms;
import io.capstan.registry.internal.Refs;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Names whose actor fails by a bug: it stops its node, and leaves nobody waiting. */
@Timeout(60)
class FailedNamesTest {
    private static final Duration LONG = Duration.ofMinutes(30);
    private static final Name<String> NAME = Name.of("name", String.class);
    private static final Name<String> OWNED = Name.of("owned", String.class);

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b").with("pekko.jvm-exit-on-fatal-error = off");

    private static final Members members = Members.of(cluster);

    private static NamesService service(String member) {
        return members.node(member).internals().service(NamesService.class, NamesService::start);
    }

    /** A request that does this in the actor's turn. */
    private static NamesMessage.Request runs(Node node, NamesService service, Runnable what) {
        return new NamesMessage.Demonitor(
                NAME.value(), Refs.untyped(Probe.of(node).ref()), service.answered(outcome -> what.run()));
    }

    private static void awaitKindly(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody lets it go on");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatTheActorHasInHandWhenItFailsIsAnswered() {
        cluster.awaitConverged();
        Node node = members.node("a");
        NamesService service = service("a");
        AvailableNames names = members.names("a");
        Probe<String> process = Probe.of(node);
        done(names.register(OWNED, process.ref(), Terms.within(Duration.ofSeconds(10))));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Thread holds = new Thread(() -> service.request(runs(node, service, () -> {
            busy.countDown();
            awaitKindly(goOn);
        })));
        holds.start();
        awaitKindly(busy);
        service.request(runs(node, service, () -> {
            throw new IllegalStateException("as asked");
        }));
        List<CompletionStage<?>> unknown = new ArrayList<>();
        unknown.add(names.register(NAME, process.ref(), Terms.within(LONG)));
        unknown.add(names.reRegister(NAME, process.ref(), Terms.within(LONG)));
        unknown.add(names.unregister(OWNED, LONG));
        unknown.add(names.update(OWNED, metadata -> Metadata.NONE, LONG));
        List<CompletionStage<?>> others = new ArrayList<>();
        others.add(names.await(NAME, LONG));
        others.add(names.sync(LONG));
        others.add(names.monitor(NAME, Probe.<NameEvent<String>>listening(node).ref()));
        goOn.countDown();

        for (CompletionStage<?> each : unknown) {
            assertThatThrownBy(() -> done(each))
                    .cause()
                    .isInstanceOfSatisfying(
                            NameFailure.class,
                            failure -> assertThat(failure.next())
                                    .as(failure.getMessage())
                                    .isEqualTo(Failure.Next.OUTCOME_UNKNOWN));
        }
        for (CompletionStage<?> each : others) {
            assertThatThrownBy(() -> done(each)).cause().isInstanceOf(NameFailure.class);
        }
        done(node.system().getWhenTerminated());
    }

    @Test
    void whateverIsThrownInATurnOnTheAskersThreadStopsTheNodeAndNotTheAsker() {
        cluster.awaitConverged();
        Node node = members.node("b");
        NamesService service = service("b");
        AvailableNames names = members.names("b");
        AtomicReference<Thread> ran = new AtomicReference<>();
        cluster.await("whoever brings the one thing there is takes the turn", () -> {
            done(names.unregister(OWNED, Duration.ofSeconds(10)));
            service.request(runs(node, service, () -> ran.set(Thread.currentThread())));
            return Thread.currentThread().equals(ran.get());
        });

        AtomicInteger thrown = new AtomicInteger();
        service.request(runs(node, service, () -> {
            thrown.incrementAndGet();
            throw new StackOverflowError("as asked");
        }));
        CompletionStage<?> next = names.unregister(OWNED, LONG);

        assertThatThrownBy(() -> done(next))
                .as("asked while the system ends")
                .cause()
                .isInstanceOf(NameFailure.class);
        done(node.system().getWhenTerminated());
        assertThat(thrown).as("what was broken off is not begun again").hasValue(1);
        assertThatThrownBy(() -> done(names.unregister(OWNED, LONG))).cause().isInstanceOf(NameFailure.class);
    }
}
