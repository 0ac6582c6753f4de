package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEndOrSingleSlash;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.PathMatchers.remaining;

import io.capstan.actors.LinkTraffic;
import io.capstan.actors.Node;
import io.capstan.crdt.Counters;
import io.capstan.crdt.CountersStatus;
import io.capstan.demo.http.Answers;
import io.capstan.demo.http.Pages;
import io.capstan.raft.GroupStatus;
import io.capstan.raft.Raft;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /}: a page over this node, for whoever wonders what it does; {@code GET /observe}: what the page shows that no other
 * path tells. Looking costs: every process is visited, and something of each kind is tried out.
 */
final class ObserverRoutes {
    /** The JVM. */
    record Jvm(long heapUsed, long heapMax, int threads, long uptimeMillis, long pid) {}

    /**
     * All of it.
     *
     * @param store the files of the node's directory, with their bytes on disk: the database and what is written ahead of it
     * @param latencies milliseconds that the last try took; negative when it failed
     */
    record Observed(
            String node,
            ActorTree.Tree tree,
            CountersStatus counters,
            List<GroupStatus> raft,
            List<LinkTraffic> traffic,
            Map<String, Long> store,
            Map<String, Double> latencies,
            Jvm jvm) {}

    private final Node node;
    private final Path directory;
    private final Probes probes;

    ObserverRoutes(Node node, Path directory, @Nullable KvRoutes keys) {
        this.node = node;
        this.directory = directory;
        this.probes = new Probes(node, keys == null ? null : keys.map());
    }

    Route routes() {
        return concat(
                pathEndOrSingleSlash(() -> get(() -> complete(Pages.file("observer.html")))),
                path("favicon.ico", () -> get(() -> complete(Pages.file("icon.svg")))),
                pathPrefix("web", () -> path(remaining(), name -> get(() -> complete(Pages.file(name))))),
                path("observe", () -> get(() -> Answers.answer(observed()))));
    }

    private CompletionStage<Observed> observed() {
        return Counters.get(node)
                .status()
                .thenApply(counters -> new Observed(
                        node.id().name(),
                        ActorTree.of(node.system()),
                        counters,
                        Raft.get(node).status(),
                        node.traffic(),
                        files(),
                        probes.millis(),
                        jvm()));
    }

    private Map<String, Long> files() {
        Map<String, Long> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            all.filter(Files::isRegularFile)
                    .forEach(file -> files.put(
                            directory.relativize(file).toString(), file.toFile().length()));
        } catch (IOException | UncheckedIOException gone) {
            // A file may be recycled while we look: what we have seen is still true.
        }
        return files;
    }

    private static Jvm jvm() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return new Jvm(
                heap.getUsed(),
                heap.getMax(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ManagementFactory.getRuntimeMXBean().getUptime(),
                ProcessHandle.current().pid());
    }
}
