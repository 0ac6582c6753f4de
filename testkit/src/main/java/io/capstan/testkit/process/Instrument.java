package io.capstan.testkit.process;

import java.util.Optional;

/** What a machine must have, and must let us use, for some of the faults. */
public enum Instrument {
    /** A network namespace for each member: {@code cut}, {@code loss}, {@code down}, {@code slow}. */
    NAMESPACES {
        @Override
        public Optional<String> missing() {
            return Namespaces.missing();
        }
    },
    /**
     * A relay before each member's port, with {@link #NAMESPACES}: {@code delay}, {@code duplicate}, {@code reorder}, {@code reset}.
     * What goes to other ports than its place's is not relayed.
     */
    RELAYS {
        @Override
        public Optional<String> missing() {
            return NAMESPACES.missing().map(why -> "relays: " + why);
        }
    },
    /** A shim before each member's wall clock: {@code clock}. */
    CLOCKS {
        @Override
        public Optional<String> missing() {
            return ClockShim.missing();
        }
    },
    /** A shim before each member's writes: {@code disk … sync-error}, {@code write-error}, {@code slow-sync}, {@code no-space}. */
    DISK_SHIM {
        @Override
        public Optional<String> missing() {
            return DiskShim.missing();
        }
    },
    /** Each member's directory is a small disk in memory: {@code disk … full}. Not with {@link #POWER}. */
    SMALL_DISKS {
        @Override
        public Optional<String> missing() {
            return Disk.missingSmall();
        }
    },
    /** Each member's directory is a disk of its own: {@code power-cut}. */
    POWER {
        @Override
        public Optional<String> missing() {
            return Disk.missingPower();
        }
    };

    /** Why this machine has it not, in one line; empty if it has. It is tried out, so this takes a moment. */
    public abstract Optional<String> missing();
}
