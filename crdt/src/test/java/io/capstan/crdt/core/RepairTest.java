package io.capstan.crdt.core;

import static io.capstan.crdt.core.Replicas.id;
import static io.capstan.crdt.core.Replicas.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.crdt.core.TableSettings.Departed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Copies that differ, as only a bug can make them: found by their hashes, and mended. */
class RepairTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration CHECK_EVERY = Duration.ofSeconds(30);

    private static TableSettings settings(Departed departed) {
        return new TableSettings(
                departed, 2, 2, SECOND, CHECK_EVERY, SECOND.multipliedBy(2), SECOND, Duration.ofHours(1), 1_000);
    }

    @Test
    void aCopyThatMissesARowIsReplacedByItsOwners() {
        Replicas replicas = new Replicas(settings(Departed.KEEP), "a", "b");
        replicas.link("a", "b");
        replicas.settle();
        falsify(replicas, "a", "b", List.of());
        assertThat(replicas.shown("b", "a")).as("the lost row").isEmpty();
        assertThat(replicas.at("b").known(slot("a"))).isEqualTo(1);
        replicas.told("b");
        replicas.pass(CHECK_EVERY);
        replicas.settle();

        assertThat(replicas.told("b")).contains(new Effect.Diverged<>(id("a"), slot("a")));
        replicas.assertAllEqual();
        assertQuiet(replicas, "a", "b");
    }

    @Test
    void aCopyWithAGhostIsReplacedByItsOwners() {
        Replicas replicas = new Replicas(settings(Departed.HIDE), "a", "b");
        replicas.link("a", "b");
        replicas.settle();
        falsify(replicas, "a", "b", List.of(new Row<>("ghost", 1, "boo")));
        replicas.pass(CHECK_EVERY);
        replicas.settle();

        assertThat(replicas.shown("b", "a")).isEqualTo(Map.of("k", "v"));
        assertQuiet(replicas, "a", "b");
    }

    @Test
    void whoIsLinkedToTheOwnerMendsWhomItRelaysTo() {
        Replicas replicas = new Replicas(settings(Departed.KEEP), "a", "b", "c");
        replicas.link("a", "b");
        replicas.link("b", "c");
        replicas.put("a", "k0", "v");
        replicas.settle();
        replicas.put("a", "k", "v");
        while (replicas.rows("b", "c").isEmpty()) {
            assertThat(replicas.deliver("a", "b")).isNotNull();
        }
        falsifyNext(replicas, "b", "c", List.of());
        replicas.pass(CHECK_EVERY);
        replicas.settle();

        replicas.assertAllEqual();
        assertQuiet(replicas, "a", "b", "c");
    }

    @Test
    void ofASlotWithoutAnOwnerAllTakeTheJoin() {
        // a is gone. b missed one row of its slot, c another: what either has was written, so it counts.
        Replicas replicas = new Replicas(settings(Departed.KEEP), "a", "b", "c");
        replicas.link("a", "b");
        replicas.link("a", "c");
        replicas.settle();
        replicas.put("a", "k1", "v1");
        falsifyNext(replicas, "a", "b", List.of());
        replicas.settle();
        replicas.put("a", "k2", "v2");
        falsifyNext(replicas, "a", "c", List.of());
        replicas.settle();
        replicas.part("a", "b");
        replicas.part("a", "c");
        replicas.link("b", "c");
        replicas.settle();
        assertThat(replicas.shown("b", "a")).isEqualTo(Map.of("k2", "v2"));
        assertThat(replicas.shown("c", "a")).isEqualTo(Map.of("k1", "v1"));
        for (int i = 0; i < 3; i++) {
            replicas.pass(CHECK_EVERY);
            replicas.settle();
        }

        assertThat(replicas.shown("b", "a")).isEqualTo(Map.of("k1", "v1", "k2", "v2"));
        assertThat(replicas.shown("c", "a")).isEqualTo(Map.of("k1", "v1", "k2", "v2"));
        assertQuiet(replicas, "b", "c");
    }

    @Test
    void copiesThatOnlyForgotDifferentRemovalsDoNotDiffer() {
        Replicas replicas = new Replicas(settings(Departed.KEEP), "a", "b", "c");
        replicas.link("a", "b");
        replicas.link("a", "c");
        replicas.link("b", "c");
        replicas.put("a", "k1", "v");
        replicas.put("a", "k2", "v");
        replicas.remove("a", "k1");
        replicas.settle();
        replicas.cut("a", "c");
        replicas.pass(SECOND.multipliedBy(2));
        replicas.settle(List.of("a", "b")); // b has forgotten the removal, c has not heard of it.
        replicas.pass(CHECK_EVERY);
        replicas.settle();

        assertQuiet(replicas, "a", "b", "c");
    }

    @Test
    void aPeerThatHearsNothingIsToldOnlySoMuch() {
        // c is silent. Twenty owners behind b change for hours: what waits for c does not grow with the hours.
        Replicas replicas = new Replicas(settings(Departed.KEEP), "a", "b", "c");
        replicas.link("a", "b");
        replicas.link("b", "c");
        replicas.put("a", "k0", "v");
        replicas.settle();
        for (int second = 0; second < 3 * 3_600; second++) {
            replicas.put("a", "k" + second % 10, "v" + second);
            replicas.settle(List.of("a", "b")); // All but c.
            replicas.pass(SECOND);
        }
        assertThat(replicas.wire("b", "c").size()).isLessThanOrEqualTo(2 + Sending.UNHEARD_MAX);
        assertThat(replicas.at("b").rowCount()).isEqualTo(10);

        replicas.settle();
        replicas.pass(SECOND);
        replicas.settle();
        replicas.assertAllEqual();
    }

    /** a writes its one row k, and b takes {@code rows} for it. */
    private static void falsify(Replicas replicas, String from, String to, List<Row<String, String>> rows) {
        replicas.put(from, "k", "v");
        falsifyNext(replicas, from, to, rows);
        replicas.settle();
    }

    private static void falsifyNext(Replicas replicas, String from, String to, List<Row<String, String>> rows) {
        while (!(replicas.wire(from, to).peek() instanceof Frame.Rows<String, String> next)
                || next.rows().isEmpty()) {
            assertThat(replicas.deliver(from, to))
                    .as("a frame of rows is under way")
                    .isNotNull();
        }
        var frame = (Frame.Rows<String, String>) replicas.wire(from, to).remove();
        var false_ = new Frame.Rows<>(
                frame.stream(), frame.after(), frame.replace(), true, frame.tail(), frame.floor(), rows);
        replicas.wire(from, to).addFirst(false_);
        replicas.deliver(from, to);
    }

    private static void assertQuiet(Replicas replicas, String... names) {
        for (String name : names) {
            replicas.told(name);
        }
        replicas.pass(CHECK_EVERY);
        replicas.settle();
        for (String name : names) {
            assertThat(replicas.told(name)).noneMatch(effect -> effect instanceof Effect.Diverged);
        }
    }
}
