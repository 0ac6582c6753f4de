package io.capstan.actors.internal.process;

import io.capstan.actors.process.Down;
import io.capstan.actors.process.Exit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * News in a process's mailbox. It becomes one of the process's messages when its turn comes, and none if the monitor or
 * link behind it was ended meanwhile: so nothing has to be searched for in a mailbox. Never leaves its node.
 */
sealed interface Letter {
    /** The message, or null when it is of no interest any more. */
    @Nullable
    Object open();

    /** The end of a monitored process. */
    record OfDown(Monitor monitor, Down down, Function<Down, ?> message) implements Letter {
        @Override
        public @Nullable Object open() {
            return monitor.open() ? message.apply(down) : null;
        }
    }

    /** An exit signal to a process that traps exits; {@code link} is null when it came without one. */
    record OfExit(Cell cell, @Nullable Link link, Exit exit, Function<Exit, ?> message) implements Letter {
        @Override
        public @Nullable Object open() {
            return link == null || cell.hears(exit.process(), link) ? message.apply(exit) : null;
        }
    }

    /** Nothing but an occasion to handle what was put before all other messages. */
    enum Wake implements Letter {
        UP;

        @Override
        public @Nullable Object open() {
            return null;
        }
    }
}
