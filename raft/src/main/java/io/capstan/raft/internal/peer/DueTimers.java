package io.capstan.raft.internal.peer;

import io.capstan.raft.Effects;
import io.capstan.raft.internal.effect.Outstanding.Timer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The timers that fall due next in a group, and which of them this leader has proposed already. */
final class DueTimers {
    /** How many are looked at, and under way, at a time. */
    static final int MOST = 256;

    private List<Timer> next = List.of();
    private final Set<Effects.Id> proposed = new HashSet<>();

    /** The state machine's latest word, earliest first. */
    void remember(List<Timer> timers) {
        next = timers;
        if (!proposed.isEmpty()) {
            Set<Effects.Id> there = new HashSet<>();
            timers.forEach(timer -> there.add(timer.id()));
            proposed.retainAll(there);
        }
    }

    /** Those to propose now, each once. */
    List<Effects.Id> take(long logTime) {
        List<Effects.Id> due = new ArrayList<>();
        for (Timer timer : next) {
            if (timer.time() > logTime) {
                break;
            }
            if (proposed.add(timer.id())) {
                due.add(timer.id());
            }
        }
        return due;
    }

    /** Whether anything falls due at all. */
    boolean isThere() {
        return !next.isEmpty();
    }

    /** Whether log time has to be looked at. */
    boolean isPending() {
        return proposed.size() < next.size();
    }

    /** A proposal came to nothing, or another leads now. */
    void again() {
        proposed.clear();
    }
}
