package io.capstan.testkit;

import java.time.Duration;

/** What is worse than it should be, but not cut, between members: each has its own end, and {@code heal} ends them all. */
public sealed interface LinkFault extends Fault {
    Links links();

    /** {@code loss a|b 30%}: so many of a hundred packets; 0% ends it. */
    record Loss(Links links, int percent) implements LinkFault {
        public Loss {
            Notation.requirePercent(percent);
        }

        @Override
        public void applyTo(FaultTarget target) {
            links.forEach(target, (from, to) -> target.lose(from, to, percent));
        }

        @Override
        public String toString() {
            return "loss " + links + " " + percent + "%";
        }
    }

    /** {@code delay a>b 75ms 50ms}: by so much, give or take so much; 0s ends it. */
    record Delay(Links links, Duration time, Duration jitter) implements LinkFault {
        public Delay {
            Notation.requireMillis(time);
            Notation.requireMillis(jitter);
        }

        @Override
        public void applyTo(FaultTarget target) {
            links.forEach(target, (from, to) -> target.delay(from, to, time, jitter));
        }

        @Override
        public String toString() {
            return "delay " + links + " " + Notation.print(time)
                    + (jitter.isZero() ? "" : " " + Notation.print(jitter));
        }
    }

    /** {@code duplicate a|b 1%}: so many of a hundred pieces of a stream come twice; 0% ends it. */
    record Duplicate(Links links, int percent) implements LinkFault {
        public Duplicate {
            Notation.requirePercent(percent);
        }

        @Override
        public void applyTo(FaultTarget target) {
            links.forEach(target, (from, to) -> target.duplicate(from, to, percent));
        }

        @Override
        public String toString() {
            return "duplicate " + links + " " + percent + "%";
        }
    }

    /** {@code reorder a|b 1%}: so many of a hundred pieces of a stream come after the next; 0% ends it. */
    record Reorder(Links links, int percent) implements LinkFault {
        public Reorder {
            Notation.requirePercent(percent);
        }

        @Override
        public void applyTo(FaultTarget target) {
            links.forEach(target, (from, to) -> target.reorder(from, to, percent));
        }

        @Override
        public String toString() {
            return "reorder " + links + " " + percent + "%";
        }
    }

    /** {@code reset a|b}: the connections that stand now, those that the one side opened and those that the other did. */
    record Reset(Links links) implements LinkFault {
        @Override
        public void applyTo(FaultTarget target) {
            links.forEach(target, target::reset);
        }

        @Override
        public String toString() {
            return "reset " + links;
        }
    }
}
