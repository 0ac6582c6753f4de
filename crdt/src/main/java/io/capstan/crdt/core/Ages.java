package io.capstan.crdt.core;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How old rows are, at least: looked at now and then, by a clock that never falls. What was there before the first look is
 * as old as that: a restart makes a window longer, never shorter. Not thread-safe.
 */
final class Ages {
    /** Looks of one window. */
    private static final int LOOKS = 16;

    private final long windowMillis;
    private final Deque<Look> looks = new ArrayDeque<>();
    private Look old = new Look(0, 0, 0);

    /** How far our own slot and {@link Slot#FOLDED} were at one moment. */
    record Look(long atMillis, long own, long folded) {}

    Ages(long windowMillis) {
        this.windowMillis = windowMillis;
    }

    void tick(long nowMillis, long own, long folded) {
        if (looks.isEmpty() || nowMillis - looks.getLast().atMillis() >= windowMillis / LOOKS) {
            looks.add(new Look(nowMillis, own, folded));
        }
        while (!looks.isEmpty() && nowMillis - looks.getFirst().atMillis() > windowMillis) {
            old = looks.remove();
        }
    }

    /** All rows up to here are older than the window. */
    Look old() {
        return old;
    }
}
