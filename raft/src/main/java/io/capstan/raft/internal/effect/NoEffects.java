package io.capstan.raft.internal.effect;

import io.capstan.raft.Effects;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/** Of an entry outside of any group: whatever is asked for is numbered and forgotten. */
public final class NoEffects implements Effects {
    private final long index;
    private int asked;

    public NoEffects(long index) {
        this.index = index;
    }

    @Override
    public Id next() {
        return new Id("", 1, index, asked);
    }

    private Id number() {
        Id id = next();
        asked++;
        return id;
    }

    @Override
    public <T> Id send(ActorRef<T> to, T message) {
        return number();
    }

    @Override
    public Id timer(String name, long time, Object command) {
        return number();
    }

    @Override
    public void cancel(String name) {}

    @Override
    public Id monitor(ActorRef<?> process, Function<Down, ?> command) {
        return number();
    }

    @Override
    public void demonitor(Id monitor) {}
}
