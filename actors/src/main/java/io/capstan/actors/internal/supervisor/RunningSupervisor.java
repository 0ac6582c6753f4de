package io.capstan.actors.internal.supervisor;

import io.capstan.actors.ExitReason;
import io.capstan.actors.internal.process.RunningProcess;
import io.capstan.actors.process.Self;
import io.capstan.actors.supervisor.ChildSpec;
import io.capstan.actors.supervisor.Supervisor;
import io.capstan.actors.supervisor.SupervisorFailure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A supervisor at work. It does one step after the other and waits for each; whatever happens meanwhile (a request, the
 * end of another child) is taken up when the steps are done. So it decides everything on settled ground, as Erlang's
 * does, without ever blocking its thread.
 */
public final class RunningSupervisor {
    private static final Logger log = LoggerFactory.getLogger(RunningSupervisor.class);
    private static final int REQUESTS_MAX = 100_000;

    private final Self<Supervisor.Command> self;
    private final SupervisorPlan plan;
    private final Roster roster;
    private final RestartWindow window;
    private final Nursery nursery;
    private final Requests desk;
    private final Deque<Step> steps = new ArrayDeque<>();
    private final Deque<Request> requests = new ArrayDeque<>();
    private final Deque<Event.Gone> ends = new ArrayDeque<>();
    private @Nullable Step current;
    private @Nullable ExitReason ending;
    private boolean ended;

    private RunningSupervisor(Self<Supervisor.Command> self, SupervisorPlan plan) {
        this.self = self;
        this.plan = plan;
        this.roster = new Roster(plan.dynamic());
        this.window = new RestartWindow(plan.intensity());
        this.nursery = new Nursery(self, roster);
        this.desk = new Requests(plan, roster, steps);
    }

    /** As {@link Supervisor#create} says. */
    public static Behavior<Supervisor.Command> behavior(SupervisorPlan plan) {
        return RunningProcess.behavior(self -> new RunningSupervisor(self, plan).begin());
    }

    private Behavior<Supervisor.Command> begin() {
        self.trapExits(Event.ToldToExit::new);
        for (ChildSpec<?> spec : plan.children()) {
            steps.add(new Step.Start(roster.add(spec), this::failed));
        }
        proceed();
        if (ended) {
            return self.exit(Objects.requireNonNull(ending));
        }
        return Behaviors.receive(Supervisor.Command.class)
                .onMessage(Event.Started.class, event -> then(() -> started(event)))
                .onMessage(Event.Ended.class, event -> then(() -> endedBecause(event)))
                .onMessage(Event.Gone.class, event -> then(() -> gone(event)))
                .onMessage(Event.Overdue.class, event -> then(() -> overdue(event)))
                .onMessage(Event.ToldToExit.class, event -> then(() -> toldToExit(event)))
                .onMessage(Request.class, request -> then(() -> take(request)))
                .build();
    }

    private Behavior<Supervisor.Command> then(Runnable action) {
        action.run();
        return ended ? self.exit(Objects.requireNonNull(ending)) : Behaviors.same();
    }

    // ---- Steps

    /** Goes on until there is something to wait for, then until there is nothing left to do. */
    private void proceed() {
        while (current == null && !ended) {
            Step next = steps.poll();
            if (next instanceof Step.Stop stop) {
                stop(stop);
            } else if (next instanceof Step.Start start) {
                start(start);
            } else if (next instanceof Step.Then then) {
                then.action().run();
            } else if (!ends.isEmpty()) {
                Event.Gone end = ends.remove();
                Child child = roster.get(end.key(), end.life());
                if (child != null && child.status() == Child.Status.DOWN) {
                    child.undecided(false);
                    endedByItself(child);
                }
            } else if (!requests.isEmpty() && ending == null) {
                desk.perform(requests.remove());
            } else {
                return;
            }
        }
    }

    private void start(Step.Start step) {
        Child child = step.child();
        current = step;
        try {
            nursery.spawn(child, child.spec());
        } catch (RuntimeException e) {
            // The supplier of its behavior failed.
            roster.down(child);
            notStarted(step, ExitReason.crashed(e));
        }
    }

    private void notStarted(Step.Start step, ExitReason reason) {
        current = null;
        steps.clear();
        step.otherwise().of(step.child(), reason);
    }

    private void stop(Step.Stop step) {
        Child child = step.child();
        ActorRef<?> ref = child.ref();
        if (ref == null) {
            return;
        }
        current = step;
        Duration within = child.spec().stopWithin().orElse(null);
        Cancellable deadline = null;
        if (within != null && !within.isZero()) {
            deadline = self.context().scheduleOnce(within, self.ref(), new Event.Overdue(child.key(), child.life()));
        }
        child.stopping(deadline);
        self.exit(ref, within != null && within.isZero() ? ExitReason.KILLED : ExitReason.SHUTDOWN);
    }

    // ---- Events

    private void started(Event.Started event) {
        Child child = roster.get(event.key(), event.life());
        if (child != null && child.status() == Child.Status.STARTING) {
            child.up();
            tellStarted(child.spec(), child);
            if (current instanceof Step.Start start && start.child() == child) {
                current = null;
                proceed();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private <T> void tellStarted(ChildSpec<T> spec, Child child) {
        try {
            // Justification of the cast: this child was spawned from this specification.
            spec.whenStarted().accept((ActorRef<T>) Objects.requireNonNull(child.ref()));
        } catch (RuntimeException | Error e) {
            log.error("the listener of {} failed on its start", child.key(), e);
        }
    }

    private void endedBecause(Event.Ended event) {
        Child child = roster.get(event.key(), event.life());
        if (child != null) {
            child.because(event.reason());
        }
    }

    private void gone(Event.Gone event) {
        Child child = roster.get(event.key(), event.life());
        if (child == null) {
            return;
        }
        boolean starting = child.status() == Child.Status.STARTING;
        roster.down(child);
        if (current instanceof Step.Start start && start.child() == child) {
            if (starting && child.reason().kind() == ExitReason.Kind.NORMAL) {
                log.info("{} of {} declined to start", child.key(), self.ref().path());
                current = null;
                roster.forget(child);
            } else {
                notStarted(start, child.reason());
            }
        } else if (current instanceof Step.Stop stop && stop.child() == child) {
            current = null;
        } else {
            child.undecided(true);
            ends.add(event);
        }
        proceed();
    }

    private void overdue(Event.Overdue event) {
        Child child = roster.get(event.key(), event.life());
        ActorRef<?> ref = child == null ? null : child.ref();
        if (child != null && ref != null) {
            log.warn(
                    "{} did not stop within {}: it is killed",
                    ref.path(),
                    child.spec().stopWithin().orElseThrow());
            self.exit(ref, ExitReason.KILLED);
        }
    }

    private void toldToExit(Event.ToldToExit event) {
        // One of our own children, as it linked itself to us: its end is known by other ways, and dealt with.
        boolean child = event.exit().process().path().parent().equals(self.ref().path());
        if (!child && event.exit().reason().kind() != ExitReason.Kind.NORMAL) {
            shutDown(event.exit().reason());
            proceed();
        }
    }

    // ---- Decisions

    private void endedByItself(Child child) {
        ExitReason reason = child.reason();
        if (ending != null) {
            return;
        }
        if (Roster.comesAgain(child, reason)) {
            restart(child, reason);
            return;
        }
        boolean done = roster.done(plan.shutdown(), child);
        roster.forget(child);
        if (done) {
            log.info("{} has done its work with the end of {}", self.ref().path(), child.key());
            shutDown(ExitReason.SHUTDOWN);
        }
    }

    private void restart(Child child, ExitReason reason) {
        // The one clock of a supervisor: monotonic, and only differences count.
        if (!window.add(System.nanoTime())) {
            log.error(
                    "{} gives up: more than {} restarts within {}; the last was for {}, which ended by {}",
                    self.ref().path(),
                    plan.intensity().restarts(),
                    plan.intensity().period(),
                    child.key(),
                    reason);
            shutDown(ExitReason.SHUTDOWN);
            return;
        }
        log.info("{} restarts {}, which ended by {}", self.ref().path(), child.key(), reason);
        List<Child> concerned = roster.concerned(plan.strategy(), child);
        for (int i = concerned.size() - 1; i >= 0; i--) {
            steps.add(new Step.Stop(concerned.get(i)));
        }
        for (Child next : concerned) {
            if (next == child || !roster.livesOnce(next)) {
                steps.add(new Step.Start(next, this::restart));
            } else {
                steps.add(new Step.Then(() -> roster.forget(next)));
            }
        }
    }

    /** A child did not start when the supervisor itself did: it comes to nothing. */
    private void failed(Child child, ExitReason reason) {
        shutDown(ExitReason.crashed(child.key() + " failed to start: " + reason));
    }

    /** All children are stopped in reverse order, the one that is just starting included. */
    private void shutDown(ExitReason reason) {
        if (ending != null) {
            return;
        }
        ending = reason;
        steps.clear();
        if (current instanceof Step.Start) {
            current = null;
        }
        for (Child child : roster.inReverse()) {
            if (!(current instanceof Step.Stop stop && stop.child() == child)) {
                steps.add(new Step.Stop(child));
            }
        }
        steps.add(new Step.Then(() -> ended = true));
    }

    // ---- Requests

    private void take(Request request) {
        if (ending != null) {
            // Its caller hears of our end.
            return;
        }
        if (requests.size() >= REQUESTS_MAX) {
            request.replyTo()
                    .tell(Answer.refused(
                            SupervisorFailure.Kind.TOO_MANY, "more than " + REQUESTS_MAX + " requests wait"));
            return;
        }
        requests.add(request);
        proceed();
    }
}
