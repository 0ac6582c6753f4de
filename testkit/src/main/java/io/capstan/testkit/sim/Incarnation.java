package io.capstan.testkit.sim;

import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The world as one run of a process sees it; mute once that run is over. */
final class Incarnation<M> implements SimNode<M> {
    private static final long CLOCK_START_MAX = Duration.ofHours(1).toNanos();

    private final Member<M> member;
    private final Simulation<M> simulation;
    private final int number;
    private final SplittableRandom random;
    private double rate;
    private long trueBase;
    private long localBase;

    Incarnation(Member<M> member, int number, SplittableRandom random, double rate) {
        this.member = member;
        this.number = number;
        this.random = random;
        this.rate = rate;
        simulation = member.simulation;
        trueBase = simulation.nanos();
        // Clocks of two processes, or of two runs, have nothing in common: comparing them must not work by luck.
        localBase = random.nextLong(CLOCK_START_MAX);
    }

    @Override
    public String name() {
        return member.name();
    }

    @Override
    public int incarnation() {
        return number;
    }

    @Override
    public long nanos() {
        return localBase + (long) ((simulation.nanos() - trueBase) * rate);
    }

    void drift(double value) {
        localBase = nanos();
        trueBase = simulation.nanos();
        rate = value;
    }

    @Override
    public SplittableRandom random() {
        return random;
    }

    @Override
    public boolean send(String to, M message) {
        return member.isCurrent(this) && simulation.send(member, to, message);
    }

    @Override
    public SimTimer after(Duration delay, Runnable action) {
        return startTimer(delay, -1, action);
    }

    @Override
    public SimTimer every(Duration period, Runnable action) {
        if (period.toNanos() <= 0) {
            throw new IllegalArgumentException("a timer's period is longer than nothing, got " + period);
        }
        return startTimer(period, period.toNanos(), action);
    }

    private SimTimer startTimer(Duration delay, long period, Runnable action) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("a timer's delay is not negative, got " + delay);
        }
        Timer timer = new Timer(period, action);
        simulation.schedule(simulation.nanos() + trueNanos(delay.toNanos()), timer);
        return timer;
    }

    private long trueNanos(long localNanos) {
        return rate == 1 ? localNanos : (long) Math.ceil(localNanos / rate);
    }

    @Override
    public SimDisk disk() {
        return member.disk();
    }

    @Override
    public void trace(String what) {
        simulation.trace(member.name(), what, null);
    }

    private final class Timer extends EventQueue.Event implements SimTimer {
        private final long period;
        private final Runnable action;
        private boolean over;

        Timer(long period, Runnable action) {
            this.period = period;
            this.action = action;
        }

        @Override
        public void cancel() {
            over = true;
        }

        @Override
        @Nullable
        String fire() {
            if (over || !member.isCurrent(Incarnation.this) || member.defers(this)) {
                return null;
            }
            if (period > 0) {
                // From now, not from when it was due: a pause is followed by one tick, not by a burst of them.
                simulation.schedule(simulation.nanos() + trueNanos(period), this);
            } else {
                over = true;
            }
            action.run();
            return member.name();
        }
    }
}
