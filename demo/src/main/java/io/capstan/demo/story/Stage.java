package io.capstan.demo.story;

import io.capstan.demo.UserError;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.process.NodeClient;
import io.capstan.demo.process.NodeClient.Answer;
import io.capstan.testkit.Faults;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

/** Does things on the nodes of a cluster and observes them, step by step. Confined to one thread. */
final class Stage {
    /** Ends the story quietly: it was to stop here, or a step was not observed. */
    static final class Curtain extends RuntimeException {
        Curtain() {
            super(null, null, false, false);
        }
    }

    private static final Duration STEP_MAX = Duration.ofSeconds(15);
    private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();

    private final LocalCluster cluster;
    private final int until;
    private final Audience audience;
    private int steps;
    private boolean failed;

    /** Plays at most {@code until} steps, and tells each as it is observed. */
    Stage(LocalCluster cluster, int until, Audience audience) {
        this.cluster = cluster;
        this.until = until;
        this.audience = audience;
    }

    int steps() {
        return steps;
    }

    boolean failed() {
        return failed;
    }

    NodeClient on(String node) {
        return cluster.member(node).client();
    }

    /** Does what the notation of faults says. */
    void faults(String notation) {
        Faults.parse(notation).applyTo(cluster);
    }

    /** Does something that must not be refused. */
    static Answer must(Answer answer) {
        if (!answer.isOk()) {
            throw new UserError("the node refused: " + answer.body());
        }
        return answer;
    }

    /** Plays one step: the deed, then looks on {@code node} until what is seen is what is expected. */
    void step(Scene scene, Runnable deed, String node, String expected, Function<NodeClient, String> look) {
        observe(
                scene,
                node,
                () -> {
                    deed.run();
                    return expected;
                },
                look);
    }

    /** As {@link #step}, where the deed itself tells what is to be expected. */
    void observe(Scene scene, String node, Supplier<String> deed, Function<NodeClient, String> look) {
        audience.begins(scene);
        long start = System.nanoTime();
        String expected = "the deed done";
        String observed = "";
        try {
            expected = deed.get();
            do {
                observed = look.apply(on(node));
            } while (!observed.equals(expected) && waits(start));
        } catch (UserError refused) {
            observed = String.valueOf(refused.getMessage());
        }
        finish(new Step(
                scene.number(), scene.text(), node, expected, observed, observed.equals(expected), sinceMs(start)));
    }

    private void finish(Step step) {
        steps++;
        audience.observed(step);
        if (!step.ok()) {
            failed = true;
            throw new Curtain();
        }
        if (steps == until) {
            throw new Curtain();
        }
    }

    private static boolean waits(long start) {
        if (System.nanoTime() - start > STEP_MAX.toNanos()) {
            return false;
        }
        LockSupport.parkNanos(POLL_NANOS);
        return !Thread.currentThread().isInterrupted();
    }

    private static long sinceMs(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }
}
