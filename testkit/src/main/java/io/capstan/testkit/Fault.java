package io.capstan.testkit;

import java.time.Duration;

/** One step of {@link Faults}. {@code toString()} is its notation. */
public sealed interface Fault
        permits Fault.Wait,
                Fault.Cut,
                Fault.Heal,
                Fault.HealAll,
                Fault.Kill,
                Fault.Stop,
                Fault.Restart,
                Fault.Pause,
                Fault.Clock,
                LinkFault,
                WireFault,
                DiskFault,
                GroupFault {
    /** Makes it happen. */
    void applyTo(FaultTarget target);

    /** {@code wait 5s}. */
    record Wait(Duration time) implements Fault {
        public Wait {
            Notation.requireMillis(time);
        }

        @Override
        public void applyTo(FaultTarget target) {
            target.pass(time);
        }

        @Override
        public String toString() {
            return "wait " + Notation.print(time);
        }
    }

    /** {@code cut a|b,c} or {@code cut a>b}. */
    record Cut(Links links) implements Fault {
        @Override
        public void applyTo(FaultTarget target) {
            links.forEach(target, target::cutOneWay);
        }

        @Override
        public String toString() {
            return "cut " + links;
        }
    }

    /** {@code heal a|b,c} or {@code heal a>b}: these links only. */
    record Heal(Links links) implements Fault {
        @Override
        public void applyTo(FaultTarget target) {
            links.forEach(target, target::healOneWay);
        }

        @Override
        public String toString() {
            return "heal " + links;
        }
    }

    /** {@code heal}: every link, wire, clock and disk; what is dead stays dead, what is damaged stays damaged. */
    record HealAll() implements Fault {
        @Override
        public void applyTo(FaultTarget target) {
            target.healAll();
        }

        @Override
        public String toString() {
            return "heal";
        }
    }

    /** {@code kill a,b}. */
    record Kill(Who who) implements Fault {
        public Kill(String name) {
            this(Who.of(name));
        }

        @Override
        public void applyTo(FaultTarget target) {
            who.among(target).forEach(target::kill);
        }

        @Override
        public String toString() {
            return "kill " + who;
        }
    }

    /** {@code stop a}: in an orderly way. */
    record Stop(Who who) implements Fault {
        @Override
        public void applyTo(FaultTarget target) {
            who.among(target).forEach(target::stop);
        }

        @Override
        public String toString() {
            return "stop " + who;
        }
    }

    /** {@code restart a}. */
    record Restart(Who who) implements Fault {
        public Restart(String name) {
            this(Who.of(name));
        }

        @Override
        public void applyTo(FaultTarget target) {
            who.among(target).forEach(target::restart);
        }

        @Override
        public String toString() {
            return "restart " + who;
        }
    }

    /** {@code pause a 2s}. */
    record Pause(Who who, Duration time) implements Fault {
        public Pause {
            Notation.requireMillis(time);
        }

        public Pause(String name, Duration time) {
            this(Who.of(name), time);
        }

        @Override
        public void applyTo(FaultTarget target) {
            who.among(target).forEach(name -> target.pause(name, time));
        }

        @Override
        public String toString() {
            return "pause " + who + " " + Notation.print(time);
        }
    }

    /** {@code clock a +1h}: its wall clock shows so much more, or less, than it is. */
    record Clock(Who who, Duration offset) implements Fault {
        public Clock {
            Notation.requireMillis(offset.abs());
        }

        @Override
        public void applyTo(FaultTarget target) {
            who.among(target).forEach(name -> target.clock(name, offset));
        }

        @Override
        public String toString() {
            return "clock " + who + (offset.isNegative() ? " -" : " +") + Notation.print(offset.abs());
        }
    }
}
