package io.capstan.actors.internal.supervisor;

import io.capstan.actors.ExitReason;
import io.capstan.actors.supervisor.ChildSpec;
import io.capstan.actors.supervisor.SupervisorFailure;
import io.capstan.actors.supervisor.SupervisorFailure.Kind;
import java.util.Queue;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/** What is asked of a supervisor, turned into steps and answers. Taken up when no step is under way. */
final class Requests {
    private final SupervisorPlan plan;
    private final Roster roster;
    private final Queue<Step> steps;

    Requests(SupervisorPlan plan, Roster roster, Queue<Step> steps) {
        this.plan = plan;
        this.roster = roster;
        this.steps = steps;
    }

    void perform(Request request) {
        if (request instanceof Request.Start start) {
            startAnother(start);
        } else if (request instanceof Request.Restart again) {
            startAgain(again);
        } else if (request instanceof Request.Terminate terminate) {
            terminate(terminate);
        } else if (request instanceof Request.Delete delete) {
            delete(delete);
        } else if (request instanceof Request.Which which) {
            which.replyTo().tell(Answer.of(roster.which()));
        } else if (request instanceof Request.Count count) {
            count.replyTo().tell(Answer.of(roster.count()));
        } else if (request instanceof Request.Announce announce) {
            announce.replyTo().tell(announce.news());
        }
    }

    private void startAnother(Request.Start request) {
        ChildSpec<?> spec = request.child();
        // Where ids repeat, none is taken, also not one that looks like the name that another goes by here.
        Child present = plan.dynamic() ? null : roster.get(spec.id());
        String objection = plan.objection(spec).orElse(null);
        if (objection != null) {
            refuse(request, Kind.BAD_SPEC, objection);
        } else if (present != null && present.ref() == null) {
            refuse(request, Kind.ALREADY_PRESENT, spec.id() + " is there, not running");
        } else if (present != null) {
            refuse(request, Kind.ALREADY_STARTED, spec.id() + " runs");
        } else if (roster.size() >= plan.childrenMax()) {
            refuse(request, Kind.TOO_MANY, "there are " + plan.childrenMax() + " children");
        } else {
            Child child = roster.add(spec);
            start(child, request, roster::remove);
        }
    }

    private void startAgain(Request.Restart request) {
        Child child = roster.get(request.id());
        if (child == null) {
            refuse(request, Kind.NOT_FOUND, "no child " + request.id());
        } else if (child.ref() != null) {
            refuse(request, Kind.RUNNING, request.id() + " runs");
        } else {
            start(child, request, failed -> {});
        }
    }

    private void start(Child child, Request request, Consumer<Child> onFailure) {
        steps.add(new Step.Start(child, (failed, why) -> {
            onFailure.accept(failed);
            request.replyTo().tell(failedToStart(failed, why));
        }));
        steps.add(new Step.Then(() -> {
            ActorRef<?> ref = child.ref();
            if (ref == null) {
                refuse(request, Kind.DECLINED, child.spec().id() + " stopped within its start");
            } else {
                request.replyTo().tell(Answer.of(ref));
            }
        }));
    }

    private static Answer<Object> failedToStart(Child child, ExitReason why) {
        return new Answer<>(
                null,
                new SupervisorFailure(Kind.FAILED_TO_START, why, child.spec().id() + " failed to start: " + why));
    }

    private void terminate(Request.Terminate request) {
        Child child = request.child() == null ? roster.get(request.id()) : roster.get(request.child());
        if (child == null) {
            refuse(request, Kind.NOT_FOUND, "no child " + (request.child() == null ? request.id() : request.child()));
            return;
        }
        steps.add(new Step.Stop(child));
        steps.add(new Step.Then(() -> {
            roster.forget(child);
            request.replyTo().tell(Answer.of(true));
        }));
    }

    private void delete(Request.Delete request) {
        Child child = roster.get(request.id());
        if (child == null) {
            refuse(request, Kind.NOT_FOUND, "no child " + request.id());
        } else if (child.ref() != null) {
            refuse(request, Kind.RUNNING, request.id() + " runs");
        } else {
            roster.remove(child);
            request.replyTo().tell(Answer.of(true));
        }
    }

    private static void refuse(Request request, Kind kind, String message) {
        request.replyTo().tell(Answer.refused(kind, message));
    }
}
