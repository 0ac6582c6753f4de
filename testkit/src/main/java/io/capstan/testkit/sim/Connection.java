package io.capstan.testkit.sim;

import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one connection that two processes have at a time, as two ends that may disagree about it.
 *
 * <p>Like TCP with heartbeats: while a direction is cut its bytes stall (and go on if the cut heals soon); an end that
 * hears nothing for a while gives up and closes; the close travels behind what is under way, or overtakes and loses it,
 * as FIN and RST do. A new connection replaces whatever an end still believes in, and tells it so first.
 */
final class Connection<M> {
    /** The end of the stream, in place of a message. */
    private static final Object CLOSE = new Object() {
        @Override
        public String toString() {
            return "close";
        }
    };

    private static final int NONE = 0;

    final End<M> left;
    final End<M> right;
    private final StreamWire<M> wire;
    private int epoch = NONE;
    private boolean connecting;

    Connection(StreamWire<M> wire, Path<M> path, Path<M> back) {
        this.wire = wire;
        left = new End<>(this, path);
        right = new End<>(this, back);
        left.peer = right;
        right.peer = left;
    }

    /** Plans a new connection when one is missing and nothing is in its way. */
    void maybeConnect() {
        if (!connecting && possible()) {
            connecting = true;
            Simulation<M> simulation = wire.simulation;
            long when = simulation.nanos() + wire.reconnect.draw(wire.random);
            simulation.schedule(when, new Connect());
        }
    }

    private boolean possible() {
        return (!left.standsNow() || !right.standsNow()) && left.canTalk() && right.canTalk();
    }

    /** Something between the two gives up: what is under way is lost, both ends are told. */
    void breakApart() {
        wire.simulation.count("connections broken", 1);
        left.hangUp(true);
        right.hangUp(true);
    }

    private final class Connect extends EventQueue.Event {
        @Override
        @Nullable
        String fire() {
            connecting = false;
            if (!possible()) {
                return null;
            }
            epoch++;
            wire.simulation.count("connections", 1);
            left.open();
            right.open();
            return null;
        }
    }

    /** One side of it; {@code path} leads to the other. */
    static final class End<M> {
        final Connection<M> connection;
        private final Path<M> path;
        private @Nullable End<M> peer;

        /** Which connection this end believes in. */
        private int believed = NONE;
        /** Which one it is being told of. */
        private int opening = NONE;

        private final ArrayDeque<Object> underWay = new ArrayDeque<>();
        private long lastArrival;
        private int stalled;
        private long silentSince = -1;

        End(Connection<M> connection, Path<M> path) {
            this.connection = connection;
            this.path = path;
        }

        boolean isUp() {
            return believed != NONE;
        }

        private boolean standsNow() {
            return connection.epoch != NONE && (believed == connection.epoch || opening == connection.epoch);
        }

        private boolean canTalk() {
            return path.from.isUp() && !path.from.isPaused() && !path.cut;
        }

        private End<M> peer() {
            return Objects.requireNonNull(peer);
        }

        private Simulation<M> simulation() {
            return connection.wire.simulation;
        }

        private void open() {
            opening = connection.epoch;
            underWay.clear();
            stalled = 0;
            long told = simulation().nanos() + path.delay.draw(connection.wire.random);
            // What the other end sends on the new connection must not come before this end knows of it.
            peer().lastArrival = told;
            simulation().schedule(told, new Opened<>(this, opening, path.to.incarnation()));
        }

        void send(M message) {
            if (believed == connection.epoch) {
                enqueue(message);
            } else {
                simulation().lost(path, message);
            }
        }

        private void enqueue(Object item) {
            underWay.add(item);
            Simulation<M> simulation = simulation();
            lastArrival = Math.max(lastArrival, simulation.nanos() + path.delay.draw(connection.wire.random));
            simulation.schedule(lastArrival, new Arrival<>(this, connection.epoch));
        }

        /** Says goodbye to the other end; {@code losing} what is under way to it. */
        private void hangUp(boolean losing) {
            if (losing) {
                underWay.clear();
            }
            if (connection.epoch != NONE) {
                enqueue(CLOSE);
            }
        }

        /** The process at this end is gone; its kernel closes for it. */
        void crashed() {
            boolean hadOne = standsNow();
            believed = NONE;
            opening = NONE;
            silenceMayHaveChanged();
            if (hadOne) {
                hangUp(connection.wire.random.nextBoolean());
            }
        }

        /** Bytes that wait for a cut to end go on, in order. */
        void resumeStalled() {
            Simulation<M> simulation = simulation();
            for (; stalled > 0; stalled--) {
                lastArrival = Math.max(lastArrival, simulation.nanos() + path.delay.draw(connection.wire.random));
                simulation.schedule(lastArrival, new Arrival<>(this, connection.epoch));
            }
        }

        /** Watches for the other end hearing nothing from this one for too long. */
        void silenceMayHaveChanged() {
            boolean silent = path.cut || path.from.isPaused();
            if (!silent) {
                silentSince = -1;
            } else if (silentSince < 0) {
                Simulation<M> simulation = simulation();
                silentSince = simulation.nanos();
                long patience = connection.wire.silence.draw(connection.wire.random);
                simulation.schedule(silentSince + patience, new Silence<>(peer(), silentSince));
            }
        }

        private void down(String why) {
            believed = NONE;
            Member<M> member = path.from;
            simulation().trace(path.label, why, null);
            member.linkDown(path.to);
        }
    }

    /** One item reaches the other end, unless its direction is cut. */
    private static final class Arrival<M> extends EventQueue.Event {
        private final End<M> sender;
        private final int epoch;

        Arrival(End<M> sender, int epoch) {
            this.sender = sender;
            this.epoch = epoch;
        }

        @Override
        @Nullable
        String fire() {
            if (epoch != sender.connection.epoch) {
                return null;
            }
            if (sender.path.cut) {
                sender.stalled++;
                return null;
            }
            Member<M> to = sender.path.to;
            if (to.defers(this)) {
                return null;
            }
            Object item = sender.underWay.poll();
            End<M> receiver = sender.peer();
            if (item == null || receiver.believed != epoch) {
                return null;
            }
            if (item == CLOSE) {
                receiver.down("link closed");
                sender.connection.maybeConnect();
            } else {
                @SuppressWarnings("unchecked") // Justification: only send(M) and CLOSE put items there
                M message = (M) item;
                to.receive(sender.path, message);
            }
            return to.name();
        }
    }

    /** An end learns of its new connection. */
    private static final class Opened<M> extends EventQueue.Event {
        private final End<M> end;
        private final int epoch;
        private final int peerIncarnation;

        Opened(End<M> end, int epoch, int peerIncarnation) {
            this.end = end;
            this.epoch = epoch;
            this.peerIncarnation = peerIncarnation;
        }

        @Override
        @Nullable
        String fire() {
            if (end.opening != epoch || end.path.from.defers(this)) {
                return null;
            }
            if (end.isUp()) {
                end.down("link replaced");
            }
            end.opening = NONE;
            end.believed = epoch;
            end.simulation().trace(end.path.label, "link up", null);
            end.path.from.linkUp(end.path.to, peerIncarnation);
            return end.path.from.name();
        }
    }

    /** The end has perhaps heard nothing for too long. */
    private static final class Silence<M> extends EventQueue.Event {
        private final End<M> end;
        private final long since;

        Silence(End<M> end, long since) {
            this.end = end;
            this.since = since;
        }

        @Override
        @Nullable
        String fire() {
            if (end.peer().silentSince != since || !end.path.from.isUp() || end.path.from.defers(this)) {
                return null;
            }
            if (!end.isUp()) {
                return null;
            }
            boolean current = end.believed == end.connection.epoch;
            end.down("link silent");
            if (current) {
                end.hangUp(false);
            }
            end.connection.maybeConnect();
            return end.path.from.name();
        }
    }
}
