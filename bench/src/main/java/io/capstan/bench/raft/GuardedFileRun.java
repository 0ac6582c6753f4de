package io.capstan.bench.raft;

import io.capstan.demo.UserError;
import io.capstan.demo.cli.Capstan;
import io.capstan.demo.process.NodeClient;
import io.capstan.testkit.Await;
import io.capstan.testkit.Ports;
import io.capstan.testkit.process.ChildProcess;
import io.capstan.testkit.process.Place;
import io.capstan.testkit.process.ProcessCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Six nodes as processes of their own, three of them voters, and at each a loop of {@code capstan lock job -- sh …}, all on one
 * file, which keeps the highest fencing token it has seen. Nodes are killed with SIGKILL and started again, stopped with
 * SIGSTOP for longer than the time to live, and so are, killed, the commands themselves. Judged by the file's journal alone.
 */
public final class GuardedFileRun implements AutoCloseable {
    /** The first three vote. */
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f");

    private static final String VOTERS = String.join(",", NAMES.subList(0, 3));
    private static final List<String> NODE_FLAGS = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration SERVES_MAX = Duration.ofMinutes(3);
    private static final Duration HELD_MAX = Duration.ofMinutes(2);
    private static final Duration LULL_MAX = Duration.ofSeconds(8);
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What runs under the lock: it asks the file twice, and the file refuses whoever is not the latest. */
    private static final String SCRIPT = """
            cd "$1" || exit 9
            ask() {
              ( flock 9
                highest=$(cat highest 2>/dev/null || echo 0)
                if [ "$CAPSTAN_FENCE_SORTED" \\< "$highest" ]; then
                  echo "refused $CAPSTAN_FENCE_SORTED at $1" >> journal
                  exit 3
                fi
                echo "$CAPSTAN_FENCE_SORTED" > highest
                echo "$1 $CAPSTAN_FENCE_SORTED" >> journal
              ) 9>> guard
            }
            ask begin || exit 3
            sleep 0.05
            ask end || exit 3
            """;

    /** What the journal says. */
    record Found(long held, long unfinished, List<String> violations) {}

    /** What is done to a node, or to the command that runs at it; nodes are killed oftener. */
    private enum Kind {
        STOP,
        COMMAND,
        KILL
    }

    private final Path directory;
    private final Random random;
    private final List<String> names;
    private final Map<String, Integer> doors = new TreeMap<>();
    private final ProcessCluster nodes;
    private final Map<String, Process> commands = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> exits = new ConcurrentHashMap<>();
    private final List<Thread> loops = new ArrayList<>();
    private volatile boolean ending;

    GuardedFileRun(Path directory, long seed, int count) throws IOException {
        this.directory = directory;
        names = NAMES.subList(0, count);
        random = new Random(seed);
        Files.writeString(directory.resolve("guard.sh"), SCRIPT);
        names.forEach(name -> doors.put(name, Ports.free()));
        nodes = ProcessCluster.of(directory, this::command, Set.of(), names).startAll();
    }

    private int door(String name) {
        return java.util.Objects.requireNonNull(doors.get(name), name);
    }

    private List<String> command(Place place, boolean first, List<Place> all) {
        List<String> arguments =
                new ArrayList<>(List.of("node", "--name", place.name(), "--tied", "--preset", "local"));
        arguments.addAll(List.of("--port", "" + place.port(), "--http", "" + door(place.name())));
        arguments.addAll(List.of("--directory", place.directory().toString(), "--voters", VOTERS));
        arguments.addAll(
                place.equals(all.get(0))
                        ? List.of("--bootstrap")
                        : List.of("--join", all.get(0).address()));
        return ChildProcess.command(place.directory(), NODE_FLAGS, Capstan.class, arguments.toArray(String[]::new));
    }

    /** {@code GuardedFileRun SECONDS [SEED]}: ends with 0 when nobody was there beside another. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        System.out.println("seed " + seed);
        Path directory = Files.createTempDirectory("capstan-guarded");
        Found found;
        try (GuardedFileRun run = new GuardedFileRun(directory, seed, NAMES.size())) {
            found = run.run(Duration.ofSeconds(Long.parseLong(arguments[0])), LULL_MAX);
            System.out.println("exit codes: " + new TreeMap<>(run.exits));
        }
        System.out.printf(
                "%,d times held, %d of them not to the end; %d violations%n",
                found.held(), found.unfinished(), found.violations().size());
        found.violations().forEach(System.out::println);
        Runtime.getRuntime().halt(found.violations().isEmpty() && found.held() > 0 ? 0 : 1);
    }

    /**
     * Plays for so long, and each kind of fault once however long that takes, then judges. After each fault somebody must have
     * the lock again.
     *
     * @param lull the most that it waits before a fault, beside half a second
     */
    Found run(Duration length, Duration lull) throws IOException, InterruptedException {
        names.forEach(this::awaitServing);
        for (String name : names) {
            Thread loop = new Thread(() -> loop(name), "loop-" + name);
            loop.start();
            loops.add(loop);
        }
        awaitHeldSince(0);
        List<Kind> first = new ArrayList<>(List.of(Kind.values()));
        Collections.shuffle(first, random);
        long end = System.nanoTime() + length.toNanos();
        while (!first.isEmpty() || System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500 + random.nextInt((int) lull.toMillis())));
            Kind kind = first.isEmpty() ? drawn() : first.remove(0);
            disturb(kind, names.get(random.nextInt(names.size())));
            awaitHeldSince(held());
        }
        ending = true;
        for (Thread loop : loops) {
            loop.join();
        }
        return judge(Files.readAllLines(directory.resolve("journal")));
    }

    private Kind drawn() {
        return switch (random.nextInt(5)) {
            case 0 -> Kind.STOP;
            case 1 -> Kind.COMMAND;
            default -> Kind.KILL;
        };
    }

    private void disturb(Kind kind, String name) throws IOException, InterruptedException {
        switch (kind) {
            case STOP -> {
                nodes.child(name).pause(true);
                LockSupport.parkNanos(PAUSE.toNanos());
                nodes.child(name).pause(false);
                System.out.println("stopped " + name + " for " + PAUSE.toSeconds() + " s");
            }
            case COMMAND -> {
                Process command = commands.get(name);
                if (command != null) {
                    command.destroyForcibly();
                    System.out.println("killed the command at " + name);
                }
            }
            case KILL -> {
                nodes.kill(name);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(3_000)));
                nodes.start(name);
                awaitServing(name);
                System.out.println("killed " + name);
            }
        }
    }

    /** How often somebody has had the lock so far. */
    private long held() throws IOException {
        Path journal = directory.resolve("journal");
        if (!Files.exists(journal)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(journal)) {
            return lines.filter(line -> line.startsWith("begin ")).count();
        }
    }

    private void awaitHeldSince(long before) {
        Await.until("somebody has the lock", HELD_MAX, () -> held() > before);
    }

    private void awaitServing(String name) {
        NodeClient door = new NodeClient(name, "http://127.0.0.1:" + door(name));
        long end = System.nanoTime() + SERVES_MAX.toNanos();
        while (true) {
            try {
                door.get("/status");
                return;
            } catch (UserError notYet) {
                if (System.nanoTime() - end > 0) {
                    throw notYet;
                }
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        }
    }

    private void loop(String name) {
        while (!ending) {
            List<String> command = ChildProcess.command(
                    directory.resolve(name + ".lock"),
                    List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"),
                    Capstan.class,
                    "lock",
                    "job",
                    "--ttl",
                    "2s",
                    "--wait",
                    "20s",
                    "--node",
                    "127.0.0.1:" + door(name),
                    "--",
                    "sh",
                    directory.resolve("guard.sh").toString(),
                    directory.toString());
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                directory.resolve(name + ".lock.err").toFile()))
                        .start();
                commands.put(name, process);
                int code = process.waitFor();
                exits.merge(code, 1, Integer::sum);
                // Six young JVMs without end would leave nodes that start no processor.
                LockSupport.parkNanos(AGAIN_NANOS);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Tokens rise from holder to holder, and nobody speaks after another has begun. */
    static Found judge(List<String> journal) {
        List<String> violations = new ArrayList<>();
        String holder = "";
        boolean open = false;
        long held = 0;
        long unfinished = 0;
        for (String line : journal) {
            String[] words = line.split(" ", -1);
            String token = words[1];
            if (words[0].equals("begin")) {
                held++;
                unfinished += open ? 1 : 0;
                if (token.compareTo(holder) <= 0) {
                    violations.add("a token that does not rise: " + line + " after " + holder);
                }
                holder = token;
                open = true;
            } else if (words[0].equals("end") && token.equals(holder) && open) {
                open = false;
            } else {
                violations.add("beside another: " + line + " while " + holder + " holds it");
            }
        }
        return new Found(held, unfinished + (open ? 1 : 0), violations);
    }

    @Override
    public void close() {
        ending = true;
        commands.values().forEach(Process::destroyForcibly);
        nodes.close();
    }
}
