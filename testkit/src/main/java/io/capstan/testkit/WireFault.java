package io.capstan.testkit;

/** What is wrong with everything that comes to a member and goes from it. */
public sealed interface WireFault extends Fault {
    Who who();

    /** {@code down a}: its wire is pulled. */
    record Down(Who who) implements WireFault {
        @Override
        public void applyTo(FaultTarget target) {
            who.among(target).forEach(target::down);
        }

        @Override
        public String toString() {
            return "down " + who;
        }
    }

    /** {@code up a}: its wire is in again. */
    record Up(Who who) implements WireFault {
        @Override
        public void applyTo(FaultTarget target) {
            who.among(target).forEach(target::up);
        }

        @Override
        public String toString() {
            return "up " + who;
        }
    }

    /**
     * {@code slow a 512kbit}: so much in each direction; {@code slow a off} ends it.
     *
     * @param kilobits per second; 0 is as fast as it goes
     */
    record Slow(Who who, int kilobits) implements WireFault {
        public Slow {
            if (kilobits < 0) {
                throw new IllegalArgumentException("a rate is not negative, got " + kilobits);
            }
        }

        @Override
        public void applyTo(FaultTarget target) {
            who.among(target).forEach(name -> target.slow(name, kilobits));
        }

        @Override
        public String toString() {
            return "slow " + who + (kilobits == 0 ? " off" : " " + kilobits + "kbit");
        }
    }
}
