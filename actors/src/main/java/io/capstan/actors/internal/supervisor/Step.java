package io.capstan.actors.internal.supervisor;

/** One of the things that a supervisor does one after the other. */
sealed interface Step {
    /** Stop it if it runs, and wait until nothing of it is left. */
    record Stop(Child child) implements Step {}

    /** Start it, and wait until it has started. */
    record Start(Child child) implements Step {}

    /** And then this. */
    record Then(Runnable action) implements Step {}
}
