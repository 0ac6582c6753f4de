package io.capstan.registry.core;

import static io.capstan.registry.core.OneNode.A;
import static io.capstan.registry.core.OneNode.C;
import static io.capstan.registry.core.OneNode.nameOrderedBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.registry.core.NameRow.State;
import org.junit.jupiter.api.Test;

/** Whom a third node shows while a name goes from one to another. */
class SuccessionTest {
    private final OneNode b = OneNode.synced();
    private final NamesCore core = b.core;
    private final String name = nameOrderedBy(C);

    /** A takeover by c from a: what b is told of the two comes by two ways, and a's may be the faster. */
    private NameRow takenOver() {
        NameRow before = OneNode.row(State.OWNED, 5, "p");
        NameRow heir = OneNode.heirOf(before, 6, "q");
        b.changed(A, name, before);
        b.changed(
                C,
                name,
                new NameRow(heir.claim(), 1, heir.lineage(), State.PENDING, heir.loss(), "q", heir.metadata()));
        core.drain();
        b.changed(A, name, null);
        assertThat(OneNode.of(NamesEffect.Show.class, core.drain())).isEmpty();
        return heir;
    }

    @Test
    void whoIsTakenOverIsShownUntilTheOtherOwnsWhicheverIsHeardOfFirst() {
        NameRow heir = takenOver();

        b.changed(C, name, heir);

        assertThat(OneNode.of(NamesEffect.Show.class, core.drain()))
                .containsExactly(new NamesEffect.Show(name, new Claim(C, heir)));
    }

    @Test
    void whoIsGoneAndSucceededByNobodyIsShownNoLonger() {
        takenOver();
        b.changed(C, name, null);
        assertThat(core.drain()).contains(new NamesEffect.Show(name, null));

        takenOver();
        core.tick(1_000);
        assertThat(core.drain()).contains(new NamesEffect.Show(name, null));
    }
}
