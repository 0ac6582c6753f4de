package io.capstan.testkit.sim;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Each message for itself. A cut loses what is under way, too. */
final class DatagramWire<M> implements Wire<M> {
    private final Simulation<M> simulation;
    private final double loss;
    private final double duplicate;
    private final SplittableRandom random;

    DatagramWire(Simulation<M> simulation, SimSettings settings, SplittableRandom random) {
        this.simulation = simulation;
        loss = settings.loss();
        duplicate = settings.duplicate();
        this.random = random;
    }

    @Override
    public boolean send(Path<M> path, M message) {
        if (path.cut || (loss > 0 && random.nextDouble() < loss)) {
            simulation.lost(path, message);
            return true;
        }
        dispatch(path, message);
        if (duplicate > 0 && random.nextDouble() < duplicate) {
            simulation.duplicated();
            dispatch(path, message);
        }
        return true;
    }

    private void dispatch(Path<M> path, M message) {
        simulation.schedule(simulation.nanos() + path.delay.draw(random), new Datagram<>(path, message));
    }

    @Override
    public void cutOrHealed(Path<M> path) {}

    @Override
    public void started(Member<M> member) {}

    @Override
    public void crashed(Member<M> member) {}

    @Override
    public void paused(Member<M> member) {}

    @Override
    public void resumed(Member<M> member) {}

    private static final class Datagram<M> extends EventQueue.Event {
        private final Path<M> path;
        private final M message;

        Datagram(Path<M> path, M message) {
            this.path = path;
            this.message = message;
        }

        @Override
        @Nullable
        String fire() {
            Member<M> to = path.to;
            if (path.cut || !to.isUp()) {
                to.simulation.lost(path, message);
                return null;
            }
            if (to.defers(this)) {
                return null;
            }
            to.receive(path, message);
            return to.name();
        }
    }
}
