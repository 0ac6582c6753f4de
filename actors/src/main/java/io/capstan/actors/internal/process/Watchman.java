package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;
import io.capstan.actors.internal.turn.Spawning;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.Terminated;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * Watches the actors of this node that are no processes, each once for all who ask. A classic actor: only there does
 * Pekko say whether whom it watched had ever been there.
 */
final class Watchman extends AbstractActor {
    private final ProcessTable table;
    private final Map<ActorRef, Cell> watched = new HashMap<>();

    /** Somebody asks for {@code cell}. */
    record Watch(Cell cell) {}

    /** Perhaps nobody asks for {@code cell} any more. */
    record Release(Cell cell) {}

    private Watchman(ProcessTable table) {
        this.table = table;
    }

    static ActorRef start(ActorSystem<?> system, ProcessTable table) {
        ExtendedActorSystem classic = (ExtendedActorSystem) Adapter.toClassic(system);
        Props props = Props.create(Watchman.class, () -> new Watchman(table));
        return Spawning.unlessEnding(
                system.name(), "capstan-watchman", () -> classic.systemActorOf(props, "capstan-watchman"));
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(Watch.class, ask -> watch(ask.cell()))
                .match(Release.class, ask -> release(ask.cell()))
                .match(Terminated.class, this::ended)
                .build();
    }

    private void watch(Cell cell) {
        if (!cell.standing()) {
            // It comes late: it was given up meanwhile, and its successor must not be forgotten for it.
            return;
        }
        ActorRef process = Adapter.toClassic(cell.process());
        // A cell that comes while its predecessor is not released yet takes over its watch.
        if (watched.put(process, cell) == null) {
            getContext().watch(process);
        }
    }

    private void release(Cell cell) {
        if (table.retire(cell)) {
            ActorRef process = Adapter.toClassic(cell.process());
            if (watched.remove(process, cell)) {
                getContext().unwatch(process);
            }
        }
    }

    private void ended(Terminated end) {
        Cell cell = watched.remove(end.getActor());
        if (cell != null) {
            // It was there when the cell was made: its end is an end, also when Pekko's watch came too late.
            table.ended(cell, reason(cell));
        }
    }

    /** A process that was asked for between its last word and its end told why all the same. */
    private ExitReason reason(Cell cell) {
        ExitReason last = table.lastWord(cell.process());
        return last == null ? ExitReason.STOPPED : last;
    }
}
