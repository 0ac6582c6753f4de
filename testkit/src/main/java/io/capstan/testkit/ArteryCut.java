package io.capstan.testkit;

import io.capstan.testkit.NetworkFaults.Direction;
import io.capstan.testkit.internal.Blackholes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Set<Address> cut = ConcurrentHashMap.newKeySet();

    public ArteryCut(ActorSystem<?> system) {
        this.blackholes = new Blackholes(system);
    }

    /** Loses everything to and from {@code address}, silently, until {@link #healAll}. */
    public synchronized void cut(Address address) {
        if (cut.add(address)) {
            blackholes.add(address, Direction.INBOUND);
            blackholes.add(address, Direction.OUTBOUND);
        }
    }

    /** Mends everything that was cut here. */
    public synchronized void healAll() {
        for (Address address : cut) {
            blackholes.remove(address, Direction.INBOUND);
            blackholes.remove(address, Direction.OUTBOUND);
        }
        cut.clear();
    }
}
