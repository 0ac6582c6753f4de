package io.capstan.demo.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.UserError;
import io.capstan.testkit.Await;
import io.capstan.testkit.FaultTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * A cluster of node processes on loopback, which takes the faults that {@link io.capstan.testkit.Faults} notes: links cut and
 * healed, one-way too, processes killed, stopped and started again. Closing it stops every process. Thread-safe.
 */
public final class LocalCluster implements FaultTarget, AutoCloseable {
    /** A machine that is busy with other things takes a minute and more. */
    private static final Duration READY_MAX = Duration.ofMinutes(3);

    private final Path directory;
    private final Map<String, Member> members = new ConcurrentSkipListMap<>();
    private final List<NodeProcess> started = new ArrayList<>();
    private final CutLinks links = new CutLinks();
    private volatile boolean closed;

    private LocalCluster(Path directory) {
        this.directory = directory;
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
        LocalCluster cluster = new LocalCluster(directory);
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

    /** In the order of their names. */
    public Collection<Member> members() {
        return members.values();
    }

    public Member member(String name) {
        Member member = members.get(name);
        if (member == null) {
            throw new UserError("no node " + name + " in this cluster, only " + members.keySet());
        }
        return member;
    }

    /** Where the nodes' logs are. */
    public Path directory() {
        return directory;
    }

    /** Which ways are to be cut, as {@code from>to}. */
    public Set<String> cuts() {
        return links.ways();
    }

    /**
     * What a node has just said of itself, as {@code GET /panel} does: where it is, and which of its ends are cut. Whoever moved
     * or forgot is told, or told of, again.
     */
    public void heard(String name, JsonNode panel) {
        if (links.moved(name, panel.path("artery").asText()) && !links.ways().isEmpty()) {
            members().forEach(this::tell);
        } else if (!links.holds(name, panel.path("cuts"))) {
            tell(member(name));
        }
    }

    private void form(List<String> names) {
        // The first must be asked for its address before the others can be told whom to join; they start together.
        NodeProcess first = launch(names.get(0), first(names.get(0), names, List.of("--bootstrap")));
        String link = first.awaitReady(READY_MAX).link();
        List<NodeProcess> others = names.stream()
                .skip(1)
                .map(name -> launch(name, first(name, names, List.of("--join", link))))
                .toList();
        admit(first);
        others.forEach(this::admit);
    }

    private List<String> first(String name, List<String> names, List<String> entry) {
        List<String> arguments = new ArrayList<>(List.of("--name", name, "--port", "0", "--http", "0"));
        arguments.addAll(List.of("--directory", directory.resolve(name).toString()));
        arguments.addAll(List.of("--voters", String.join(",", names), "--preset", "local", "--lab"));
        arguments.addAll(entry);
        return arguments;
    }

    private NodeProcess launch(String name, List<String> arguments) {
        synchronized (started) {
            if (closed) {
                throw new UserError("stopped while the nodes came up");
            }
            NodeProcess process = NodeProcess.start(name, arguments, directory);
            started.removeIf(each -> !each.isAlive());
            started.add(process);
            return process;
        }
    }

    private void admit(NodeProcess process) {
        NodeProcess.Ready ready = process.awaitReady(READY_MAX);
        members.put(process.name(), new Member(process, ready, new NodeClient(process.name(), ready.http())));
    }

    private void tell(Member member) {
        if (member.process().isAlive()) {
            links.tell(member.client());
        }
    }

    // ---- Faults

    @Override
    public List<String> names() {
        return List.copyOf(members.keySet());
    }

    /** The first, by name, who says that it leads the group of locks: one that is cut off may say so for a moment yet. */
    @Override
    public String leader() {
        return members().stream()
                .filter(member -> member.process().isAlive())
                .filter(Member::leads)
                .map(Member::name)
                .findFirst()
                .orElseThrow(() -> new UserError("nobody leads now"));
    }

    @Override
    public String one() {
        List<String> alive = members().stream()
                .filter(member -> member.process().isAlive())
                .map(Member::name)
                .toList();
        if (alive.isEmpty()) {
            throw new UserError("no node runs");
        }
        return alive.get(java.util.concurrent.ThreadLocalRandom.current().nextInt(alive.size()));
    }

    @Override
    public void pass(Duration time) {
        Await.pass(time);
    }

    @Override
    public void cutOneWay(String from, String to) {
        if (links.cut(new CutLinks.Way(member(from).name(), member(to).name()))) {
            tell(member(from));
            tell(member(to));
        }
    }

    @Override
    public void healOneWay(String from, String to) {
        if (links.heal(new CutLinks.Way(member(from).name(), member(to).name()))) {
            tell(member(from));
            tell(member(to));
        }
    }

    @Override
    public void healAll() {
        links.healAll();
        members().forEach(this::tell);
    }

    @Override
    public void kill(String name) {
        member(name).process().kill();
    }

    @Override
    public void stop(String name) {
        member(name).process().stop();
    }

    /** At its old places, and waits until it serves. Its links that were cut are cut again before anybody is told that it is there. */
    @Override
    public synchronized void restart(String name) {
        Member before = member(name);
        if (before.process().isAlive()) {
            return;
        }
        admit(launch(name, before.again()));
        tell(member(name));
    }

    /** A process that is paused cannot end with us: that would take another to watch over it. */
    @Override
    public void pause(String name, Duration time) {
        throw new UnsupportedOperationException("nodes of the lab are killed or cut off, not paused");
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
        delete(directory);
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
