package io.capstan.testkit.sim;

import io.capstan.testkit.FaultTarget;
import io.capstan.testkit.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A world of processes with virtual time, network and disks, in which everything follows from one seed.
 *
 * <p>Events happen one at a time, ordered by (time, order of scheduling), on the caller's thread; after each event in
 * which a process took part, the invariants are checked. The same seed, settings and calls give the same run to the
 * last bit, as long as the processes use no other clock, chance or thread, and decide nothing by the order of a hash
 * map.
 *
 * <p>Not thread-safe; two simulations share nothing.
 *
 * @param <M> messages
 */
public final class Simulation<M> implements FaultTarget {
    private static final int EVENTS_PER_INSTANT_MAX = 1_000_000;

    private record Named(String name, Invariant invariant) {}

    private final long seed;
    private final SimSettings settings;
    private final SplittableRandom random;
    private final EventQueue queue = new EventQueue();
    private final Map<String, Member<M>> byName = new HashMap<>();
    private final List<Member<M>> members = new ArrayList<>();
    private final List<Named> invariants = new ArrayList<>();
    private final Counts counts = new Counts();
    private final Trace trace;
    private final Wire<M> wire;

    private long now;
    private long steps;
    private int eventsThisInstant;
    private long messages;
    private long lost;
    private long duplicates;

    private Simulation(long seed, SimSettings settings) {
        this.seed = seed;
        this.settings = settings;
        random = new SplittableRandom(seed);
        trace = new Trace(settings.traceLength());
        SplittableRandom chance = random.split();
        wire = settings.network() == SimSettings.Network.DATAGRAMS
                ? new DatagramWire<>(this, settings, chance)
                : new StreamWire<>(this, settings, chance);
    }

    /** An empty world. */
    public static <M> Simulation<M> of(long seed, SimSettings settings) {
        return new Simulation<>(seed, settings);
    }

    public long seed() {
        return seed;
    }

    SimSettings settings() {
        return settings;
    }

    /** Nanoseconds of true time since the beginning. */
    public long nanos() {
        return now;
    }

    /** Events so far. */
    public long steps() {
        return steps;
    }

    /** Chance for what the test itself decides: another stream than the network's, the disks' and the processes'. */
    public SplittableRandom random() {
        return random;
    }

    // ---- Processes

    /**
     * Adds a process and starts it.
     *
     * @throws IllegalArgumentException when there is one of that name
     */
    public void start(String name, SimProcess.Factory<M> factory) {
        Member<M> member = new Member<>(this, name, members.size(), factory, random.split());
        if (byName.putIfAbsent(name, member) != null) {
            throw new IllegalArgumentException("there is a process \"" + name + "\" already");
        }
        Spread.Nanos delay = settings.delay().nanos();
        for (Member<M> other : members) {
            other.paths().add(new Path<>(other, member, delay));
            member.paths().add(new Path<>(member, other, delay));
        }
        members.add(member);
        startNow(member);
    }

    /** Names of all processes, in the order in which they were added. */
    @Override
    public List<String> names() {
        return members.stream().map(Member::name).toList();
    }

    public boolean isUp(String name) {
        return member(name).isUp();
    }

    public boolean isPaused(String name) {
        return member(name).isPaused();
    }

    /** Whether messages from {@code from} to {@code to} are cut. */
    public boolean isCut(String from, String to) {
        return path(from, to).cut;
    }

    /** The disk of a process, dead or alive. */
    public SimDisk disk(String name) {
        return member(name).disk();
    }

    /** Lets the clock of a process run at {@code rate} times true time; timers already set keep their end. */
    public void drift(String name, double rate) {
        if (!(rate >= 0.1 && rate <= 10)) {
            throw new IllegalArgumentException("a clock's rate is 0.1 to 10, got " + rate);
        }
        member(name).drift(rate);
    }

    /** Gives one direction between two processes a delay of its own. */
    public void delay(String from, String to, Spread delay) {
        path(from, to).delay = delay.nanos();
    }

    // ---- Time

    /** Runs {@code action} after {@code delay} of true time, as nobody's step: what clients do, say. */
    public void at(Duration delay, Runnable action) {
        schedule(now + delay.toNanos(), new EventQueue.Event() {
            @Override
            @Nullable
            String fire() {
                action.run();
                return "";
            }
        });
    }

    /** Lets time pass, and with it everything happen that is due. */
    public void runFor(Duration time) {
        long end = Math.addExact(now, time.toNanos());
        while (queue.nextTime() <= end) {
            step();
        }
        now = end;
    }

    /** As {@link #runFor}, but ends at the first step after which {@code condition} holds; false if none did. */
    public boolean runUntil(Duration limit, BooleanSupplier condition) {
        long end = Math.addExact(now, limit.toNanos());
        while (!condition.getAsBoolean()) {
            if (queue.nextTime() > end) {
                now = end;
                return false;
            }
            step();
        }
        return true;
    }

    /** As {@link #runUntil}, but fails when the condition does not come about: progress that is demanded. */
    public void await(String description, Duration limit, BooleanSupplier condition) {
        if (!runUntil(limit, condition)) {
            throw failure(description, "did not happen within " + limit, null);
        }
    }

    /** Makes the next event happen; false when there is none left. */
    public boolean step() {
        if (queue.nextTime() == Long.MAX_VALUE) {
            return false;
        }
        EventQueue.Event event = queue.poll();
        eventsThisInstant = event.time == now ? eventsThisInstant + 1 : 0;
        now = event.time;
        steps++;
        if (eventsThisInstant > EVENTS_PER_INSTANT_MAX) {
            throw failure("time passes", "more than " + EVENTS_PER_INSTANT_MAX + " events at one instant", null);
        }
        guarded(() -> {
            String process = event.fire();
            if (process != null) {
                checkInvariants(process);
            }
        });
        return true;
    }

    // ---- What must hold, and what has happened

    /** Checks {@code invariant} after every step from now on. */
    public void invariant(String name, Invariant invariant) {
        invariants.add(new Named(name, invariant));
    }

    /** Counts something the test wants to have seen. */
    public void count(String what) {
        counts.add(what, 1);
    }

    void count(String what, long amount) {
        counts.add(what, amount);
    }

    /** How often everything happened that this class or the test counts, by name. */
    public SortedMap<String, Long> counts() {
        SortedMap<String, Long> all = counts.sorted();
        all.put("steps", steps);
        all.put("messages", messages);
        all.put("messages lost", lost);
        all.put("messages doubled", duplicates);
        return all;
    }

    /** Seed, step, time and the last events, for whoever reports a failure. */
    public String report() {
        return "seed " + seed + ", step " + steps + ", at " + Duration.ofNanos(now) + "\nlast events (s):\n" + trace;
    }

    // ---- Faults

    /** Applies a schedule; virtual time passes in its waits. */
    public void apply(Faults faults) {
        faults.applyTo(this);
    }

    @Override
    public void pass(Duration time) {
        runFor(time);
    }

    @Override
    public void cutOneWay(String from, String to) {
        setCut(path(from, to), true);
    }

    @Override
    public void healOneWay(String from, String to) {
        setCut(path(from, to), false);
    }

    @Override
    public void healAll() {
        for (Member<M> member : members) {
            for (Path<M> path : member.paths()) {
                setCut(path, false);
            }
        }
    }

    private void setCut(Path<M> path, boolean cut) {
        if (path.cut != cut) {
            path.cut = cut;
            trace(path.label, cut ? "cut" : "healed", null);
            count(cut ? "cuts" : "heals", 1);
            wire.cutOrHealed(path);
        }
    }

    @Override
    public void kill(String name) {
        Member<M> member = member(name);
        if (member.isUp()) {
            trace(name, "killed", null);
            count("kills", 1);
            member.crash();
            wire.crashed(member);
            guarded(() -> checkInvariants(name));
        }
    }

    @Override
    public void restart(String name) {
        Member<M> member = member(name);
        if (!member.isUp()) {
            count("restarts", 1);
            startNow(member);
        }
    }

    @Override
    public void pause(String name, Duration time) {
        Member<M> member = member(name);
        if (member.isUp()) {
            trace(name, "paused for", time);
            count("pauses", 1);
            member.pauseUntil(now + time.toNanos());
            wire.paused(member);
        }
    }

    // ---- For the rest of the package

    void schedule(long time, EventQueue.Event event) {
        queue.add(time, event);
    }

    boolean send(Member<M> from, String to, M message) {
        Member<M> target = member(to);
        if (target == from) {
            from.receiveFromSelf(message);
            return true;
        }
        return wire.send(from.pathTo(target), message);
    }

    void delivered(Path<M> path, M message) {
        messages++;
        trace.add(now, path.label, "got", message);
    }

    void lost(Path<M> path, M message) {
        lost++;
        trace.add(now, path.label, "lost", message);
    }

    void duplicated() {
        duplicates++;
    }

    void trace(String who, String what, @Nullable Object detail) {
        trace.add(now, who, what, detail);
    }

    void resumed(Member<M> member) {
        trace(member.name(), "resumed", null);
        wire.resumed(member);
    }

    void checkInvariants(String process) {
        for (Named named : invariants) {
            try {
                named.invariant().check(process);
            } catch (RuntimeException | AssertionError e) {
                throw failure(named.name(), String.valueOf(e.getMessage()), e);
            }
        }
    }

    private void startNow(Member<M> member) {
        trace(member.name(), "started, incarnation", member.incarnation() + 1);
        guarded(() -> {
            member.start();
            wire.started(member);
            checkInvariants(member.name());
        });
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (SimulationFailure e) {
            throw e;
        } catch (RuntimeException | AssertionError e) {
            throw failure("no step throws", e.toString(), e);
        }
    }

    private SimulationFailure failure(String violated, String why, @Nullable Throwable cause) {
        return new SimulationFailure(violated, "violated: " + violated + ": " + why + "\n" + report(), cause);
    }

    private Path<M> path(String from, String to) {
        Member<M> sender = member(from);
        Member<M> receiver = member(to);
        if (sender == receiver) {
            throw new IllegalArgumentException("no link leads from \"" + from + "\" to itself");
        }
        return sender.pathTo(receiver);
    }

    private Member<M> member(String name) {
        return Objects.requireNonNull(byName.get(name), () -> "there is no process \"" + name + "\"");
    }
}
