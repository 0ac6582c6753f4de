package io.capstan.bench.torture.workload;

import java.time.Duration;

/** What one client does: one thing after the other. For one thread. */
public interface Script {
    /** What it asks next. */
    Ask next();

    /** What came of it. */
    default void told(Ask ask, Answer answer) {}

    /** How long it thinks before it asks next. */
    Duration pause();
}
