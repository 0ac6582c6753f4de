package io.capstan.demo.process;

import io.capstan.demo.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A cluster of node processes on loopback. Used by one thread; closing it stops every process. */
public final class LocalCluster implements AutoCloseable {
    /** One node of the cluster. */
    public record Member(NodeProcess process, NodeProcess.Ready ready, NodeClient client) {
        public String name() {
            return process.name();
        }

        /** The command that starts this node again by hand, at the same places. */
        public String again() {
            String port = ready.link().substring(ready.link().lastIndexOf(':') + 1);
            String http = ready.http().substring(ready.http().lastIndexOf(':') + 1);
            return "capstan node "
                    + process.arguments().stream()
                            .map(Member::quoted)
                            .collect(Collectors.joining(" "))
                            .replace("--port 0", "--port " + port)
                            .replace("--http 0", "--http " + http);
        }

        /** As a shell wants it: a directory may have any name. */
        static String quoted(String argument) {
            return argument.matches("[A-Za-z0-9_@%+=:,./-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
        }
    }

    private static final Duration READY_MAX = Duration.ofSeconds(60);

    private final Path directory;
    private final boolean temporary;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final List<NodeProcess> started = new ArrayList<>();
    private volatile boolean closed;

    private LocalCluster(Path directory, boolean temporary) {
        this.directory = directory;
        this.temporary = temporary;
    }

    /**
     * Starts a node for each name, the first of which forms the cluster, and waits until all serve.
     *
     * @throws UserError in one line when one does not come up; nothing is left running
     */
    public static LocalCluster start(List<String> names) {
        Path directory;
        try {
            directory = Files.createTempDirectory("capstan-");
        } catch (IOException e) {
            throw new UserError("cannot make a temporary directory: " + e.getMessage());
        }
        LocalCluster cluster = new LocalCluster(directory, true);
        // Also when we are told to end while the nodes come up.
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "capstan-cluster-stop"));
        try {
            cluster.form(names);
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    public Collection<Member> members() {
        return members.values();
    }

    public Member member(String name) {
        Member member = members.get(name);
        if (member == null) {
            throw new IllegalArgumentException("no node " + name + " in this cluster, only " + members.keySet());
        }
        return member;
    }

    /** Where the nodes' logs are. */
    public Path directory() {
        return directory;
    }

    private void form(List<String> names) {
        // The first must be asked for its address before the others can be told whom to join; they start together.
        NodeProcess first = launch(names.get(0), names, List.of("--bootstrap"));
        String link = first.awaitReady(READY_MAX).link();
        List<NodeProcess> others = names.stream()
                .skip(1)
                .map(name -> launch(name, names, List.of("--join", link)))
                .toList();
        admit(first);
        others.forEach(this::admit);
    }

    private NodeProcess launch(String name, List<String> names, List<String> entry) {
        List<String> arguments = new ArrayList<>(List.of("--name", name, "--port", "0", "--http", "0"));
        arguments.addAll(List.of("--directory", directory.resolve(name).toString()));
        arguments.addAll(List.of("--voters", String.join(",", names), "--preset", "local", "--lab"));
        arguments.addAll(entry);
        synchronized (started) {
            if (closed) {
                throw new UserError("stopped while the nodes came up");
            }
            NodeProcess process = NodeProcess.start(name, arguments, directory);
            started.add(process);
            return process;
        }
    }

    private void admit(NodeProcess process) {
        NodeProcess.Ready ready = process.awaitReady(READY_MAX);
        members.put(process.name(), new Member(process, ready, new NodeClient(process.name(), ready.http())));
    }

    /** Stops all nodes, together, and removes what was temporary. Idempotent. */
    @Override
    public void close() {
        List<NodeProcess> ours;
        synchronized (started) {
            if (closed) {
                return;
            }
            closed = true;
            ours = List.copyOf(started);
        }
        ours.forEach(NodeProcess::askToStop);
        ours.forEach(NodeProcess::stop);
        if (temporary) {
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("capstan: could not remove all of " + directory + ": " + e);
        }
    }
}
