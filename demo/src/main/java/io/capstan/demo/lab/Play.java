package io.capstan.demo.lab;

import io.capstan.demo.UserError;
import io.capstan.demo.http.Pages;
import io.capstan.demo.process.LocalCluster;
import io.capstan.demo.story.Audience;
import io.capstan.demo.story.Scene;
import io.capstan.demo.story.Step;
import io.capstan.demo.story.Story;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The story as the lab plays it: step by step as somebody reads on, or by itself with a pause after each. Thread-safe. */
final class Play implements Audience, AutoCloseable {
    enum State {
        /** Not begun yet. */
        IDLE,
        CLEARING,
        DOING,
        /** A step was observed; somebody reads. */
        READING,
        PASSED,
        FAILED,
        STOPPED
    }

    /**
     * Where it is.
     *
     * @param scene the number of the one that is done or read; 0 before the first
     * @param auto whether it goes on by itself
     * @param steps that were observed
     */
    record Now(String state, int scene, boolean auto, List<Step> steps, String error) {}

    /**
     * A scene, for who reads.
     *
     * @param line of {@code file} that does it
     */
    record Caption(int number, String text, String why, String file, int line) {}

    /** Ends a story that nobody wants to see any more. */
    private static final class Stopped extends RuntimeException {
        Stopped() {
            super(null, null, false, false);
        }
    }

    private final LocalCluster cluster;
    private final Timeline timeline;
    private final List<Step> steps = new ArrayList<>();
    private State state = State.IDLE;
    private int scene;
    private boolean auto;
    private boolean next;
    private boolean stop;
    private Duration pause = Duration.ZERO;
    private String error = "";
    private @Nullable Thread thread;

    Play(LocalCluster cluster, Timeline timeline) {
        this.cluster = cluster;
        this.timeline = timeline;
    }

    /** All scenes. */
    static List<Caption> captions() {
        return Arrays.stream(Scene.values())
                .map(scene -> new Caption(
                        scene.number(),
                        scene.text(),
                        scene.why(),
                        scene.file(),
                        scene.line(Pages.text(scene.file()).lines().toList())))
                .toList();
    }

    synchronized Now now() {
        return new Now(state.name().toLowerCase(Locale.ROOT), scene, auto, List.copyOf(steps), error);
    }

    /** Begins, if it does not run, or goes on. */
    synchronized void play(boolean byItself, Duration pauseAfterEach) {
        auto = byItself;
        pause = pauseAfterEach;
        next = true;
        if (!runs()) {
            begin();
        }
        notifyAll();
    }

    /** Ends it; a cut that it made stands. Does nothing when it does not run. */
    synchronized void stop() {
        stop = true;
        notifyAll();
    }

    private boolean runs() {
        return thread != null && thread.isAlive();
    }

    private void begin() {
        if (!cluster.names().equals(Story.NODES)) {
            throw new UserError("the story is told on three nodes: start the lab with --nodes 3");
        }
        steps.clear();
        scene = 0;
        error = "";
        stop = false;
        state = State.CLEARING;
        thread = new Thread(this::tell, "capstan-lab-story");
        thread.setDaemon(true);
        thread.start();
    }

    private void tell() {
        try {
            boolean passed = Story.play(cluster, Story.STEPS, this).passed();
            end(passed ? State.PASSED : State.FAILED, "");
        } catch (Stopped end) {
            end(State.STOPPED, "");
        } catch (RuntimeException failed) {
            end(State.FAILED, String.valueOf(failed.getMessage()));
        }
    }

    private synchronized void end(State as, String why) {
        state = as;
        error = why;
        timeline.story("", "the story " + as.name().toLowerCase(Locale.ROOT), as != State.FAILED, 0);
    }

    @Override
    public synchronized void begins(Scene begun) {
        goOnOrStop();
        state = State.DOING;
        scene = begun.number();
    }

    @Override
    public synchronized void observed(Step step) {
        steps.add(step);
        timeline.story(step.node(), step.step(), step.ok(), step.ms());
        state = State.READING;
        next = false;
        long end = System.nanoTime() + pause.toNanos();
        try {
            while (!next && !stop && step.ok() && step.number() < Story.STEPS) {
                long left = end - System.nanoTime();
                if (auto && left <= 0) {
                    break;
                }
                wait(auto ? Math.max(1, left / 1_000_000) : 0);
            }
        } catch (InterruptedException e) {
            throw new Stopped();
        }
        goOnOrStop();
    }

    private void goOnOrStop() {
        if (stop) {
            throw new Stopped();
        }
    }

    @Override
    public synchronized void close() {
        stop();
        if (thread != null) {
            thread.interrupt();
        }
    }
}
