package io.capstan.crdt.core;

import static io.capstan.crdt.core.Replicas.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.TableSettings.Departed;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An owner stamps nothing new only while a peer that moves would never reach its tail otherwise. */
class HoldingTest {
    @Test
    void whoeverChasesOurTailInVainMakesUsHoldUntilItIsThere() {
        Replicas replicas = Replicas.linked("a", "b");
        int key = 0;
        for (int round = 0; round < 60 && !replicas.at("a").holding(); round++) {
            for (int i = 0; i < 5; i++) {
                replicas.put("a", "k" + key++ % 50, "v" + key);
            }
            replicas.deliver("a", "b");
            replicas.deliver("b", "a");
            replicas.pass(Duration.ofMillis(100));
        }
        assertThat(replicas.at("a").holding()).isTrue();
        assertThat(replicas.at("b").known(slot("a")))
                .isLessThan(replicas.at("a").version());

        replicas.settle();
        assertThat(replicas.at("a").holding()).isFalse();
        replicas.assertAllEqual();
    }

    @Test
    void whoeverComesNearerOurTailMakesNobodyWaitHoweverFarItIs() {
        Replicas replicas = Replicas.linked("a");
        for (int i = 0; i < 200; i++) {
            replicas.put("a", "k" + i, "v");
        }
        replicas.start("b", 1);
        replicas.link("a", "b");
        int rounds = 0;
        for (; replicas.at("b").known(slot("a")) < 200; rounds++) {
            replicas.put("a", "k" + rounds % 200, "w" + rounds);
            for (int i = 0; i < 2; i++) {
                replicas.deliver("a", "b");
                replicas.deliver("b", "a");
            }
            replicas.pass(Duration.ofMillis(100));
            assertThat(replicas.at("a").holding()).as("after %d rounds", rounds).isFalse();
        }
        assertThat(Duration.ofMillis(100L * rounds))
                .isGreaterThan(Replicas.small(Departed.KEEP).holdAfter());
    }

    @Test
    void aSilentPeerHoldsNobodyUp() {
        Replicas replicas = Replicas.linked("a", "b");
        for (int i = 0; i < 100; i++) {
            replicas.put("a", "k" + i, "v");
            replicas.pass(Duration.ofMillis(100));
        }
        assertThat(replicas.at("a").holding()).isFalse();
    }
}
