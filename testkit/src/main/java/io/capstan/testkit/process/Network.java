package io.capstan.testkit.process;

import io.capstan.testkit.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Between the members of a {@link ProcessCluster}: where each is found, and what ails links and wires. */
final class Network implements AutoCloseable {
    private record OneWay(String from, String to) {}

    private final @Nullable Namespaces spaces;
    private final @Nullable Relays relays;
    private final Set<OneWay> cut = new LinkedHashSet<>();
    private final Map<OneWay, Integer> loss = new HashMap<>();
    private final Set<String> down = new LinkedHashSet<>();
    private final Set<String> slow = new LinkedHashSet<>();

    private Network(@Nullable Namespaces spaces, @Nullable Relays relays) {
        this.spaces = spaces;
        this.relays = relays;
    }

    /**
     * Without namespaces all are on the loopback, where nothing can be done; relays are in namespaces only.
     *
     * @param files where a relay says what went wrong
     */
    static Network of(Set<Instrument> instruments, Path files) throws IOException {
        if (!instruments.contains(Instrument.NAMESPACES)) {
            return new Network(null, null);
        }
        Namespaces spaces = new Namespaces();
        try {
            return new Network(spaces, instruments.contains(Instrument.RELAYS) ? new Relays(spaces, files) : null);
        } catch (IOException e) {
            spaces.close();
            throw e;
        }
    }

    /** The place of a new member. */
    synchronized Place add(String name, Path directory) throws IOException {
        int port = Ports.free();
        if (spaces == null) {
            return new Place(name, Ports.HOST, port, directory);
        }
        Place place = new Place(name, spaces.add(name), port, directory);
        if (relays != null) {
            relays.add(place);
        }
        return place;
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
        OneWay way = new OneWay(from, to);
        if (cut.remove(way)) {
            network("heal").lose(from, to, loss.getOrDefault(way, 0));
        }
    }

    synchronized void lose(String from, String to, int percent) throws IOException {
        Namespaces network = network("loss " + from + ">" + to);
        OneWay way = new OneWay(from, to);
        loss.put(way, percent);
        if (!cut.contains(way)) {
            network.lose(from, to, percent);
        }
    }

    synchronized void down(String name, boolean pulled) throws IOException {
        Namespaces network = network((pulled ? "down " : "up ") + name);
        if (pulled && down.add(name)) {
            network.pull(name);
        } else if (!pulled && down.remove(name)) {
            network.plug(name);
        }
    }

    synchronized void slow(String name, int kilobits) throws IOException {
        network("slow " + name).slow(name, kilobits);
        slow.add(name);
    }

    void delay(String from, String to, Duration time, Duration jitter) throws IOException {
        relays("delay " + from + ">" + to).delay(from, to, time, jitter);
    }

    void duplicate(String from, String to, int percent) throws IOException {
        relays("duplicate " + from + ">" + to).duplicate(from, to, percent);
    }

    void reorder(String from, String to, int percent) throws IOException {
        relays("reorder " + from + ">" + to).reorder(from, to, percent);
    }

    void reset(String from, String to) throws IOException {
        relays("reset " + from + ">" + to).reset(from, to);
    }

    /** Everything. */
    synchronized void healAll() throws IOException {
        if (spaces == null) {
            return;
        }
        Set<OneWay> ailing = new LinkedHashSet<>(cut);
        ailing.addAll(loss.keySet());
        cut.clear();
        loss.clear();
        for (OneWay each : ailing) {
            spaces.lose(each.from, each.to, 0);
        }
        for (String name : List.copyOf(down)) {
            down(name, false);
        }
        for (String name : slow) {
            spaces.slow(name, 0);
        }
        slow.clear();
        if (relays != null) {
            relays.heal();
        }
    }

    private Namespaces network(String fault) {
        if (spaces == null) {
            throw new UnsupportedOperationException(
                    fault + ": these processes share the loopback, where nothing can be cut, lost or slowed");
        }
        return spaces;
    }

    private Relays relays(String fault) {
        if (relays == null) {
            throw new UnsupportedOperationException(fault + ": there are no relays between these processes");
        }
        return relays;
    }

    @Override
    public void close() throws IOException {
        if (relays != null) {
            relays.close();
        }
        if (spaces != null) {
            spaces.close();
        }
    }
}
