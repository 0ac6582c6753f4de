package io.capstan.bench.compare;

import io.capstan.bench.WarmUp;
import io.capstan.bench.seat.Seating;
import io.capstan.testkit.Ports;
import io.capstan.testkit.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The processes of one system: its members, three as a rule, and one with clients alone. For one thread. */
final class Company implements AutoCloseable {
    private static final List<String> NAMES = List.of("a", "b", "c", "e", "f", "g", "h", "i", "j");
    private static final int MEMBERS = 3;
    private static final int WARM_UP_WINDOWS = 3;
    private static final int WARM_UP_TIMES_MAX = 10;
    private static final long LOOK = 50_000_000;
    private static final long PATIENCE = 120_000_000_000L;

    final Contestant contestant;
    private final Path directory;
    private final List<String> flags;
    private final List<String> members;
    private final Map<String, String> others;
    private final Map<String, List<Integer>> ports = new LinkedHashMap<>();
    private final Map<String, ChildProcess> children = new LinkedHashMap<>();

    /** Starts three members; returns at once. */
    Company(Contestant contestant, Occasion occasion) throws IOException {
        this(contestant, occasion, MEMBERS, Map.of());
    }

    /**
     * Starts the members; returns at once.
     *
     * @param size how many replicas there are to be, 9 at most
     * @param others whatever else they are told
     */
    Company(Contestant contestant, Occasion occasion, int size, Map<String, String> others) throws IOException {
        this.contestant = contestant;
        this.others = others;
        List<String> replicas = NAMES.subList(0, size);
        // All in one process, where it has no transport.
        members = contestant.processes() == 1 ? replicas.subList(0, 1) : replicas;
        flags = occasion.flags();
        this.directory = Files.createTempDirectory(occasion.directory(), contestant.name() + "-");
        for (String name :
                Stream.concat(replicas.stream(), Stream.of(Seating.CLIENT)).toList()) {
            ports.put(name, Stream.generate(Ports::free).limit(Seating.PORTS).toList());
        }
        for (String name : members) {
            begin(name);
        }
    }

    private void begin(String name) throws IOException {
        Path files = Files.createDirectories(directory.resolve(name));
        List<String> own = flags.stream()
                .map(flag -> flag.replace("%name", contestant.name() + "-" + name))
                .toList();
        children.put(name, contestant.launch().start(new Seating(name, files, ports, others), own));
    }

    /** Waits until the members serve, and starts the process with clients alone. */
    void meet() throws IOException {
        for (String name : members) {
            child(name).answer("started");
        }
        begin(Seating.CLIENT);
        child(Seating.CLIENT).answer("started");
        awaitServed();
    }

    /** The same without clients of their own. */
    void meetWithoutClients() throws IOException {
        for (String name : members) {
            child(name).answer("started");
        }
    }

    /** Until each sees so many, itself included. */
    void awaitMembers(int many) throws IOException {
        long late = System.nanoTime() + PATIENCE;
        for (String name : members) {
            while (Integer.parseInt(child(name).ask("members")) < many) {
                if (System.nanoTime() - late > 0) {
                    throw new IOException(contestant.name() + " does not see " + many + " members: see " + directory);
                }
                LockSupport.parkNanos(LOOK);
            }
        }
    }

    /** Until a client is served. */
    void awaitServed() throws IOException {
        long late = System.nanoTime() + PATIENCE;
        while (!Boolean.parseBoolean(child(Seating.CLIENT).ask("try"))) {
            if (System.nanoTime() - late > 0) {
                throw new IOException(contestant.name() + " has served nobody for two minutes: see " + directory);
            }
            LockSupport.parkNanos(LOOK);
        }
    }

    ChildProcess child(String name) {
        return Objects.requireNonNull(children.get(name), name);
    }

    /** The process that leads, once one does. */
    String leader(String what) throws IOException {
        long late = System.nanoTime() + PATIENCE;
        while (System.nanoTime() - late < 0) {
            for (String name : members) {
                if (Boolean.parseBoolean(child(name).ask("leads " + what))) {
                    return name;
                }
            }
            LockSupport.parkNanos(LOOK);
        }
        throw new IOException("nobody leads " + contestant.name() + ": see " + directory);
    }

    /**
     * Has them run again and again, until they get no faster.
     *
     * @param seconds of which each window is a third; at most ten times as many in all
     * @return for how long, in seconds
     */
    double warmUp(String at, Load load, double seconds) throws IOException {
        double window = seconds / WARM_UP_WINDOWS;
        Duration most = Duration.ofNanos((long) (seconds * WARM_UP_TIMES_MAX * 1e9));
        return window
                * WarmUp.of(WARM_UP_WINDOWS, most, System::nanoTime, () -> {
                            Outcome outcome = load(at, load, window);
                            return outcome.done() == 0 ? Double.MAX_VALUE : 1 / outcome.perSecond();
                        })
                        .windows();
    }

    /** Has the clients of one process run; what they came to, and what it cost all processes of this system. */
    Outcome load(String at, Load load, double seconds) throws IOException {
        long allocated = allocated();
        Machine before = look();
        child(at)
                .say("load " + load.kind() + " " + load.clients() + " " + load.inFlight() + " " + seconds + " "
                        + load.bytes());
        String answer = child(at).answer("load");
        Machine spent = look().since(before);
        long[] numbers =
                Arrays.stream(answer.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        return new Outcome(
                numbers[0],
                numbers[1],
                numbers[2] / 1e9,
                numbers[3] / 1e3,
                numbers[4] / 1e3,
                numbers[5] / 1e3,
                allocated() - allocated,
                spent);
    }

    /** Bytes that all processes of this system have allocated until now; 0 where that is not counted. */
    private long allocated() throws IOException {
        long sum = 0;
        for (String name : children.keySet()) {
            sum += Long.parseLong(child(name).ask("allocated"));
        }
        return sum;
    }

    /** What has been spent until now: see {@link Machine}. */
    Machine look() throws IOException {
        return Machine.look(children.values().stream().map(ChildProcess::pid).toList(), directory);
    }

    /**
     * Kills the leader while all others write; the longest time from then on in which no write of any of them was answered, in
     * milliseconds. The killed process runs again when this returns, and the system serves.
     */
    double gap(double seconds, int bytes) throws IOException {
        String leader = leader("raft");
        List<String> others =
                children.keySet().stream().filter(name -> !name.equals(leader)).toList();
        others.forEach(name -> child(name).say("stamps " + seconds + " " + bytes));
        LockSupport.parkNanos((long) (seconds / 4 * 1e9));
        long killed = System.nanoTime();
        child(leader).kill();
        List<Long> stamps = new ArrayList<>(List.of(killed));
        for (String name : others) {
            Arrays.stream(child(name).answer("stamps").split(" ", -1))
                    .filter(word -> !word.isEmpty())
                    .map(Long::parseLong)
                    .filter(stamp -> stamp - killed > 0)
                    .forEach(stamps::add);
        }
        begin(leader);
        child(leader).answer("started");
        awaitServed();
        stamps.sort(null);
        long longest = 0;
        for (int i = 1; i < stamps.size(); i++) {
            longest = Math.max(longest, stamps.get(i) - stamps.get(i - 1));
        }
        return stamps.size() == 1 ? Double.NaN : longest / 1e6;
    }

    /** Kills all of them. */
    @Override
    public void close() {
        children.values().forEach(ChildProcess::close);
    }

    /** Clients: of which kind, how many, with how many requests each, of how many bytes. */
    record Load(String kind, int clients, int inFlight, int bytes) {}

    /**
     * What a load came to.
     *
     * @param allocatedBytes of all processes of the system, by threads that live and by clients; 0 where that is not counted
     * @param spent of all processes of the system, clients and all; of the device and the machine, whoever it was
     */
    record Outcome(
            long done,
            long failed,
            double seconds,
            double medianMicros,
            double p99Micros,
            double longestMicros,
            long allocatedBytes,
            Machine spent) {
        double perSecond() {
            return done / seconds;
        }

        /** The part of the machine's processors that others than this system kept busy. */
        double foreign() {
            double all = seconds * Runtime.getRuntime().availableProcessors();
            return Math.max(0, spent.busySeconds() - spent.cpuSeconds()) / all;
        }
    }
}
