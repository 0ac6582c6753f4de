package io.capstan.testkit.process;

import java.util.Optional;

/** What a machine must have, and must let us use, for some of the faults. */
public enum Instrument {
    /** A network namespace for each member: cuts. */
    NAMESPACES {
        @Override
        public Optional<String> missing() {
            return Namespaces.missing();
        }
    };

    /** Why this machine has it not, in one line; empty if it has. It is tried out, so this takes a moment. */
    public abstract Optional<String> missing();
}
