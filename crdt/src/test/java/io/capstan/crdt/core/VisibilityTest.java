package io.capstan.crdt.core;

import static io.capstan.crdt.core.Replicas.id;
import static io.capstan.crdt.core.Replicas.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.TableSettings.Departed;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tables whose rows live and die with their owner: names and groups. */
class VisibilityTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DROP_AFTER = Duration.ofSeconds(60);

    private static TableSettings settings() {
        return new TableSettings(Departed.HIDE, 2, 2, SECOND, SECOND, SECOND, SECOND, DROP_AFTER, 100);
    }

    @Test
    void anUnreachableOwnersRowsAreHiddenAtOnce() {
        Replicas replicas = linked();
        replicas.part("a", "b");

        assertThat(replicas.shown("b", "a")).isEmpty();
        assertThat(replicas.at("b").current(id("a"))).isFalse();
        assertThat(replicas.told("b")).contains(new Effect.Changed<>(slot("a"), "k", "v", null));
    }

    @Test
    void aReturningOwnersRowsAreShownOnlyOnceCaughtUp() {
        Replicas replicas = linked();
        replicas.part("a", "b");
        replicas.remove("a", "k");
        replicas.put("a", "k2", "v2");
        replicas.told("b");
        replicas.link("a", "b");
        assertThat(replicas.shown("b", "a")).as("what it had may be long gone").isEmpty();
        replicas.settle();

        assertThat(replicas.told("b"))
                .contains(new Effect.CaughtUp<>(slot("a")))
                .doesNotContain(new Effect.Changed<>(slot("a"), "k", null, "v"));
        assertThat(replicas.at("b").current(id("a"))).isTrue();
        replicas.assertAllEqual();
    }

    @Test
    void anOwnerThatChangedNothingIsShownAgainToo() {
        Replicas replicas = linked();
        replicas.part("a", "b");
        replicas.link("a", "b");
        replicas.settle();

        assertThat(replicas.shown("b", "a")).containsEntry("k", "v");
    }

    @Test
    void anOwnerWithoutRowsIsCaughtUpWithAsWell() {
        Replicas replicas = new Replicas(settings(), "a", "b");
        replicas.link("a", "b");
        replicas.settle();

        assertThat(replicas.at("a").current(id("b"))).isTrue();
        assertThat(replicas.at("b").current(id("a"))).isTrue();
    }

    @Test
    void aBridgeKeepsRowsShownAndMoving() {
        Replicas replicas = new Replicas(settings(), "a", "b", "c");
        replicas.link("a", "b");
        replicas.link("b", "c");
        replicas.link("a", "c");
        replicas.put("a", "k", "v");
        replicas.settle();
        replicas.cut("a", "c"); // Both stay visible to each other, through b.
        assertThat(replicas.shown("c", "a")).containsEntry("k", "v");
        replicas.put("a", "k", "w");
        replicas.settle();

        assertThat(replicas.shown("c", "a")).containsEntry("k", "w");
    }

    @Test
    void rowsOfAnInvisibleOwnerAreNotTakenFromThirdParties() {
        Replicas replicas = new Replicas(settings(), "a", "b", "c");
        replicas.link("a", "b");
        replicas.put("a", "k", "v");
        replicas.settle();
        replicas.link("b", "c");
        replicas.settle();
        assertThat(replicas.at("c").slots()).doesNotContain(slot("a"));

        replicas.at("c").visible(id("a"));
        replicas.settle();
        assertThat(replicas.shown("c", "a")).containsEntry("k", "v");
    }

    @Test
    void whoHidesASlotNoLongerRelaysIt() {
        Replicas replicas = new Replicas(settings(), "a", "b", "c");
        replicas.link("a", "b");
        replicas.link("b", "c");
        replicas.at("c").visible(id("a"));
        replicas.put("a", "k", "v");
        replicas.settle();
        replicas.part("a", "b");
        replicas.settle();
        replicas.at("c").hidden(id("a"));
        replicas.at("c").visible(id("a"));
        replicas.settle();

        assertThat(replicas.shown("c", "a")).isEmpty();
    }

    @Test
    void whoWasFedByARelayThatHidesTheSlotIsFedByAnother() {
        Replicas replicas = new Replicas(settings(), "a", "b", "c", "d");
        replicas.link("a", "b");
        replicas.link("a", "d");
        replicas.at("c").visible(id("a"));
        replicas.link("b", "c");
        replicas.link("c", "d");
        replicas.settle();
        replicas.at("b").unlinked(id("a"));
        replicas.at("b").hidden(id("a"));
        replicas.put("a", "k", "v");
        replicas.settle();

        assertThat(replicas.shown("c", "a")).containsEntry("k", "v");
    }

    @Test
    void aGoneOwnersRowsAreDroppedInTime() {
        Replicas replicas = linked();
        replicas.part("a", "b");
        replicas.pass(DROP_AFTER.minusMillis(1));
        assertThat(replicas.at("b").slots()).contains(slot("a"));
        replicas.pass(Duration.ofMillis(1));

        assertThat(replicas.at("b").slots()).doesNotContain(slot("a"));
    }

    @Test
    void aNewIncarnationEndsItsPredecessorsRows() {
        Replicas replicas = linked();
        replicas.cut("a", "b"); // Not hidden yet: the successor is quicker than the news.
        replicas.at("b").hidden(id("a"));
        replicas.at("b").visible(new NodeId("a", 2));

        assertThat(replicas.at("b").slots()).doesNotContain(slot("a"));
    }

    private static Replicas linked() {
        Replicas replicas = new Replicas(settings(), "a", "b");
        replicas.put("a", "k", "v");
        replicas.link("a", "b");
        replicas.settle();
        return replicas;
    }
}
