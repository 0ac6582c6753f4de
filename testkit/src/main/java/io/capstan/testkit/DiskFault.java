package io.capstan.testkit;

import java.util.Locale;

/** What goes wrong with a member's disk. */
public sealed interface DiskFault extends Fault {
    Who who();

    /** {@code disk a sync-error after 10}: from now on, until {@code disk a ok} or {@code heal}. */
    record Disk(Who who, DiskState state) implements DiskFault {
        @Override
        public void applyTo(FaultTarget target) {
            who.among(target).forEach(name -> target.disk(name, state));
        }

        @Override
        public String toString() {
            return "disk " + who + " " + state;
        }
    }

    /** {@code power-cut a}: it dies, and whatever it had not flushed with it. */
    record PowerCut(Who who) implements DiskFault {
        @Override
        public void applyTo(FaultTarget target) {
            who.among(target).forEach(target::powerCut);
        }

        @Override
        public String toString() {
            return "power-cut " + who;
        }
    }

    /** {@code save a}: the state that {@code stale a} brings back. */
    record Save(Who who) implements DiskFault {
        @Override
        public void applyTo(FaultTarget target) {
            who.among(target).forEach(target::save);
        }

        @Override
        public String toString() {
            return "save " + who;
        }
    }

    /** {@code flip a}, {@code truncate a}, {@code stale a}, {@code wipe a}: of a member that does not run. */
    record Damage(Who who, Kind kind) implements DiskFault {
        /** What is done to the files. */
        public enum Kind {
            /** One bit of one file is another. */
            FLIP,
            /** One file ends earlier. */
            TRUNCATE,
            /** They are what they were when they were last saved: a backup was put back. */
            STALE,
            /** There are none. */
            WIPE;

            @Override
            public String toString() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        @Override
        public void applyTo(FaultTarget target) {
            who.among(target).forEach(name -> target.damage(name, kind));
        }

        @Override
        public String toString() {
            return kind + " " + who;
        }
    }
}
