package io.capstan.testkit.process;

import io.capstan.testkit.Await;
import io.capstan.testkit.FaultTarget;
import io.capstan.testkit.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of separate processes, and what can be done to it. Every member has a directory, and, where it was asked for and
 * this machine lets us, a network namespace of its own; without, all share the loopback and {@link #missing()} tells why.
 *
 * <pre>{@code
 * try (ProcessCluster cluster = ProcessCluster.of(directory, program, Set.of(Instrument.NAMESPACES), List.of("a", "b", "c"))) {
 *     cluster.startAll();
 *     Faults.parse("cut a|b,c; wait 5s; kill b; heal; restart b").applyTo(cluster);
 * }
 * }</pre>
 *
 * <p>For several threads: one may play faults while others speak to the members.
 */
public final class ProcessCluster implements FaultTarget, AutoCloseable {
    private final Path directory;
    private final Program program;
    private final Set<Instrument> instruments = EnumSet.noneOf(Instrument.class);
    private final List<String> missing = new ArrayList<>();
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Map<String, ChildProcess> children = new LinkedHashMap<>();
    private final Cuts cuts;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "faults-end");
        thread.setDaemon(true);
        return thread;
    });

    private ProcessCluster(Path directory, Program program, Set<Instrument> wanted, List<String> names)
            throws IOException {
        this.directory = directory;
        this.program = program;
        for (Instrument each : wanted) {
            each.missing().ifPresentOrElse(missing::add, () -> instruments.add(each));
        }
        cuts = new Cuts(instruments.contains(Instrument.NAMESPACES) ? new Namespaces() : null);
        try {
            for (String name : names) {
                add(name);
            }
        } catch (IOException e) {
            cuts.close();
            throw e;
        }
    }

    /**
     * A cluster of which no member runs yet.
     *
     * @param directory for the members' directories, and for what they say on standard error, {@code NAME.err}
     * @param wanted for the faults that shall be possible; what this machine has not is {@link #missing()} then
     * @throws UncheckedIOException when the machine refuses what it allowed a moment ago
     */
    public static ProcessCluster of(Path directory, Program program, Set<Instrument> wanted, List<String> names) {
        if (names.isEmpty() || Set.copyOf(names).size() != names.size()) {
            throw new IllegalArgumentException("a cluster has members of different names, got " + names);
        }
        return unchecked(() -> new ProcessCluster(directory, program, wanted, names));
    }

    /** What was wanted and this machine has not, and why: a line each, to be shown to whoever asked for it. */
    public List<String> missing() {
        return List.copyOf(missing);
    }

    // ---- Members

    /** One more member, that does not run yet. */
    public synchronized Place add(String name) throws IOException {
        Path own = Files.createDirectories(directory.resolve(name));
        Place place = new Place(name, cuts.add(name), Ports.free(), own);
        if (places.putIfAbsent(name, place) != null) {
            throw new IllegalArgumentException("there is a member \"" + name + "\" already");
        }
        return place;
    }

    /** In the order in which they were named. */
    public synchronized List<String> names() {
        return List.copyOf(places.keySet());
    }

    public synchronized Place place(String name) {
        Place place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException("there is no member \"" + name + "\", only " + places.keySet());
        }
        return place;
    }

    /**
     * The process of a member: the one that runs, or the last that did.
     *
     * @throws IllegalStateException when it never ran
     */
    public synchronized ChildProcess child(String name) {
        ChildProcess child = children.get(place(name).name());
        if (child == null) {
            throw new IllegalStateException("\"" + name + "\" has not been started yet");
        }
        return child;
    }

    /** The processes of all members that were ever started, in the order of their starts. */
    public synchronized Collection<ChildProcess> children() {
        return List.copyOf(children.values());
    }

    public synchronized boolean isRunning(String name) {
        ChildProcess child = children.get(place(name).name());
        return child != null && child.isAlive();
    }

    /** Starts whoever does not run; returns at once. */
    public synchronized ProcessCluster startAll() {
        names().forEach(this::start);
        return this;
    }

    /** Starts a member, unless it runs, in its place; returns at once. */
    public synchronized ChildProcess start(String name) {
        Place place = place(name);
        if (isRunning(name)) {
            return child(name);
        }
        boolean first = children.isEmpty() && place.name().equals(names().get(0));
        List<String> command = cuts.at(name, program.command(place, first, List.copyOf(places.values())));
        ChildProcess child = unchecked(() -> ChildProcess.start(place.directory(), Map.of(), command));
        children.put(name, child);
        program.started(place, child);
        return child;
    }

    // ---- Faults

    @Override
    public void pass(Duration time) {
        Await.pass(time);
    }

    @Override
    public void cutOneWay(String from, String to) {
        unchecked(() -> cuts.cut(place(from).name(), place(to).name()));
    }

    @Override
    public void healOneWay(String from, String to) {
        unchecked(() -> cuts.heal(place(from).name(), place(to).name()));
    }

    @Override
    public void healAll() {
        unchecked(cuts::healAll);
    }

    @Override
    public void kill(String name) {
        if (isRunning(name)) {
            unchecked(child(name)::kill);
        }
    }

    @Override
    public void restart(String name) {
        start(name);
    }

    @Override
    public void pause(String name, Duration time) {
        if (isRunning(name)) {
            ChildProcess child = child(name);
            unchecked(() -> child.pause(true));
            var unused =
                    timer.schedule(() -> unchecked(() -> child.pause(false)), time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    // ---- End

    /** Kills all members and takes back what was done to the machine; the directories stay. */
    @Override
    public synchronized void close() {
        timer.shutdownNow();
        for (ChildProcess child : children.values()) {
            child.close();
        }
        unchecked(() -> {
            for (ChildProcess child : children.values()) {
                child.kill();
            }
            cuts.close();
        });
    }

    private interface Act {
        void run() throws IOException;
    }

    private interface Making<T> {
        T make() throws IOException;
    }

    private static void unchecked(Act act) {
        @Nullable
        Object none = unchecked(() -> {
            act.run();
            return "";
        });
        assert none != null;
    }

    private static <T> T unchecked(Making<T> making) {
        try {
            return making.make();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }
}
