package io.capstan.registry.internal.consistent;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.Node;
import io.capstan.registry.ConsistentNames;
import io.capstan.registry.Members;
import io.capstan.registry.Name;
import io.capstan.registry.NameEvent;
import io.capstan.registry.NameFailure;
import io.capstan.registry.Probe;
import io.capstan.registry.internal.Refs;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Consistent names whose actor fails by a bug: nobody is left waiting. */
@Timeout(60)
class FailedOwnersTest {
    private static final Duration LONG = Duration.ofMinutes(30);
    private static final Name<String> NAME = Name.of("name", String.class);

    @RegisterExtension
    static final TestCluster cluster =
            Members.cluster("a").with("capstan.raft.voters = [a]\n" + "capstan.registry.consistent.start = on");

    private static final Members members = Members.of(cluster);

    @Test
    void whatTheActorHasInHandWhenItFailsIsAnswered() throws InterruptedException {
        Node node = members.node("a");
        ConsistentNames names = ConsistentNames.get(node);
        OwnersService service = node.internals().service(OwnersService.class, OwnersService::start);
        CompletionStage<?> before = names.await(NAME, LONG);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        service.demonitor("other", Refs.untyped(Probe.of(node).ref()), outcome -> {
            busy.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            throw new IllegalStateException("as asked");
        });
        busy.await();
        List<CompletionStage<?>> all = List.of(
                before,
                names.await(NAME, LONG),
                names.monitor(NAME, Probe.<NameEvent<String>>listening(node).ref()),
                names.demonitor(NAME, Probe.<NameEvent<String>>listening(node).ref()));
        goOn.countDown();

        for (CompletionStage<?> each : all) {
            assertThatThrownBy(() -> done(each)).cause().isInstanceOf(NameFailure.class);
        }
        assertThatThrownBy(() -> done(names.await(NAME, LONG)))
                .as("asked after it has failed")
                .cause()
                .isInstanceOf(NameFailure.class);
    }
}
