package io.capstan.actors.internal.supervisor;

import io.capstan.actors.ExitReason;

/** One of the things that a supervisor does one after the other. */
sealed interface Step {
    /** Stop it if it runs, and wait until nothing of it is left. */
    record Stop(Child child) implements Step {}

    /** Start it, and wait until it has started; if it does not, all steps behind it are dropped for {@code otherwise}. */
    record Start(Child child, FailedStart otherwise) implements Step {}

    /** And then this. */
    record Then(Runnable action) implements Step {}

    /** What is done when a child does not start; it depends on who wanted it to. */
    interface FailedStart {
        void of(Child child, ExitReason reason);
    }
}
