package io.capstan.bench.raft;

import io.capstan.demo.UserError;
import io.capstan.demo.cli.Capstan;
import io.capstan.demo.process.NodeClient;
import io.capstan.testkit.Ports;
import io.capstan.testkit.process.ChildProcess;
import io.capstan.testkit.process.Place;
import io.capstan.testkit.process.ProcessCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Six nodes as processes of their own, three of them voters, and at each a loop of {@code capstan lock job -- sh …}, all on one
 * file, which keeps the highest fencing token it has seen. Nodes are killed with SIGKILL and started again, stopped with
 * SIGSTOP for longer than the time to live, and so are, killed, the commands themselves. Judged by the file's journal alone.
 */
public final class GuardedFileRun implements AutoCloseable {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f");
    private static final List<String> NODE_FLAGS = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration SERVES_MAX = Duration.ofSeconds(60);
    private static final int LULL_MILLIS = 8_000;
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

    private final Path directory;
    private final Random random;
    private final Map<String, Integer> doors = new TreeMap<>();
    private final ProcessCluster nodes;
    private final Map<String, Process> commands = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> exits = new ConcurrentHashMap<>();
    private final List<Thread> loops = new ArrayList<>();
    private volatile boolean ending;

    GuardedFileRun(Path directory, long seed) throws IOException {
        this.directory = directory;
        random = new Random(seed);
        Files.writeString(directory.resolve("guard.sh"), SCRIPT);
        NAMES.forEach(name -> doors.put(name, Ports.free()));
        nodes = ProcessCluster.of(directory, this::command, Set.of(), NAMES).startAll();
    }

    private int door(String name) {
        return java.util.Objects.requireNonNull(doors.get(name), name);
    }

    private List<String> command(Place place, boolean first, List<Place> all) {
        List<String> arguments =
                new ArrayList<>(List.of("node", "--name", place.name(), "--tied", "--preset", "local"));
        arguments.addAll(List.of("--port", "" + place.port(), "--http", "" + door(place.name())));
        arguments.addAll(List.of("--directory", place.directory().toString(), "--voters", "a,b,c"));
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
        try (GuardedFileRun run = new GuardedFileRun(directory, seed)) {
            found = run.run(Duration.ofSeconds(Long.parseLong(arguments[0])));
            System.out.println("exit codes: " + new TreeMap<>(run.exits));
        }
        System.out.printf(
                "%,d times held, %d of them not to the end; %d violations%n",
                found.held(), found.unfinished(), found.violations().size());
        found.violations().forEach(System.out::println);
        Runtime.getRuntime().halt(found.violations().isEmpty() && found.held() > 0 ? 0 : 1);
    }

    /** Plays for so long, then judges. */
    Found run(Duration length) throws IOException, InterruptedException {
        for (String name : NAMES) {
            awaitServing(name);
        }
        for (String name : NAMES) {
            Thread loop = new Thread(() -> loop(name), "loop-" + name);
            loop.start();
            loops.add(loop);
        }
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500 + random.nextInt(LULL_MILLIS)));
            disturb(NAMES.get(random.nextInt(NAMES.size())));
        }
        ending = true;
        for (Thread loop : loops) {
            loop.join();
        }
        return judge(Files.readAllLines(directory.resolve("journal")));
    }

    private void disturb(String name) throws IOException, InterruptedException {
        int kind = random.nextInt(5);
        if (kind == 0) {
            nodes.child(name).pause(true);
            LockSupport.parkNanos(PAUSE.toNanos());
            nodes.child(name).pause(false);
            System.out.println("stopped " + name + " for " + PAUSE.toSeconds() + " s");
        } else if (kind == 1) {
            Process command = commands.get(name);
            if (command != null) {
                command.destroyForcibly();
                System.out.println("killed the command at " + name);
            }
        } else {
            nodes.kill(name);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(3_000)));
            nodes.start(name);
            awaitServing(name);
            System.out.println("killed " + name);
        }
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
