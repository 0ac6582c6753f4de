package io.capstan.actors;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node that comes back by itself. Pekko never listens again to an ActorSystem that it has declared down or put in
 * quarantine; then, or when the node stops because a part of it has died, a fresh system takes its place, in the same
 * process, on the same directory, as the next incarnation of the same name.
 *
 * <p>Whatever lived in the old system is gone, as with a process that was started again: {@code begin} starts it anew, on
 * each node it is given. Thread-safe.
 */
public final class KeptNode {
    private static final Logger log = LoggerFactory.getLogger(KeptNode.class);
    private static final Duration PAUSE_MIN = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

    private final Supplier<Node> start;
    private final Consumer<? super Node> begin;
    // Read without the lock, which a start holds for as long as it takes.
    private volatile Node node;
    private long startedNanos;
    private Duration pause = PAUSE_MIN;
    private boolean stopping;

    @SuppressWarnings("NullAway.Init") // run() sets the node before anybody else sees this object.
    private KeptNode(Supplier<Node> start, Consumer<? super Node> begin) {
        this.start = start;
        this.begin = begin;
    }

    /**
     * Starts it, and keeps it until {@link #stop}.
     *
     * @param start starts a node with a system of its own, as {@link Node#start(String, Start)} does; called again for
     *     each start, after a pause that grows from 100 ms to 10 s while it fails, or the node ends soon
     * @param begin what is to run on it; called with each node before anybody else has it, and when it fails the node is
     *     stopped
     * @throws Failure as {@code start}, and whatever {@code begin} throws: at this first start only, and then nothing is
     *     left running
     */
    public static KeptNode start(Supplier<Node> start, Consumer<? super Node> begin) {
        KeptNode kept = new KeptNode(start, begin);
        kept.run();
        return kept;
    }

    /** The node that runs now, or the one that ran last while the next one is not there yet. Never waits. */
    public Node node() {
        return node;
    }

    /**
     * Stops it for good, as {@link Node#stop}. Waits for a start that is under way.
     *
     * @return completes when all is closed
     */
    public synchronized CompletionStage<Void> stop() {
        stopping = true;
        notifyAll();
        return node.stop();
    }

    private synchronized void run() {
        Node fresh = start.get();
        try {
            begin.accept(fresh);
        } catch (RuntimeException e) {
            // Waited for: whoever is told of the failure may try again at once, in the same directory.
            fresh.stop().toCompletableFuture().join();
            throw e;
        }
        node = fresh;
        startedNanos = System.nanoTime();
        // On a thread of its own: the old system's are about to end. It keeps the process alive until the node is back.
        fresh.ended()
                .thenRun(() ->
                        new Thread(this::comeBack, "capstan-kept-" + fresh.id().name()).start());
    }

    private synchronized void comeBack() {
        if (System.nanoTime() - startedNanos > PAUSE_MAX.toNanos()) {
            pause = PAUSE_MIN;
        }
        while (!stopping) {
            try {
                // Also the first time: the old node may not have closed its directory yet.
                wait(pause.toMillis());
                Duration twice = pause.multipliedBy(2);
                pause = twice.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : twice;
                if (!stopping) {
                    log.atWarn()
                            .addKeyValue("node", node.id())
                            .log("node {} has ended: a fresh one takes its place", node.id());
                    run();
                }
                return;
            } catch (RuntimeException e) {
                log.atError()
                        .addKeyValue("node", node.id())
                        .addKeyValue("reason", e.getMessage())
                        .setCause(e)
                        .log("node {} cannot come back yet", node.id());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
