package io.capstan.actors.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.supervisor.Family.Do;
import io.capstan.testkit.Await;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("PartitionSupervisor")
class PartitionsTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "partitions");

    private final Family family = new Family(SYSTEM);
    private final Partitions<Do> partitions = Partitions.of(4, number -> family.child("p" + number));

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    @Test
    void aKeyAlwaysMeetsTheSameChildAndAllChildrenAreMet() {
        family.under(partitions.supervisor(Family.PATIENT)).settle();
        Set<ActorRef<Do>> met = new HashSet<>();
        for (int key = 0; key < 100; key++) {
            assertThat(partitions.of("key-" + key)).isEqualTo(partitions.of("key-" + key));
            met.add(partitions.of("key-" + key));
        }
        assertThat(met).hasSize(4);
    }

    @Test
    void keysThatDifferInTheUpperHalfOfTheirHashAreSpread() {
        family.under(partitions.supervisor(Family.PATIENT)).settle();
        Set<ActorRef<Do>> met = new HashSet<>();
        for (int key = 0; key < 100; key++) {
            met.add(partitions.of(key << 16));
        }
        assertThat(met).hasSize(4);
    }

    @Test
    void aRestartedChildTakesItsShareAgain() {
        family.under(partitions.supervisor(Family.PATIENT)).settle();
        ActorRef<Do> before = partitions.of("key");
        before.tell(Do.CRASH);
        Await.until("the key meets the next one", () -> !partitions.of("key").equals(before));
    }

    @Test
    void beforeItsStartThereIsNobodyAndThatIsSaid() {
        assertThatThrownBy(() -> partitions.of("key")).hasMessageContaining("has not started");
    }
}
