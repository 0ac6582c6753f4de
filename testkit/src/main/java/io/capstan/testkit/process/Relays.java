package io.capstan.testkit.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Relays before the ports of all members, in one process at the hub, which both ends of a connection take for each other:
 * what goes through it can be delayed, doubled and put out of order in pieces, and connections reset. Other ports of a member are reached past it.
 */
final class Relays implements AutoCloseable {
    private static final List<String> FLAGS =
            List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private final Namespaces spaces;
    private final ChildProcess process;
    private final List<Place> places = new ArrayList<>();
    private final Map<String, Treatment> treatments = new HashMap<>();

    Relays(Namespaces spaces, Path files) throws IOException {
        this.spaces = spaces;
        process = ChildProcess.start(
                files, Map.of(), spaces.at("", ChildProcess.command(files, FLAGS, RelayProcess.class)));
        process.answer("ready");
    }

    synchronized void add(Place place) throws IOException {
        process.ask("listen " + spaces.number(place.name()) + " " + place.port());
        for (Place other : places) {
            spaces.relay(other.name(), place.name(), place.port());
            spaces.relay(place.name(), other.name(), other.port());
        }
        places.add(place);
    }

    void delay(String from, String to, Duration time, Duration jitter) throws IOException {
        set(from, to, treatment(from, to).delayed(time, jitter));
    }

    void duplicate(String from, String to, int percent) throws IOException {
        set(from, to, treatment(from, to).duplicating(percent));
    }

    void reorder(String from, String to, int percent) throws IOException {
        set(from, to, treatment(from, to).reordering(percent));
    }

    synchronized void reset(String from, String to) throws IOException {
        process.ask("reset " + way(from, to));
    }

    synchronized void heal() throws IOException {
        treatments.clear();
        process.ask("heal");
    }

    private synchronized Treatment treatment(String from, String to) {
        return treatments.getOrDefault(way(from, to), Treatment.NONE);
    }

    private synchronized void set(String from, String to, Treatment treatment) throws IOException {
        treatments.put(way(from, to), treatment);
        process.ask("set " + way(from, to) + " " + treatment);
    }

    private String way(String from, String to) {
        return spaces.number(from) + " " + spaces.number(to);
    }

    @Override
    public void close() {
        process.close();
    }
}
