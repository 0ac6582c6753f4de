package io.capstan.crdt.core;

import static io.capstan.crdt.core.Replicas.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.TableSettings.Departed;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Removals, how they are forgotten, and what becomes of those who missed them. */
class ForgettingTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration FORGET_AFTER = Duration.ofSeconds(10);

    private static TableSettings settings() {
        return new TableSettings(
                Departed.KEEP,
                2,
                2,
                SECOND,
                SECOND.multipliedBy(30),
                SECOND.multipliedBy(2),
                FORGET_AFTER,
                SECOND,
                100);
    }

    @Test
    void aRemovalTravelsAsARow() {
        Replicas replicas = linked();
        replicas.remove("a", "k1");
        replicas.settle();

        assertThat(replicas.shown("b", "a")).doesNotContainKey("k1").containsKey("k2");
        assertThat(replicas.at("b").rowCount()).as("the removal is kept").isEqualTo(4);
    }

    @Test
    void anOldRemovalThatAllLinkedPeersHaveIsForgottenEverywhere() {
        Replicas replicas = linked();
        replicas.remove("a", "k1");
        replicas.settle();
        replicas.pass(FORGET_AFTER);
        replicas.settle();

        assertThat(replicas.at("a").rowCount()).isEqualTo(3);
        assertThat(replicas.at("b").rowCount()).isEqualTo(3);
        replicas.assertAllEqual();
    }

    @Test
    void aRemovalIsKeptWhileALinkedPeerHasNotAcknowledgedIt() {
        Replicas replicas = linked();
        replicas.remove("a", "k1");
        replicas.pass(FORGET_AFTER);

        assertThat(replicas.at("a").rowCount()).isEqualTo(4);
    }

    @Test
    void whoIsBelowTheFloorTakesTheSlotWhole() {
        Replicas replicas = linked();
        replicas.cut("a", "b");
        replicas.remove("a", "k1");
        replicas.pass(FORGET_AFTER);
        assertThat(replicas.at("a").rowCount()).as("forgotten").isEqualTo(3);
        replicas.told("b");
        replicas.link("a", "b");
        replicas.settle();

        replicas.assertAllEqual();
        assertThat(replicas.shown("b", "a")).doesNotContainKey("k1");
        assertThat(replicas.told("b")).contains(new Effect.Changed<>(slot("a"), "k1", "v", null));
    }

    @Test
    void aStreamThatIsOvertakenByTheFloorStartsOver() {
        // b relays a's slot to c, whose stream is halfway when b learns that the removal of k1, not yet sent to c, is
        // forgotten: c has staged k1 and would keep it for ever.
        Replicas replicas = new Replicas(settings(), "a", "b", "c");
        for (int i = 1; i <= 7; i++) {
            replicas.put("a", "k" + i, "v");
        }
        replicas.link("a", "b");
        replicas.settle();
        replicas.link("b", "c");
        while (replicas.at("c").known(slot("a")) == 0
                && replicas.rows("b", "c").stream()
                        .allMatch(frame -> frame.rows().isEmpty())) {
            replicas.deliver("b", "c");
            replicas.deliver("c", "b");
        }
        while (!replicas.rows("b", "c").isEmpty()) {
            replicas.deliver("b", "c");
        }
        assertThat(replicas.at("c").known(slot("a")))
                .as("staged, not committed")
                .isZero();
        replicas.remove("a", "k1");
        deliverAll(replicas, "a", "b");
        replicas.pass(FORGET_AFTER);
        deliverAll(replicas, "a", "b");
        assertThat(replicas.at("b").rowCount()).isEqualTo(6);
        replicas.settle();

        assertThat(replicas.shown("c", "a")).hasSize(6).doesNotContainKey("k1");
        replicas.assertAllEqual();
    }

    @Test
    void aKeyComesBackAfterItsRemovalWasForgotten() {
        Replicas replicas = linked();
        replicas.remove("a", "k1");
        replicas.settle();
        replicas.pass(FORGET_AFTER);
        replicas.put("a", "k1", "again");
        replicas.settle();

        assertThat(replicas.shown("b", "a")).containsEntry("k1", "again");
    }

    @Test
    void memoryStaysBoundedWhileAPeerIsSilent() {
        Replicas replicas = linked();
        for (int i = 0; i < 10_000; i++) {
            replicas.put("a", "k" + i % 10, "v" + i);
        }
        assertThat(replicas.at("a").rowCount()).as("ten keys here, and b's row").isEqualTo(11);
        assertThat(replicas.rows("a", "b")).hasSize(2);
        replicas.settle();
        replicas.assertAllEqual();
    }

    /** a has written k1, k2 and k3, and b one row: both hold four. */
    private static Replicas linked() {
        Replicas replicas = new Replicas(settings(), "a", "b");
        replicas.put("a", "k1", "v");
        replicas.put("a", "k2", "v");
        replicas.put("a", "k3", "v");
        replicas.link("a", "b");
        replicas.settle();
        replicas.put("b", "k", "v");
        replicas.settle();
        return replicas;
    }

    private static void deliverAll(Replicas replicas, String a, String b) {
        boolean moved = true;
        while (moved) {
            moved = replicas.deliver(a, b) != null || replicas.deliver(b, a) != null;
        }
    }
}
