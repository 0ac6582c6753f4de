package io.capstan.demo.crunch;

import io.capstan.actors.Node;
import io.capstan.actors.NodeEvent;
import io.capstan.demo.crunch.Worker.Count;
import io.capstan.demo.crunch.Worker.Publish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Deals the chunks of one job, one at a time to each worker, again when a worker is lost, and has the result published
 * by a worker on another node than its own. Found by its cluster-wide name. When it is lost itself, the job is begun
 * again from the start: a chunk's counts are operations under the chunk's own ids, and count once.
 */
public final class Coordinator extends AbstractBehavior<Coordinator.Command> {
    /** What a coordinator understands. */
    public sealed interface Command extends CrunchMessage {}

    /** A worker is free. */
    record Ready(String node, ActorRef<Worker.Command> worker) implements Command {}

    /** A worker found long values in the chunk that it is counting. */
    record Found(Places places) implements Command {}

    /** A worker counted its chunk, in which it found nothing else; the counts are on another node too. */
    record Counted(String node, ActorRef<Worker.Command> worker, int chunk, long lines) implements Command {}

    /** What this node sees of the others. */
    private record Seen(NodeEvent event) implements Command {}

    /** Where is the next part of the long values, the one with this number? */
    record AskFound(int part, ActorRef<FoundPart> replyTo) implements Command {}

    /** The part asked for; without places when there are no more. */
    record FoundPart(Places places) implements CrunchMessage {}

    /** The result is written. */
    record Published(String node, String token) implements Command {}

    /** A worker could not go on. */
    record Failed(String node, String cause) implements Command {}

    /** How far is it? */
    public record AskProgress(ActorRef<Progress> replyTo) implements Command {}

    /** Ends the coordinator; it does so itself some time after its job. */
    public enum End implements Command {
        INSTANCE
    }

    /**
     * How far it is.
     *
     * @param state running, done or failed
     * @param lines counted so far, by node
     * @param condemned the chunk that the job's victim holds and will not tell of; below 0 for none
     * @param publisher the node that read the counts and wrote the result; empty before
     * @param token the fencing token it held; empty before
     * @param error one line; empty unless failed
     */
    public record Progress(
            String state,
            int chunks,
            int counted,
            Map<String, Long> lines,
            int condemned,
            String publisher,
            String token,
            String error)
            implements CrunchMessage {}

    /** How long it still tells how its job went. */
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private static final long CHUNK_BYTES_MIN = 4 << 10;
    private static final long CHUNK_BYTES_MAX = 4 << 20;

    /** Enough for every worker to have several, so that a slow one holds up little. */
    private static final int CHUNKS_PER_WORKER = 16;

    private final Job job;
    private final String node;
    private Deck deck = new Deck(List.of(), "", 0);
    private final Set<String> idle = new LinkedHashSet<>();
    private final Map<String, ActorRef<Worker.Command>> workers = new LinkedHashMap<>();
    private final Set<String> outOfReach = new HashSet<>();
    private final Map<String, Long> lines = new TreeMap<>();
    private final Set<String> longValues = new HashSet<>();
    private final List<Places> found = new ArrayList<>();
    private String state = "running";
    private String publisher = "";
    private String token = "";
    private String error = "";
    private Runnable unsubscribe = () -> {};

    private Coordinator(ActorContext<Command> context, Job job, String node) {
        super(context);
        this.job = job;
        this.node = node;
    }

    /** Coordinates {@code job} from {@code node}. */
    public static Behavior<Command> create(Job job, Node node) {
        return Behaviors.setup(context -> {
            Coordinator coordinator = new Coordinator(context, job, node.id().name());
            coordinator.cut();
            coordinator.unsubscribe = node.monitorNodes(context.messageAdapter(NodeEvent.class, Seen::new));
            return coordinator;
        });
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Ready.class, this::onReady)
                .onMessage(Found.class, this::onFound)
                .onMessage(Counted.class, this::onCounted)
                .onMessage(AskFound.class, this::onAskFound)
                .onMessage(Published.class, this::onPublished)
                .onMessage(Failed.class, this::onFailed)
                .onMessage(Seen.class, this::onSeen)
                .onMessage(AskProgress.class, this::onAskProgress)
                .onMessageEquals(End.INSTANCE, Behaviors::stopped)
                .onSignal(PostStop.class, signal -> {
                    unsubscribe.run();
                    return this;
                })
                .build();
    }

    private void cut() {
        try {
            deck = new Deck(chunks(job), job.victim(), job.percent());
        } catch (IOException e) {
            fail("cannot read " + e.getMessage());
        }
    }

    /** Whoever begins the job again cuts the files alike, however many workers are left. */
    static List<Chunk> chunks(Job job) throws IOException {
        long total = 0;
        for (String file : job.files()) {
            total += Files.size(Path.of(file));
        }
        long share = total / ((long) job.cutFor() * CHUNKS_PER_WORKER);
        long bytes = Math.max(CHUNK_BYTES_MIN, Math.min(CHUNK_BYTES_MAX, share));
        List<Chunk> chunks = new ArrayList<>();
        for (String file : job.files()) {
            chunks.addAll(Chunk.cut(file, Files.size(Path.of(file)), bytes));
        }
        return chunks;
    }

    private Behavior<Command> onReady(Ready ready) {
        if (workers.putIfAbsent(ready.node(), ready.worker()) != null || !running()) {
            return this;
        }
        lines.put(ready.node(), 0L);
        // Nobody begins before all are there: else the first would have eaten a small file alone.
        if (workers.size() == job.workers()) {
            idle.addAll(workers.keySet());
            deal();
            publishIfCounted();
        }
        return this;
    }

    /** A chunk for everybody who has none, as far as there are any for them. */
    private void deal() {
        idle.removeIf(name -> {
            ActorRef<Worker.Command> worker = workers.get(name);
            Deck.Dealt next = worker == null ? null : deck.deal(name);
            if (worker != null && next != null) {
                worker.tell(new Count(
                        job.brief(),
                        next.number(),
                        next.chunk(),
                        next.last(),
                        getContext().getSelf()));
            }
            return worker == null || next != null;
        });
    }

    /** A node that is out of reach may be counting on. Its chunks are dealt again: they count once. */
    private Behavior<Command> onSeen(Seen seen) {
        String lost = seen.event().node().name();
        if (!(seen.event() instanceof NodeEvent.NodeDown)) {
            outOfReach.remove(lost);
            return this;
        }
        outOfReach.add(lost);
        if (!running() || workers.remove(lost) == null) {
            return this;
        }
        deck.lost(lost);
        idle.remove(lost);
        if (publisher.equals(lost)) {
            publisher = "";
        }
        deal();
        publishIfCounted();
        return this;
    }

    private Behavior<Command> onFound(Found told) {
        List<Places.Place> unknown = told.places().places().stream()
                .filter(place -> longValues.add(place.key()))
                .toList();
        if (!unknown.isEmpty()) {
            found.add(new Places(told.places().file(), unknown));
        }
        return this;
    }

    private Behavior<Command> onAskFound(AskFound ask) {
        ask.replyTo()
                .tell(new FoundPart(ask.part() < found.size() ? found.get(ask.part()) : new Places("", List.of())));
        return this;
    }

    private Behavior<Command> onCounted(Counted done) {
        if (!running()) {
            return this;
        }
        if (deck.counted(done.chunk())) {
            lines.merge(done.node(), done.lines(), Long::sum);
        }
        // What it said last may come after it is gone: then nobody would count what it were given now.
        if (!outOfReach.contains(done.node())) {
            workers.put(done.node(), done.worker());
            idle.add(done.node());
        }
        deal();
        publishIfCounted();
        return this;
    }

    private void publishIfCounted() {
        if (!deck.allCounted() || !publisher.isEmpty()) {
            return;
        }
        // On another node than ours: the counts it reads have come to it through the cluster.
        String other = workers.keySet().stream()
                .filter(name -> !name.equals(node))
                .findFirst()
                .orElse(node);
        publisher = other;
        long total = lines.values().stream().mapToLong(Long::longValue).sum();
        ActorRef<Worker.Command> worker = workers.get(other);
        if (worker == null) {
            fail("no worker is there to publish the result");
            return;
        }
        worker.tell(new Publish(job.brief(), total, getContext().getSelf()));
    }

    private Behavior<Command> onPublished(Published published) {
        token = published.token();
        end("done");
        return this;
    }

    private Behavior<Command> onFailed(Failed failed) {
        fail("node " + failed.node() + ": " + failed.cause());
        return this;
    }

    private Behavior<Command> onAskProgress(AskProgress ask) {
        ask.replyTo()
                .tell(new Progress(
                        state,
                        deck.size(),
                        deck.countedSoFar(),
                        Map.copyOf(lines),
                        deck.condemned(),
                        publisher,
                        token,
                        error));
        return this;
    }

    private boolean running() {
        return state.equals("running");
    }

    private void fail(String cause) {
        if (running()) {
            error = cause;
            end("failed");
        }
    }

    private void end(String how) {
        state = how;
        getContext().scheduleOnce(REMEMBERED, getContext().getSelf(), End.INSTANCE);
    }
}
