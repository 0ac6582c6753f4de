package io.capstan.crdt.core;

import static io.capstan.crdt.core.Replicas.id;
import static io.capstan.crdt.core.Replicas.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.TableSettings.Departed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which frames take but a moment, and so may be taken by a thread that others wait for. */
class BriefFramesTest {
    @Test
    void aFewRowsAreBriefUnlessTheyMakeMoreVisibleThanThemselves() {
        Replicas replicas = Replicas.linked("a", "b");
        replicas.put("a", "k1", "v");
        Frame.Rows<String, String> alone = replicas.rows("a", "b").get(0);
        assertThat(alone.tailReached()).isTrue();
        assertThat(replicas.at("b").isBrief(id("a"), alone)).isTrue();
        replicas.settle();

        // Two are under way, and what follows goes in frames of two rows.
        for (int i = 1; i <= 5; i++) {
            replicas.put("a", "l" + i, "v");
        }
        replicas.deliver("a", "b");
        replicas.deliver("a", "b");
        replicas.deliver("b", "a");
        replicas.deliver("b", "a");
        List<Frame.Rows<String, String>> more = replicas.rows("a", "b");
        assertThat(more).hasSize(2);
        assertThat(replicas.at("b").isBrief(id("a"), more.get(0)))
                .as("nothing is staged")
                .isTrue();
        replicas.deliver("a", "b");
        assertThat(more.get(1).tailReached()).isTrue();
        assertThat(replicas.at("b").isBrief(id("a"), more.get(1)))
                .as("two rows are staged")
                .isFalse();
    }

    @Test
    void theFirstTailOfASlotIsNotBriefNorIsAReplacement() {
        Replicas replicas = new Replicas(Replicas.small(Departed.HIDE), "a", "b");
        replicas.put("a", "k1", "v");
        replicas.link("a", "b");
        deliverUntilRows(replicas, "a", "b");
        Frame.Rows<String, String> first = replicas.rows("a", "b").get(0);
        assertThat(replicas.at("b").isBrief(id("a"), first)).isFalse();
        replicas.settle();
        replicas.put("a", "k2", "v");
        Frame.Rows<String, String> next = replicas.rows("a", "b").get(0);
        assertThat(replicas.at("b").isBrief(id("a"), next)).isTrue();
        assertThat(replicas.at("b")
                        .isBrief(
                                id("a"),
                                new Frame.Rows<>(next.stream(), 0, true, true, next.tail(), next.floor(), next.rows())))
                .isFalse();
        assertThat(replicas.at("b")
                        .isBrief(
                                id("a"),
                                new Frame.Rows<>(next.stream(), next.after(), false, true, 10_000, 10_000, List.of())))
                .as("thousands of removals are forgotten")
                .isFalse();
    }

    @Test
    void acknowledgementsAreBriefAndWhatMovesStreamsIsNot() {
        Replicas replicas = Replicas.linked("a", "b");

        assertThat(replicas.at("b").isBrief(id("a"), new Frame.Ack<>(1, 1, 1))).isTrue();
        assertThat(replicas.at("b").isBrief(id("a"), new Frame.Want<>(1, slot("b"), 0, true)))
                .isFalse();
        assertThat(replicas.at("b").isBrief(id("a"), new Frame.Digest<>(List.of())))
                .isFalse();
        assertThat(replicas.at("b").isBrief(id("a"), new Frame.Hello<>(slot("a", 2), false)))
                .isFalse();
    }

    private static void deliverUntilRows(Replicas replicas, String from, String to) {
        while (!(replicas.wire(from, to).peek() instanceof Frame.Rows)) {
            replicas.deliver(from, to);
            replicas.deliver(to, from);
        }
    }
}
