package io.capstan.registry;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Locks and standbys of a node that has no room for another monitor, and whose deadlines are short. */
class FullNodeTest {
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Name<String> OTHER = Name.of("other", String.class);

    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b")
            .with("capstan.registry { names { monitors-max = 1, timeout-max = 2s }, keep-one.claim-within = 1s }");

    private static final Members members = Members.of(cluster);

    private Probe<NameEvent<String>> listener;

    @BeforeEach
    void bHasNoRoomForAnotherMonitor() {
        cluster.awaitConverged();
        listener = Probe.listening(members.node("b"));
        done(members.names("b").monitor(OTHER, listener.ref()));
    }

    @AfterEach
    void thereIsRoomAgain() {
        done(members.names("b").demonitor(OTHER, listener.ref()));
    }

    private static CompletionStage<NameLock> lock(String member, Duration within) {
        return members.names(member)
                .setLock("ledger", member, Probe.of(members.node(member)).ref(), within);
    }

    @Test
    void aLockThatWasTakenIsTriedAgainThoughNobodyTellsThatItIsFree() {
        NameLock held = done(lock("a", SOON));
        assertThatThrownBy(() -> done(lock("b", Duration.ofMillis(300)))).hasMessageContaining("was not free");

        done(held.release());

        done(done(lock("b", SOON)).release());
        done(done(lock("a", SOON)).release());
    }

    @Test
    void aStandbyHearsOfItsNameOnceThereIsRoom() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        Name<String> name = Name.of("one", String.class);
        try (Standby standby = members.names("b")
                .keepOne(
                        name,
                        () -> Behaviors.setup(context -> {
                            runs.countDown();
                            return Behaviors.empty();
                        }))) {
            assertThat(standby).isNotNull();
            done(members.names("b").demonitor(OTHER, listener.ref()));
            cluster.await("it runs", () -> runs.getCount() == 0);
        }
    }
}
