package io.capstan.bench;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.bench.seat.Seating;

/** A node of ours in a measured process: the first member's makes the cluster, those of all others join it there. */
public final class SeatedNode {
    private SeatedNode() {}

    /**
     * Starts it, and does not wait until it sees others.
     *
     * @param more of its configuration, {@code key = value}; may be empty
     */
    public static Node start(Seating seating, String more) {
        String first = seating.members().get(0);
        Start start = seating.name().equals(first)
                ? Start.bootstrap()
                : Start.joining(Seating.HOST + ":" + seating.port(first, 0));
        String place = "capstan.actors { directory = \"" + seating.directory() + "\", link { hostname = \""
                + Seating.HOST + "\", port = " + seating.port(0) + " } }";
        return Node.start(seating.name(), start, ConfigFactory.parseString(place + "\n" + more));
    }
}
