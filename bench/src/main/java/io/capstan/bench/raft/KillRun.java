package io.capstan.bench.raft;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.raft.GroupDescription;
import io.capstan.raft.Raft;
import io.capstan.raft.kv.KeyValue;
import io.capstan.testkit.Ports;
import io.capstan.testkit.history.CasRegister;
import io.capstan.testkit.history.Linearizability;
import io.capstan.testkit.history.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Three processes with a key-value map, default settings, killed with SIGKILL one at a time, again and again, at random
 * moments, under the load of {@link KillClients}, which run on a node of this process that is never killed. A process is
 * started again in its directory; now and then it is killed once more while it starts.
 *
 * <p>What a kill costs: the longest time in which no write was acknowledged, from the kill until the process is back and
 * has caught up.
 */
public final class KillRun implements AutoCloseable {
    private static final List<String> FLAGS = List.of("-Xmx300m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final long BACK_MAX = TimeUnit.SECONDS.toNanos(120);
    private static final long PROPER_GAP_MAX = TimeUnit.SECONDS.toNanos(1);
    private static final int LULL_MILLIS = 1_500;

    /** As fast as leaves processes that start some of the processor. */
    private static final Duration PAUSE = Duration.ofMillis(2);

    private static final int STARTING_MILLIS = 2_000;

    private final Random random;
    private final Members members;
    private final Node node;
    private final Raft raft;

    // Longest time without an acknowledged write, by what was killed; nanoseconds.
    private final List<Long> leaders = new ArrayList<>();
    private final List<Long> others = new ArrayList<>();
    private int whileStarting;

    /**
     * What was found.
     *
     * @param acknowledged writes
     * @param checked reads of keys with one writer that found exactly what had been acknowledged
     * @param verdict of the shared registers
     * @param replicasAgree whether all three members hold the same at the end
     * @param lines for people
     */
    record Found(
            long acknowledged,
            long checked,
            Verdict<CasRegister.Request, Object> verdict,
            boolean replicasAgree,
            List<String> lines) {}

    KillRun(Path directory, long seed) throws IOException {
        int port = Ports.free();
        random = new Random(seed);
        node = Node.start(
                "clients",
                Start.bootstrap(),
                ConfigFactory.parseString("capstan.actors { directory = \"" + directory.resolve("clients")
                        + "\", link.port = " + port + " }"));
        raft = Raft.get(node);
        members = new Members(directory, place -> MemberProcess.command(FLAGS, place, port, "kv"));
    }

    /**
     * {@code KillRun KILLS [SEED [SECONDS]]}: kills so often, but not after so many seconds; prints each kill and what was
     * found.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        Duration most = Duration.ofSeconds(arguments.length > 2 ? Long.parseLong(arguments[2]) : 86_400);
        System.out.println("seed " + seed);
        try (KillRun run = new KillRun(Files.createTempDirectory("capstan-kills"), seed)) {
            Found found = run.run(Integer.parseInt(arguments[0]), most, seed, PAUSE);
            found.lines().forEach(System.out::println);
            System.out.println(found.verdict());
            System.out.println("replicas agree: " + found.replicasAgree());
        }
        // Whatever of the node still ends by itself.
        Runtime.getRuntime().halt(0);
    }

    /**
     * Kills so many times, or for so long, then judges.
     *
     * @param pause of each writer after a write; longer, processes that start have more of the processor
     */
    Found run(int kills, Duration most, long seed, Duration pause) throws IOException, InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        members.startAll();
        members.makeGroup();
        KillClients clients = new KillClients(KeyValue.of(raft, MemberProcess.GROUP), seed, pause);
        awaitAllBack(clients);
        while (leaders.size() + others.size() + whileStarting < kills && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LULL_MILLIS)));
            kill(Members.NAMES.get(random.nextInt(Members.NAMES.size())), clients);
        }
        clients.stop();
        String index = String.valueOf(clients.newestVersion());
        List<String> digests = new ArrayList<>();
        for (String name : Members.NAMES) {
            digests.add(members.child(name).ask("digest " + index));
        }
        return new Found(
                clients.acknowledged(),
                clients.checked(),
                Linearizability.check(new CasRegister(), clients.history().operations()),
                digests.stream().distinct().count() == 1,
                lines(clients));
    }

    private void kill(String name, KillClients clients) throws IOException, InterruptedException {
        GroupDescription group = describe();
        boolean leads = group != null && group.leader().equals(name);
        long killed = System.nanoTime();
        members.kill(name);
        // Writes go on without it, before it takes processor time from the others by starting.
        LockSupport.parkNanos(PROPER_GAP_MAX);
        if (random.nextInt(5) == 0) {
            members.begin(name);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(STARTING_MILLIS)));
            members.kill(name);
            whileStarting++;
        }
        members.start(name);
        awaitAllBack(clients);
        long gap = clients.longestGapSince(killed);
        (leads ? leaders : others).add(gap);
        System.out.printf(
                Locale.ROOT,
                "killed %s%s: no write for %,d ms, all back after %,d ms%n",
                name,
                leads ? ", the leader" : "",
                gap / 1_000_000,
                (System.nanoTime() - killed) / 1_000_000);
    }

    private @Nullable GroupDescription describe() {
        try {
            return raft.describe(MemberProcess.GROUP).toCompletableFuture().join();
        } catch (CompletionException nobodyLeads) {
            return null;
        }
    }

    private void awaitAllBack(KillClients clients) {
        long end = System.nanoTime() + BACK_MAX;
        while (true) {
            clients.requireSound();
            GroupDescription group = describe();
            if (group != null
                    && group.voters().size() == Members.NAMES.size()
                    && group.members().stream()
                            .allMatch(member ->
                                    member.caughtUp() && member.silent().compareTo(Duration.ofSeconds(1)) < 0)) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not all members are back: " + group);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private List<String> lines(KillClients clients) {
        List<Long> all = new ArrayList<>(leaders);
        all.addAll(others);
        List<String> lines = new ArrayList<>();
        lines.add("%d kills, %d of them while starting; writes acknowledged %,d, reads that found them %,d, unknown %d"
                .formatted(
                        all.size() + whileStarting,
                        whileStarting,
                        clients.acknowledged(),
                        clients.checked(),
                        clients.unknown()));
        lines.add("no write for, whoever was killed: " + figures(all));
        lines.add("no write for, when the leader was killed: " + figures(leaders));
        lines.add("no write for, when another was killed: " + figures(others));
        return lines;
    }

    private static String figures(List<Long> nanos) {
        if (nanos.isEmpty()) {
            return "-";
        }
        long[] sorted =
                nanos.stream().mapToLong(each -> each / 1_000_000).sorted().toArray();
        int last = sorted.length - 1;
        return String.format(
                Locale.ROOT,
                "p50 %,d ms, p90 %,d ms, max %,d ms (%d times)",
                sorted[last / 2],
                sorted[last * 9 / 10],
                sorted[last],
                sorted.length);
    }

    @Override
    public void close() {
        members.close();
        node.stop();
    }
}
