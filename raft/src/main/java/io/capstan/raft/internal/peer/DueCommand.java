package io.capstan.raft.internal.peer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What falls due next in the state machine, and whether this leader has proposed it already. */
final class DueCommand {
    private PeerEvent.@Nullable Due due;
    private boolean proposed;

    /** The state machine's latest word. */
    void remember(PeerEvent.@Nullable Due next) {
        boolean same = due != null
                && next != null
                && due.time() == next.time()
                && Arrays.equals(due.command(), next.command());
        due = next;
        proposed = proposed && same;
    }

    /** The command to propose now, once; null when nothing is due at that log time. */
    byte @Nullable [] take(long logTime) {
        if (due == null || proposed || logTime < due.time()) {
            return null;
        }
        proposed = true;
        return due.command();
    }

    /** Whether anything falls due at all. */
    boolean isThere() {
        return due != null;
    }

    /** Whether log time has to be looked at. */
    boolean isPending() {
        return due != null && !proposed;
    }

    /** The proposal came to nothing, or another leads now. */
    void again() {
        proposed = false;
    }
}
