package io.capstan.testkit.process;

import io.capstan.testkit.Ports;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Between the members of a {@link ProcessCluster}: where each is found, and which directions are cut. */
final class Cuts implements AutoCloseable {
    private record OneWay(String from, String to) {}

    private final @Nullable Namespaces spaces;
    private final Set<OneWay> cut = new LinkedHashSet<>();

    /** Without namespaces all are on the loopback, where nothing can be cut. */
    Cuts(@Nullable Namespaces spaces) {
        this.spaces = spaces;
    }

    /** Returns the address of a new member. */
    String add(String name) throws IOException {
        return spaces == null ? Ports.HOST : spaces.add(name);
    }

    List<String> at(String name, List<String> command) {
        return spaces == null ? command : spaces.at(name, command);
    }

    synchronized void cut(String from, String to) throws IOException {
        Namespaces network = network("cut " + from + ">" + to);
        if (cut.add(new OneWay(from, to))) {
            network.lose(from, to, 100);
        }
    }

    synchronized void heal(String from, String to) throws IOException {
        if (cut.remove(new OneWay(from, to))) {
            network("heal").lose(from, to, 0);
        }
    }

    synchronized void healAll() throws IOException {
        for (OneWay each : List.copyOf(cut)) {
            heal(each.from, each.to);
        }
    }

    private Namespaces network(String fault) {
        if (spaces == null) {
            throw new UnsupportedOperationException(
                    fault + ": these processes share the loopback, where nothing can be cut");
        }
        return spaces;
    }

    @Override
    public void close() throws IOException {
        if (spaces != null) {
            spaces.close();
        }
    }
}
