package io.capstan.testkit.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One process by name, over all its incarnations: what is alive of it now, its pause, its clock, its disk. */
final class Member<M> {
    private static final long SELF_DELAY_NANOS = 1_000;

    final Simulation<M> simulation;
    private final String name;
    private final int index;
    private final SimProcess.Factory<M> factory;
    private final SplittableRandom random;
    private final SimDisk disk;
    private final Path<M> self;
    private final List<Path<M>> paths = new ArrayList<>();
    private final ArrayDeque<EventQueue.Event> deferred = new ArrayDeque<>();

    private int incarnation;
    private @Nullable Incarnation<M> node;
    private @Nullable SimProcess<M> process;
    private long pausedUntil = -1;
    private double rate = 1;

    Member(Simulation<M> simulation, String name, int index, SimProcess.Factory<M> factory, SplittableRandom random) {
        this.simulation = simulation;
        this.name = name;
        this.index = index;
        this.factory = factory;
        this.random = random;
        self = new Path<>(this, this, new Spread.Nanos(SELF_DELAY_NANOS, SELF_DELAY_NANOS));
        disk = new SimDisk(this, simulation.settings().flush().nanos(), random.split());
    }

    String name() {
        return name;
    }

    int incarnation() {
        return incarnation;
    }

    SimDisk disk() {
        return disk;
    }

    double rate() {
        return rate;
    }

    /** To all others, in the order in which they were added. */
    List<Path<M>> paths() {
        return paths;
    }

    Path<M> pathTo(Member<M> other) {
        // No path leads to oneself, so later members stand one place earlier.
        return paths.get(other.index < index ? other.index : other.index - 1);
    }

    boolean isUp() {
        return node != null;
    }

    boolean isPaused() {
        return pausedUntil >= 0;
    }

    boolean isCurrent(Incarnation<M> candidate) {
        return node == candidate;
    }

    void requireAlive() {
        if (node == null) {
            throw new IllegalStateException(name + " is dead");
        }
    }

    void start() {
        incarnation++;
        Incarnation<M> started = new Incarnation<>(this, incarnation, random.split(), rate);
        node = started;
        process = factory.start(started);
    }

    void crash() {
        disk.crash();
        node = null;
        process = null;
        pausedUntil = -1;
        deferred.clear();
    }

    void receive(Path<M> path, M message) {
        if (process != null) {
            simulation.delivered(path, message);
            process.onMessage(path.from.name, message);
        }
    }

    void linkUp(Member<M> peer, int peerIncarnation) {
        if (process != null) {
            process.onLinkUp(peer.name, peerIncarnation);
        }
    }

    void linkDown(Member<M> peer) {
        if (process != null) {
            process.onLinkDown(peer.name);
        }
    }

    /** Keeps the event for later when the process is paused. */
    boolean defers(EventQueue.Event event) {
        if (isPaused()) {
            deferred.add(event);
            return true;
        }
        return false;
    }

    /** Sends to oneself: always arrives, unless this run ends before. */
    void receiveFromSelf(M message) {
        int sender = incarnation;
        simulation.schedule(simulation.nanos() + SELF_DELAY_NANOS, new EventQueue.Event() {
            @Override
            @Nullable
            String fire() {
                if (!isUp() || incarnation != sender || defers(this)) {
                    return null;
                }
                receive(self, message);
                return name;
            }
        });
    }

    /** Runs a step of the process, now or when its pause ends. */
    void deliver(String what, Runnable step) {
        EventQueue.Event event = new EventQueue.Event() {
            @Override
            @Nullable
            String fire() {
                simulation.trace(name, what, null);
                step.run();
                return name;
            }
        };
        if (!defers(event)) {
            event.fire();
        }
    }

    void pauseUntil(long time) {
        if (time <= pausedUntil) {
            return;
        }
        pausedUntil = time;
        simulation.schedule(time, new EventQueue.Event() {
            @Override
            @Nullable
            String fire() {
                if (pausedUntil == time) {
                    resume();
                }
                return null;
            }
        });
    }

    private void resume() {
        pausedUntil = -1;
        simulation.resumed(this);
        // All of it before anything new, or a newcomer could overtake what has waited.
        while (!deferred.isEmpty() && !isPaused()) {
            if (deferred.remove().fire() != null) {
                simulation.checkInvariants(name);
            }
        }
    }

    void drift(double value) {
        rate = value;
        if (node != null) {
            node.drift(value);
        }
    }
}
