package io.capstan.demo.lab;

import io.capstan.actors.Failure;
import io.capstan.demo.UserError;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.process.Member;
import io.capstan.demo.process.NodeClient;
import io.capstan.testkit.Fault;
import io.capstan.testkit.Faults;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What can be done to the cluster, each of it noted on the timeline: faults, and acts of nodes. Thread-safe. */
final class Workbench implements AutoCloseable {
    private static final Duration ACT_MAX = Duration.ofSeconds(20);
    private static final Duration FLAP_EVERY = Duration.ofSeconds(2);

    /** A page's click is a few; longer schedules are for tests. */
    private static final int STEPS_MAX = 50;

    /** What became of an act. {@code next} is empty when it was done. */
    record Done(boolean ok, String text, String error, String next, long ms) {}

    private final LocalCluster cluster;
    private final Timeline timeline;
    private final ExecutorService hands = Executors.newCachedThreadPool(Workbench::thread);
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, Workbench::thread);
    private @Nullable ScheduledFuture<?> flapping;
    private String flaps = "";

    Workbench(LocalCluster cluster, Timeline timeline) {
        this.cluster = cluster;
        this.timeline = timeline;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "capstan-lab-hand");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Does what the notation says, one step after the other. A {@code heal} of all ends a flapping link too.
     *
     * @return fails with a {@link UserError} in one line
     */
    CompletionStage<List<String>> faults(String notation) {
        List<Fault> steps;
        try {
            steps = Faults.parse(notation).steps();
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedStage(new UserError(String.valueOf(e.getMessage())));
        }
        if (steps.size() > STEPS_MAX) {
            return CompletableFuture.failedStage(new UserError("at most " + STEPS_MAX + " steps at a time here"));
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    steps.forEach(this::apply);
                    return List.copyOf(cluster.cuts());
                },
                hands);
    }

    private void apply(Fault step) {
        long start = timeline.now();
        if (step instanceof Fault.HealAll) {
            steady();
        }
        try {
            step.applyTo(cluster);
            timeline.fault(start, step.toString(), true, step.toString());
        } catch (UnsupportedOperationException | UserError refused) {
            timeline.fault(start, step.toString(), false, step + ": " + refused.getMessage());
            throw refused instanceof UserError own ? own : new UserError(String.valueOf(refused.getMessage()));
        }
    }

    /** Cuts and heals these links by turns, until {@link #steady}. */
    synchronized void flap(String links) {
        Fault cut = one("cut " + links);
        Fault heal = one("heal " + links);
        steady();
        flaps = links;
        boolean[] isCut = {false};
        flapping = clock.scheduleAtFixedRate(
                () -> {
                    isCut[0] = !isCut[0];
                    apply(isCut[0] ? cut : heal);
                },
                0,
                FLAP_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private static Fault one(String notation) {
        try {
            return Faults.parse(notation).steps().get(0);
        } catch (IllegalArgumentException e) {
            throw new UserError(String.valueOf(e.getMessage()));
        }
    }

    /** Ends {@link #flap}; the links stay as they are now. */
    synchronized void steady() {
        if (flapping != null) {
            flapping.cancel(false);
        }
        flapping = null;
        flaps = "";
    }

    /** The links that flap now; empty when none do. */
    synchronized String flaps() {
        return flaps;
    }

    /** Has a node do something; completes always, with its answer or its refusal. */
    CompletionStage<Done> act(Act act) {
        Member member = cluster.member(act.node());
        long start = timeline.now();
        return member.client()
                .ask(act.method(), act.path(), act.body(), ACT_MAX)
                .handle((answer, failure) -> {
                    Throwable silent = failure == null ? null : Failure.cause(failure);
                    boolean absent = silent instanceof ConnectException;
                    long ms = timeline.now() - start;
                    Done done = absent
                            ? new Done(
                                    false,
                                    act.text(),
                                    "node " + act.node() + " does not run: restart it first",
                                    Failure.Next.RETRY.name(),
                                    ms)
                            : done(act, answer, silent, ms);
                    timeline.act(
                            start,
                            act,
                            done.ok(),
                            act.text() + (done.ok() ? "" : ": " + done.error()),
                            // What nobody was there to be asked cannot be asked again.
                            absent ? null : Export.line(act, done.ok(), done.next(), ms));
                    return done;
                });
    }

    private static Done done(Act act, NodeClient.@Nullable Answer answer, @Nullable Throwable silent, long ms) {
        if (answer == null) {
            return new Done(
                    false,
                    act.text(),
                    "node " + act.node() + " did not answer: " + silent,
                    Failure.Next.OUTCOME_UNKNOWN.name(),
                    ms);
        }
        return new Done(answer.isOk(), act.text(), answer.text("error"), answer.text("next"), ms);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        hands.shutdownNow();
    }
}
