package io.capstan.bench.raft;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.actors.internal.link.LinkFaults;
import io.capstan.raft.lock.Locks;
import io.capstan.testkit.Await;
import io.capstan.testkit.Ports;
import io.capstan.testkit.history.FencedMutex;
import io.capstan.testkit.history.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Three processes that vote on locks, killed with SIGKILL and stopped with SIGSTOP one at a time at random moments, under the
 * load of {@link LockClients} on two nodes of this process, one of which is cut off now and then for longer than its sessions
 * live. What the clients were told is judged by the model of a fenced lock.
 */
public final class LockKillRun implements AutoCloseable {
    private static final List<String> FLAGS = List.of("-Xmx300m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final int CLIENTS_EACH = 3;
    private static final int LULL_MILLIS = 2_500;
    private static final Duration FIRST_MAX = Duration.ofMinutes(2);
    private static final Duration DOWN = Duration.ofMillis(800);

    private final Path directory;
    private final Random random;
    private final int port = Ports.free();
    private final Members members;
    private final List<Node> nodes = new ArrayList<>();

    /**
     * What was found.
     *
     * @param faults how many were injected
     * @param lost grants that were lost before they were released
     */
    record Found(int faults, long grants, long lost, Verdict<FencedMutex.Request, Long> verdict) {}

    LockKillRun(Path directory, long seed) throws IOException {
        this.directory = directory;
        random = new Random(seed);
        nodes.add(node("left", port, Start.bootstrap()));
        nodes.add(node("right", 0, Start.joining("127.0.0.1:" + port)));
        members = new Members(directory, place -> LockProcess.command(FLAGS, place, port));
    }

    private Node node(String name, int at, Start start) {
        return Node.start(
                name,
                start,
                ConfigFactory.parseString("capstan { actors.directory = \"" + directory.resolve(name)
                        + "\", actors.link.port = " + at + ", raft.voters = [a, b, c] }"));
    }

    /** {@code LockKillRun SECONDS [SEED]}: ends with 0 when the history is that of a lock. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        System.out.println("seed " + seed);
        Found found;
        try (LockKillRun run = new LockKillRun(Files.createTempDirectory("capstan-lock-kills"), seed)) {
            found = run.run(Duration.ofSeconds(Long.parseLong(arguments[0])), seed, Duration.ZERO);
        }
        System.out.printf(
                "%d faults; %,d grants, %d of them lost before they were released; %s%n",
                found.faults(), found.grants(), found.lost(), found.verdict());
        Runtime.getRuntime().halt(found.verdict() instanceof Verdict.Linearizable ? 0 : 1);
    }

    /**
     * Disturbs for so long, then judges.
     *
     * @param pause of each client between two attempts; longer, processes that start have more of the processor
     */
    Found run(Duration length, long seed, Duration pause) throws IOException, InterruptedException {
        members.startAll();
        LockClients clients = new LockClients(nodes.stream().map(Locks::get).toList(), CLIENTS_EACH, seed, pause);
        // Voters that are killed before they have made their group tell nothing of locks.
        Await.until("somebody holds a lock", FIRST_MAX, () -> clients.grants() > 0);
        long end = System.nanoTime() + length.toNanos();
        int faults = 0;
        do {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500 + random.nextInt(LULL_MILLIS)));
            disturb(Members.NAMES.get(random.nextInt(Members.NAMES.size())));
            faults++;
            clients.requireSound();
        } while (System.nanoTime() - end < 0);
        clients.stop();
        return new Found(faults, clients.grants(), clients.lost(), clients.verdict());
    }

    private void disturb(String name) throws IOException, InterruptedException {
        switch (random.nextInt(4)) {
            case 0 -> {
                LinkFaults right = nodes.get(1).internals().faults();
                Members.NAMES.forEach(voter -> right.cut(voter, LinkFaults.Direction.BOTH));
                LockSupport.parkNanos(LockClients.TTL.multipliedBy(2).toNanos());
                right.healAll();
            }
            case 1 -> {
                members.child(name).pause(true);
                LockSupport.parkNanos(LockClients.TTL.multipliedBy(2).toNanos());
                members.child(name).pause(false);
            }
            default -> {
                members.kill(name);
                LockSupport.parkNanos(DOWN.toNanos());
                members.start(name);
            }
        }
    }

    @Override
    public void close() {
        members.close();
        nodes.forEach(Node::stop);
    }
}
