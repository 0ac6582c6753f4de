package io.capstan.actors.internal.supervisor;

import io.capstan.actors.ExitReason;
import io.capstan.actors.process.Exit;
import io.capstan.actors.supervisor.Supervisor;

/** What a supervisor hears of its children, by key and life, and of those above it. */
sealed interface Event extends Supervisor.Command {
    /** It runs. */
    record Started(String key, long life) implements Event {}

    /** Why it ended; {@link Gone} follows. */
    record Ended(String key, long life, ExitReason reason) implements Event {}

    /** Nothing of it is left. */
    record Gone(String key, long life) implements Event {}

    /** It should have stopped by now. */
    record Overdue(String key, long life) implements Event {}

    /** Somebody wants the supervisor itself to end. */
    record ToldToExit(Exit exit) implements Event {}
}
