package io.capstan.registry;

import static io.capstan.registry.Members.done;
import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Node;
import io.capstan.actors.Start;
import io.capstan.raft.Raft;
import io.capstan.raft.kv.KeyValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Nodes as an operator starts, stops and loses them; each has a member of the group "orders". */
final class RunbookNodes implements AutoCloseable {
    static final String GROUP = "orders";

    private static final Config CONFIG = ConfigFactory.parseString("""
            pekko.loglevel = WARNING
            capstan.actors {
              preset = local
              link { port = 0, heartbeat = 200ms, silence-max = 1200ms, dial-pause-max = 200ms }
              store { write-ahead-bytes = 1MiB, reserve-bytes = 64KiB }
            }
            capstan.raft.membership { check-interval = 100ms, replace-after = 2s }
            """);

    private final Path root;
    private final Map<String, Node> running = new HashMap<>();

    RunbookNodes(Path root) {
        this.root = root;
    }

    /** What {@code GroupDirectory} is given. */
    static Config config() {
        return ConfigFactory.load(CONFIG);
    }

    Path directory(String name) {
        return root.resolve(name);
    }

    Node node(String name) {
        return requireNonNull(running.get(name), name);
    }

    Raft raft(String name) {
        return Raft.get(node(name));
    }

    KeyValue orders(String name) {
        return KeyValue.of(raft(name), GROUP);
    }

    void bootstrap(String name) {
        start(name, Start.bootstrap());
    }

    /** Joins, or returns to, whoever runs. */
    void start(String name) {
        start(name, Start.joining(running.values().stream().map(Node::address).toArray(String[]::new)));
    }

    private void start(String name, Start how) {
        Config own = ConfigFactory.parseMap(
                Map.of("capstan.actors.directory", directory(name).toString()));
        Node node = Node.start(name, how, own.withFallback(CONFIG));
        running.put(name, node);
        KeyValue.startPeer(Raft.get(node), GROUP);
    }

    void stop(String name) {
        done(requireNonNull(running.remove(name), name).stop());
    }

    /** From one moment to the next, and its disk with it. */
    void lose(String name) {
        Node lost = requireNonNull(running.remove(name), name);
        lost.internals().crash();
        done(lost.stop());
        wipe(name);
    }

    void wipe(String name) {
        try (Stream<Path> files = Files.walk(directory(name))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of those whose majority decides, sorted; of nobody while nobody leads. */
    List<String> voters(String seenBy) {
        return done(raft(seenBy)
                .describe(GROUP)
                .<List<String>>handle((group, failure) -> failure != null
                        ? List.of()
                        : group.voters().stream().sorted().toList()));
    }

    long epoch(String seenBy) {
        return done(raft(seenBy).describe(GROUP)).epoch();
    }

    @Override
    public void close() {
        List.copyOf(running.keySet()).forEach(this::stop);
    }
}
