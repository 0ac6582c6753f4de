package io.capstan.crdt.internal;

import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/**
 * An increment of a counter that is dirty already against the flush that cleans it: whoever comes second tells of it. Run by
 * hand, as {@code TESTING.md} says.
 */
@JCStressTest
@State
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "Both increments are told, by this flush or the next.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An increment that no flush tells of.")
public class DirtyFlagStress {
    private final CounterBook book = new CounterBook(1, () -> 0);
    private final Cells cells = Objects.requireNonNull(book.counter("k"));
    private long told;

    /** Dirty from the first increment. */
    public DirtyFlagStress() {
        cells.add(1);
    }

    /** Finds the counter dirty, or makes it so again. */
    @Actor
    public void increment() {
        cells.add(1);
    }

    /** As the counters' actor does. */
    @Actor
    public void flush() {
        for (Gathered dirty : book.takeDirty()) {
            told = ((Cells) dirty).clean().added();
        }
    }

    /** The next flush, after both. */
    @Arbiter
    public void next(J_Result result) {
        flush();
        result.r1 = told;
    }
}
