package io.capstan.testkit.process;

import io.capstan.testkit.Await;
import io.capstan.testkit.DiskFault;
import io.capstan.testkit.DiskState;
import io.capstan.testkit.FaultTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

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
    private static final Duration STOP_MAX = Duration.ofSeconds(60);
    private static final int DISK_MEGABYTES = 256;

    private final Path directory;
    private final Program program;
    private final Set<Instrument> instruments = EnumSet.noneOf(Instrument.class);
    private final List<String> missing = new ArrayList<>();
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Network network;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "faults-end");
        thread.setDaemon(true);
        return thread;
    });
    private Random random = new Random(1);
    private Supplier<String> leader = FaultTarget.super::leader;
    private Consumer<String> listener = done -> {};
    private boolean formed;
    private boolean closed;

    private ProcessCluster(Path directory, Program program, Set<Instrument> wanted) throws IOException {
        this.directory = directory;
        this.program = program;
        if (wanted.contains(Instrument.POWER) && wanted.contains(Instrument.SMALL_DISKS)) {
            throw new IllegalArgumentException("a member has one disk: POWER or SMALL_DISKS, not both");
        }
        Set<Instrument> all = EnumSet.noneOf(Instrument.class);
        all.addAll(wanted);
        if (all.contains(Instrument.RELAYS)) {
            all.add(Instrument.NAMESPACES);
        }
        for (Instrument each : all) {
            each.missing().ifPresentOrElse(missing::add, () -> instruments.add(each));
        }
        network = Network.of(instruments, directory.resolve("relays"));
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
        ProcessCluster cluster = unchecked(() -> new ProcessCluster(directory, program, wanted));
        try {
            names.forEach(cluster::add);
            return cluster;
        } catch (UncheckedIOException e) {
            cluster.close();
            throw e;
        }
    }

    /** Who is meant by {@code leader}: whoever drives knows, and may take its time to find out. */
    public ProcessCluster ledBy(Supplier<String> asked) {
        leader = asked;
        return this;
    }

    /** Draws {@code one}, and what is damaged, from this seed; from 1 if it is not told. */
    public ProcessCluster drawingFrom(long seed) {
        random = new Random(seed);
        return this;
    }

    /** Tells in a line each what was drawn: who, which bit of which file. */
    public ProcessCluster telling(Consumer<String> told) {
        listener = told;
        return this;
    }

    /** What was wanted and this machine has not, and why: a line each, to be shown to whoever asked for it. */
    public List<String> missing() {
        return List.copyOf(missing);
    }

    // ---- Members

    /** One more member, that does not run yet. */
    public synchronized Place add(String name) {
        if (members.containsKey(name)) {
            throw new IllegalArgumentException("there is a member \"" + name + "\" already");
        }
        return unchecked(() -> {
            Place place = network.add(name, Files.createDirectories(directory.resolve(name)));
            members.put(name, new Member(place, instruments, DISK_MEGABYTES, random));
            return place;
        });
    }

    /** In the order in which they were named. */
    @Override
    public synchronized List<String> names() {
        return List.copyOf(members.keySet());
    }

    public Place place(String name) {
        return member(name).place();
    }

    /**
     * The process of a member: the one that runs, or the last that did.
     *
     * @throws IllegalStateException when it never ran
     */
    public ChildProcess child(String name) {
        ChildProcess child = member(name).child();
        if (child == null) {
            throw new IllegalStateException("\"" + name + "\" has not been started yet");
        }
        return child;
    }

    public boolean isRunning(String name) {
        return member(name).isRunning();
    }

    /** Starts whoever does not run; returns at once. */
    public ProcessCluster startAll() {
        names().forEach(this::start);
        return this;
    }

    /**
     * Starts a member, unless it runs, in its place; returns at once.
     *
     * @throws IllegalStateException when this cluster is closed
     */
    public synchronized ChildProcess start(String name) {
        Member member = member(name);
        if (member.isRunning()) {
            return child(name);
        }
        if (closed) {
            throw new IllegalStateException("start " + name + ": this cluster is closed");
        }
        boolean first = !formed && name.equals(names().get(0));
        formed |= first;
        List<Place> all = members.values().stream().map(Member::place).toList();
        List<String> command = network.at(name, program.command(member.place(), first, all));
        ChildProcess child = unchecked(() -> member.start(command));
        program.started(member.place(), child);
        return child;
    }

    private synchronized Member member(String name) {
        Member member = members.get(name);
        if (member == null) {
            throw new IllegalArgumentException("there is no member \"" + name + "\", only " + members.keySet());
        }
        return member;
    }

    private String known(String name) {
        return member(name).place().name();
    }

    // ---- Who

    @Override
    public String leader() {
        return leader.get();
    }

    @Override
    public synchronized String one() {
        List<String> running = names().stream().filter(this::isRunning).toList();
        if (running.isEmpty()) {
            throw new IllegalStateException("one of those who run: nobody does");
        }
        String drawn = running.get(random.nextInt(running.size()));
        listener.accept("one: " + drawn);
        return drawn;
    }

    // ---- Faults of members

    @Override
    public void pass(Duration time) {
        Await.pass(time);
    }

    @Override
    public void kill(String name) {
        unchecked(member(name)::kill);
    }

    /** Ends its standard input, and waits until it has ended. */
    @Override
    public void stop(String name) {
        if (isRunning(name)) {
            ChildProcess child = child(name);
            child.end();
            if (!unchecked(() -> child.awaitEnd(STOP_MAX))) {
                throw new IllegalStateException("stop " + name + ": it has not ended after " + STOP_MAX);
            }
        }
    }

    @Override
    public void restart(String name) {
        start(name);
    }

    @Override
    public void pause(String name, Duration time) {
        Member member = member(name);
        if (member.isRunning()) {
            ChildProcess child = child(name);
            unchecked(() -> member.pause(System.nanoTime() + time.toNanos()));
            var unused =
                    timer.schedule(() -> unchecked(() -> member.goOn(child)), time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void clock(String name, Duration offset) {
        unchecked(() -> member(name).clock(offset));
    }

    // ---- Faults of the network

    @Override
    public void cutOneWay(String from, String to) {
        unchecked(() -> network.cut(known(from), known(to)));
    }

    @Override
    public void healOneWay(String from, String to) {
        unchecked(() -> network.heal(known(from), known(to)));
    }

    @Override
    public void lose(String from, String to, int percent) {
        unchecked(() -> network.lose(known(from), known(to), percent));
    }

    @Override
    public void delay(String from, String to, Duration time, Duration jitter) {
        unchecked(() -> network.delay(known(from), known(to), time, jitter));
    }

    @Override
    public void duplicate(String from, String to, int percent) {
        unchecked(() -> network.duplicate(known(from), known(to), percent));
    }

    @Override
    public void reorder(String from, String to, int percent) {
        unchecked(() -> network.reorder(known(from), known(to), percent));
    }

    @Override
    public void reset(String from, String to) {
        unchecked(() -> network.reset(known(from), known(to)));
    }

    @Override
    public void down(String name) {
        unchecked(() -> network.down(known(name), true));
    }

    @Override
    public void up(String name) {
        unchecked(() -> network.down(known(name), false));
    }

    @Override
    public void slow(String name, int kilobits) {
        unchecked(() -> network.slow(known(name), kilobits));
    }

    // ---- Faults of disks

    @Override
    public void disk(String name, DiskState state) {
        unchecked(() -> member(name).disk(state));
    }

    @Override
    public void powerCut(String name) {
        unchecked(member(name)::powerCut);
    }

    @Override
    public void save(String name) {
        tell(name, unchecked(member(name)::save));
    }

    @Override
    public void damage(String name, DiskFault.Damage.Kind kind) {
        tell(name, unchecked(() -> member(name).damage(kind)));
    }

    private void tell(String name, String done) {
        listener.accept(name + ": " + done);
    }

    // ---- End

    @Override
    public void healAll() {
        unchecked(network::healAll);
        for (String name : names()) {
            unchecked(member(name)::heal);
        }
    }

    /** Kills all members and takes back what was done to the machine; the directories stay. */
    @Override
    public void close() {
        timer.shutdownNow();
        List<AutoCloseable> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            all.addAll(members.values());
        }
        all.add(network);
        Exception failed = null;
        for (AutoCloseable each : all) {
            try {
                each.close();
            } catch (Exception e) {
                // Whatever fails, the others end too.
                failed = failed == null ? e : failed;
            }
        }
        if (failed != null) {
            throw new IllegalStateException("not everything of this cluster has ended: " + failed.getMessage(), failed);
        }
    }

    private interface Act {
        void run() throws IOException;
    }

    private interface Making<T> {
        T make() throws IOException;
    }

    private static void unchecked(Act act) {
        try {
            act.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static <T> T unchecked(Making<T> making) {
        try {
            return making.make();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }
}
