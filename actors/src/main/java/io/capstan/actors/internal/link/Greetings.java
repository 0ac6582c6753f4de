package io.capstan.actors.internal.link;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The connections that are no links yet, whoever called. Confined to the mesh's thread. */
final class Greetings {
    private final Set<Connection> all = new LinkedHashSet<>();

    void add(Connection connection) {
        all.add(connection);
    }

    void remove(Connection connection) {
        all.remove(connection);
    }

    int size() {
        return all.size();
    }

    /** A copy, so that they may come and go meanwhile. */
    List<Connection> all() {
        return List.copyOf(all);
    }

    /** Our own calls to the node of this name, as far as it has said who it is. */
    List<Connection> callsTo(String name) {
        return all.stream()
                .filter(one -> {
                    Control.Hello peer = one.greeting().peer();
                    return one.greeting().called() != null
                            && peer != null
                            && name.equals(peer.id().name());
                })
                .toList();
    }
}
