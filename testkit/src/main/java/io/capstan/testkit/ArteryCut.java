package io.capstan.testkit;

import io.capstan.testkit.NetworkFaults.Direction;
import io.capstan.testkit.internal.Blackholes;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Cuts one system's end of Pekko's own transport towards others, by their addresses, and mends it: for labs whose nodes
 * are processes of their own. {@link TestCluster} does this by itself.
 *
 * <p>The system must run with {@code pekko.remote.artery.advanced.test-mode = on}. Thread-safe.
 */
public final class ArteryCut {
    private final Blackholes blackholes;
    private final Map<Address, Set<Direction>> cut = new HashMap<>();

    public ArteryCut(ActorSystem<?> system) {
        this.blackholes = new Blackholes(system);
    }

    /** Loses everything to and from {@code address}, silently, until {@link #healAll}. */
    public synchronized void cut(Address address) {
        cut(address, Direction.INBOUND);
        cut(address, Direction.OUTBOUND);
    }

    /** Loses everything in one direction, silently, until it is healed. Idempotent. */
    public synchronized void cut(Address address, Direction direction) {
        if (cut.computeIfAbsent(address, fresh -> EnumSet.noneOf(Direction.class))
                .add(direction)) {
            blackholes.add(address, direction);
        }
    }

    /** Mends one direction. Idempotent. */
    public synchronized void heal(Address address, Direction direction) {
        Set<Direction> directions = cut.get(address);
        if (directions != null && directions.remove(direction)) {
            blackholes.remove(address, direction);
        }
    }

    /** Mends everything that was cut here. */
    public synchronized void healAll() {
        cut.forEach((address, directions) -> directions.forEach(each -> blackholes.remove(address, each)));
        cut.clear();
    }
}
