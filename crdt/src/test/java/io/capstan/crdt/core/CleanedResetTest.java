package io.capstan.crdt.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Baseline.Seen;
import io.capstan.crdt.core.CounterKey.Total;
import io.capstan.crdt.core.TableSettings.Departed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a reset says of slots that are about to be folded. */
class CleanedResetTest {
    private static final Slot OWN = new Slot(1, 1, new NodeId("a", 1));
    private static final Slot GONE = new Slot(2, 2, new NodeId("b", 1));

    @Test
    void ofMoreThanIsFoldedNothingIsSaidAsItWouldBeTakenFromOtherSlots() {
        Table<CounterKey, CounterRow> table =
                new Table<>(OWN, TableSettings.defaults(Departed.KEEP), CounterWire.wire());
        table.restore(GONE, 3, 0, List.of(new Row<>(new Total("k"), 3, Sums.of(10, 4))));
        Baseline reset = Baseline.of(false, Map.of(GONE, new Seen(GONE, 0, 15, 2, 9)));

        Baseline cleaned = Fold.cleaned(table, Map.of(GONE, 3L), "k", reset);

        assertThat(cleaned.seen()).containsExactly(new Seen(GONE, 0, 10, 2, 9));
    }
}
