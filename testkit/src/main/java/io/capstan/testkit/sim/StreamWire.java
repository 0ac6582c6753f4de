package io.capstan.testkit.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** One {@link Connection} for every two processes. */
final class StreamWire<M> implements Wire<M> {
    final Simulation<M> simulation;
    final SplittableRandom random;
    final Spread.Nanos silence;
    final Spread.Nanos reconnect;
    private final double loss;
    private final Map<Path<M>, Connection.End<M>> ends = new HashMap<>();

    StreamWire(Simulation<M> simulation, SimSettings settings, SplittableRandom random) {
        this.simulation = simulation;
        this.random = random;
        silence = settings.silence().nanos();
        reconnect = settings.reconnect().nanos();
        loss = settings.loss();
    }

    @Override
    public boolean send(Path<M> path, M message) {
        Connection.End<M> end = end(path);
        if (!end.isUp()) {
            return false;
        }
        if (loss > 0 && random.nextDouble() < loss) {
            simulation.lost(path, message);
            end.connection.breakApart();
            return true;
        }
        end.send(message);
        return true;
    }

    @Override
    public void cutOrHealed(Path<M> path) {
        Connection.End<M> end = end(path);
        end.silenceMayHaveChanged();
        if (!path.cut) {
            end.resumeStalled();
            end.connection.maybeConnect();
        }
    }

    @Override
    public void started(Member<M> member) {
        for (Path<M> path : member.paths()) {
            end(path).connection.maybeConnect();
        }
    }

    @Override
    public void crashed(Member<M> member) {
        for (Path<M> path : member.paths()) {
            end(path).crashed();
        }
    }

    @Override
    public void paused(Member<M> member) {
        for (Path<M> path : member.paths()) {
            end(path).silenceMayHaveChanged();
        }
    }

    @Override
    public void resumed(Member<M> member) {
        for (Path<M> path : member.paths()) {
            end(path).silenceMayHaveChanged();
            end(path).connection.maybeConnect();
        }
    }

    /** What {@code path.from} holds of its connection with {@code path.to}. */
    private Connection.End<M> end(Path<M> path) {
        Connection.End<M> end = ends.get(path);
        if (end == null) {
            Path<M> back = path.to.pathTo(path.from);
            Connection<M> connection = new Connection<>(this, path, back);
            ends.put(path, connection.left);
            ends.put(back, connection.right);
            end = connection.left;
        }
        return end;
    }
}
