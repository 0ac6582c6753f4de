package io.capstan.registry;

import static io.capstan.registry.Members.done;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.testkit.TestCluster;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("Consistent names, where one voter of three takes part")
@Timeout(60)
class ConsistentNamesAloneTest {
    @RegisterExtension
    static final TestCluster cluster = Members.cluster("a", "b", "c").with("capstan.raft.voters = [a, b, c]");

    private static final Members members = Members.of(cluster);

    @Test
    void whoAsksIsToldWhichSettingTheOthersLack() {
        cluster.awaitConverged();
        ConsistentNames names = ConsistentNames.get(members.node("a"));
        assertThatThrownBy(() -> done(names.start(
                        Name.of("ledger", String.class), fence -> Behaviors.empty(), Terms.within(ofSeconds(1)))))
                .hasRootCauseInstanceOf(NameFailure.class)
                .rootCause()
                .hasMessageContaining("capstan.registry.consistent.start = on")
                .hasMessageNotContaining("null");
    }
}
