package io.capstan.crdt.core;

import static io.capstan.crdt.core.Replicas.id;
import static io.capstan.crdt.core.Replicas.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.TableSettings.Departed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Replication: streams, staging, acknowledgement, relay. */
class TableTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void everyChangeHasAVersionOfItsOwn() {
        Replicas replicas = new Replicas(Replicas.small(Departed.KEEP), "a");
        Table<String, String> table = replicas.at("a");

        assertThat(table.put("k", "1")).isEqualTo(1);
        assertThat(table.put("k", "1")).isEqualTo(2);
        assertThat(table.remove("k")).isEqualTo(3);
        assertThat(table.remove("k")).as("nothing to remove, nothing stamped").isZero();
        assertThat(table.version()).isEqualTo(3);
        assertThat(table.own("k")).isNull();
        assertThat(replicas.told("a"))
                .containsExactly(
                        new Effect.Changed<>(slot("a"), "k", null, "1"),
                        new Effect.Changed<>(slot("a"), "k", "1", null));
    }

    @Test
    void linkedReplicasShowEachOthersRows() {
        Replicas replicas = new Replicas(Replicas.small(Departed.KEEP), "a", "b");
        replicas.put("a", "k", "a1");
        replicas.link("a", "b");
        replicas.put("b", "k", "b1");
        replicas.settle();

        replicas.assertAllEqual();
        assertThat(replicas.at("a").values("k")).isEqualTo(Map.of(slot("a"), "a1", slot("b"), "b1"));
        assertThat(replicas.told("b"))
                .contains(new Effect.Changed<>(slot("a"), "k", null, "a1"), new Effect.CaughtUp<>(slot("a")));
    }

    @Test
    void theFirstFrameLeavesAtOnceAndRowsCoalesceWhileTwoAreUnacknowledged() {
        Replicas replicas = Replicas.linked("a", "b");
        for (int i = 1; i <= 9; i++) {
            replicas.put("a", "k", "v" + i);
        }
        assertThat(replicas.rows("a", "b")).hasSize(2);

        replicas.deliver("a", "b");
        replicas.deliver("b", "a");

        Frame.Rows<String, String> third = replicas.rows("a", "b").get(1);
        assertThat(third.rows()).containsExactly(new Row<>("k", 9, "v9"));
        replicas.settle();
        replicas.assertAllEqual();
    }

    @Test
    void nothingIsShownOrKnownOrAcknowledgedBeforeTheTail() {
        Replicas replicas = new Replicas(Replicas.small(Departed.KEEP), "a", "b");
        for (int i = 1; i <= 3; i++) {
            replicas.put("a", "k" + i, "v");
        }
        replicas.link("a", "b");
        deliverUntilRows(replicas, "a", "b");
        replicas.put("a", "k1", "moved to the tail");

        Frame.Rows<String, String> first = replicas.rows("a", "b").get(0);
        replicas.deliver("a", "b");
        assertThat(first.tailReached()).isFalse();
        assertThat(replicas.shown("b", "a")).isEmpty();
        assertThat(replicas.at("b").known(slot("a"))).isZero();
        replicas.deliver("b", "a");
        assertThat(replicas.at("a").acknowledged(id("b"))).isZero();

        replicas.settle();
        replicas.assertAllEqual();
        assertThat(replicas.at("a").acknowledged(id("b"))).isEqualTo(4);
        assertThat(replicas.at("a").acknowledgedByAll()).isTrue();
    }

    @Test
    void aRowThatMovedAwayIsNotMissedByAStreamThatHadPassedIt() {
        Replicas replicas = new Replicas(Replicas.small(Departed.KEEP), "a", "b");
        for (int i = 1; i <= 6; i++) {
            replicas.put("a", "k" + i, "old");
        }
        replicas.link("a", "b");
        deliverUntilRows(replicas, "a", "b");
        replicas.deliver("a", "b");
        replicas.put("a", "k6", "new");
        replicas.put("a", "k1", "new");

        replicas.settle();
        replicas.assertAllEqual();
        assertThat(replicas.shown("b", "a")).containsEntry("k6", "new").containsEntry("k1", "new");
    }

    @Test
    void aBrokenStreamResumesWithTheSameSourceWhereItHadReceived() {
        Replicas replicas = halfway();
        replicas.cut("a", "b");
        replicas.link("a", "b");
        assertThat(firstWant(replicas, "b", "a", slot("a")).after()).isEqualTo(2);
        replicas.settle();

        replicas.assertEqual(List.of("a", "b"));
    }

    @Test
    void whatWasReceivedFromOneSourceSaysNothingToAnother() {
        // b has staged k1 and k2 of a (versions 1 and 2) when the link breaks; then a changes k1 and k2. At c they are
        // rows 7 and 8, and rows 3 to 6 are at their old places: c's stream must begin at what b knows, which is 0.
        Replicas replicas = halfway();
        replicas.cut("a", "b");
        replicas.link("a", "c");
        replicas.put("a", "k1", "new");
        replicas.remove("a", "k2");
        replicas.settle();
        replicas.link("b", "c");
        Frame.Want<String, String> want = firstWant(replicas, "b", "c", slot("a"));

        assertThat(want.after()).isZero();
        replicas.settle();
        replicas.assertAllEqual();
        assertThat(replicas.shown("b", "a")).doesNotContainKey("k2");
    }

    @Test
    void whatWasReceivedFromATableSaysNothingToItsSuccessorOnTheSameNode() {
        // d has a's slot as it was before k1 moved to the tail, b as it was after. c has staged k2 and k3 from b when
        // b's table starts anew and learns from d: resuming at 3 there, c would never hear of k1.
        Replicas replicas = new Replicas(Replicas.small(Departed.KEEP), "a", "b", "c", "d");
        replicas.link("a", "d");
        for (int i = 1; i <= 4; i++) {
            replicas.put("a", "k" + i, "v");
        }
        replicas.settle();
        replicas.cut("a", "d");
        replicas.put("a", "k1", "w");
        replicas.link("a", "b");
        replicas.settle();
        replicas.cut("a", "b");
        replicas.link("b", "c");
        while (replicas.rows("b", "c").stream().allMatch(frame -> frame.rows().isEmpty())) {
            replicas.deliver("b", "c");
            replicas.deliver("c", "b");
        }
        while (!replicas.rows("b", "c").isEmpty()) {
            replicas.deliver("b", "c");
        }
        replicas.cut("b", "c");
        replicas.startTableAgain("b");
        replicas.link("b", "d");
        replicas.settle();
        replicas.link("b", "c");
        replicas.settle();

        assertThat(replicas.at("c").known(slot("a"))).isEqualTo(4);
        assertThat(replicas.shown("c", "a")).isEqualTo(Map.of("k1", "v", "k2", "v", "k3", "v", "k4", "v"));
    }

    @Test
    void aSourceThatIsLeftForABetterOneIsToldSo() {
        Replicas replicas = new Replicas(Replicas.small(Departed.KEEP), "a", "b", "c");
        replicas.link("a", "b");
        replicas.link("b", "c");
        replicas.put("a", "k", "v");
        replicas.settle();
        replicas.link("a", "c");
        boolean told = false;
        while (replicas.deliver("a", "c") != null || replicas.deliver("c", "a") != null) {
            told |= replicas.wire("c", "b").stream().anyMatch(frame -> frame instanceof Frame.Unwant);
        }
        assertThat(told).isTrue();
    }

    @Test
    void anyReplicaRelaysAnySlot() {
        Replicas replicas = new Replicas(Replicas.small(Departed.KEEP), "a", "b", "c", "d");
        replicas.link("a", "b");
        replicas.link("b", "c");
        replicas.link("c", "d");
        replicas.put("a", "k", "v1");
        replicas.put("d", "k", "v2");
        replicas.settle();
        replicas.pass(SECOND);
        replicas.settle();

        replicas.assertAllEqual();
    }

    @Test
    void aRelayedSlotFollowsItsOwnerWithoutWaitingForAnnouncements() {
        Replicas replicas = new Replicas(Replicas.small(Departed.KEEP), "a", "b", "c");
        replicas.link("a", "b");
        replicas.link("b", "c");
        replicas.put("a", "k", "v1");
        replicas.settle();
        replicas.put("a", "k", "v2");
        replicas.settle();

        assertThat(replicas.shown("c", "a")).containsEntry("k", "v2");
    }

    @Test
    void aFullMeshRelaysNothingAndAnnouncesNothing() {
        Replicas replicas = Replicas.linked("a", "b", "c");
        replicas.put("a", "k", "v");
        replicas.settle();
        replicas.pass(SECOND);
        replicas.put("a", "k", "w");
        replicas.deliver("a", "b");
        replicas.pass(SECOND.multipliedBy(5));

        assertThat(replicas.wire("b", "c")).isEmpty();
        assertThat(replicas.wire("c", "b")).isEmpty();
    }

    @Test
    void aSlotWhoseOwnerIsGoneStillReachesNewcomers() {
        Replicas replicas = Replicas.linked("a", "b");
        replicas.put("a", "k", "v");
        replicas.settle();
        replicas.part("a", "b");
        replicas.start("c", 1);
        replicas.link("b", "c");
        replicas.settle();

        assertThat(replicas.shown("c", "a")).containsEntry("k", "v");
    }

    @Test
    void whatAThirdHadMoreOfAGoneOwnersSlotReachesWhoeverIsNotLinkedToIt() {
        Replicas replicas = Replicas.linked("a", "b", "c", "d");
        replicas.put("a", "k", "v1");
        replicas.settle();
        replicas.cut("a", "b");
        replicas.cut("a", "c");
        replicas.cut("d", "b");
        replicas.cut("d", "c");
        replicas.put("a", "k", "v2");
        replicas.settle();
        replicas.cut("a", "d");
        replicas.link("b", "d");
        replicas.settle();
        assertThat(replicas.shown("b", "a")).isEqualTo(Map.of("k", "v2"));

        replicas.pass(SECOND);
        replicas.settle();
        assertThat(replicas.shown("c", "a")).isEqualTo(Map.of("k", "v2"));
    }

    @Test
    void aTableThatStartsLongAfterTheLinkIsGreetedAndFed() {
        Replicas replicas = Replicas.linked("a", "b");
        replicas.put("a", "k", "v");
        replicas.settle();
        replicas.startTableAgain("b"); // The node runs on and the link stands: a hears nothing from the mesh.
        replicas.at("b").linked(id("a"));
        replicas.put("b", "k", "of the new table");
        replicas.settle();

        replicas.assertAllEqual();
    }

    @Test
    void aLateFrameOfAnAbandonedStreamChangesNothing() {
        Replicas replicas = halfway();
        Frame.Rows<String, String> late =
                new Frame.Rows<>(1, 2, false, true, 3, 0, List.of(new Row<>("k3", 3, "late")));
        replicas.cut("a", "b");
        replicas.link("a", "b");
        assertThat(firstWant(replicas, "b", "a", slot("a")).stream()).isGreaterThan(1);
        replicas.at("b").frame(id("a"), late);

        assertThat(replicas.shown("b", "a")).isEmpty();
        replicas.settle();
        replicas.assertEqual(List.of("a", "b"));
    }

    @Test
    void aGapInAStreamIsRefusedAndTheStreamBegunAgain() {
        Replicas replicas = Replicas.linked("a", "b");
        replicas.put("a", "k1", "v");
        replicas.wire("a", "b").clear(); // No honest link loses a frame; a broken one must not spoil a copy.
        replicas.put("a", "k2", "v");
        replicas.settle();

        assertThat(replicas.told("b")).anyMatch(effect -> effect instanceof Effect.Refused);
        replicas.pass(Duration.ofMillis(100));
        replicas.settle();
        replicas.assertAllEqual();
    }

    @Test
    void aSourceThatSendsWhatNoneMaySendIsAskedAgainOnlyWhenTimePasses() {
        // Else the two would do nothing else: ask, send, refuse, ask.
        Replicas replicas = Replicas.linked("a", "b");
        replicas.put("a", "k1", "v");
        replicas.wire("a", "b").clear();
        replicas.put("a", "k2", "v");
        replicas.settle();
        long refused = replicas.told("b").stream()
                .filter(effect -> effect instanceof Effect.Refused)
                .count();

        assertThat(refused).isEqualTo(1);
        assertThat(replicas.wire("b", "a")).isEmpty();
        assertThat(replicas.at("b").known(slot("a"))).isZero();
    }

    @Test
    void slotsBeyondTheLimitAreRefused() {
        TableSettings one = new TableSettings(Departed.KEEP, 2, 2, SECOND, SECOND, SECOND, SECOND, SECOND, 2);
        Replicas replicas = new Replicas(one, "a", "b", "c");
        replicas.link("a", "b");
        replicas.link("a", "c");
        replicas.settle();

        assertThat(replicas.at("a").slots()).hasSize(2);
        assertThat(replicas.told("a")).anyMatch(effect -> effect instanceof Effect.Refused);
    }

    /** b has received the first of three frames of a's rows; c is alone. */
    private static Replicas halfway() {
        Replicas replicas = new Replicas(Replicas.small(Departed.KEEP), "a", "b", "c");
        for (int i = 1; i <= 6; i++) {
            replicas.put("a", "k" + i, "v");
        }
        replicas.link("a", "b");
        deliverUntilRows(replicas, "a", "b");
        replicas.deliver("a", "b");
        return replicas;
    }

    private static void deliverUntilRows(Replicas replicas, String from, String to) {
        while (!(replicas.wire(from, to).peek() instanceof Frame.Rows)) {
            replicas.deliver(from, to);
            replicas.deliver(to, from);
        }
    }

    private static Frame.Want<String, String> firstWant(Replicas replicas, String from, String to, Slot slot) {
        while (true) {
            if (replicas.wire(from, to).peek() instanceof Frame.Want<String, String> want
                    && want.slot().equals(slot)) {
                return want;
            }
            if (replicas.deliver(from, to) == null && replicas.deliver(to, from) == null) {
                throw new AssertionError("no want");
            }
        }
    }
}
