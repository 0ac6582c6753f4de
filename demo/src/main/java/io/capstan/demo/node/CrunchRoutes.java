package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.entity;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.post;

import com.fasterxml.jackson.core.type.TypeReference;
import io.capstan.actors.Call;
import io.capstan.actors.Node;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.crunch.Coordinator;
import io.capstan.demo.crunch.CrunchNames;
import io.capstan.demo.crunch.Job;
import io.capstan.demo.crunch.Worker;
import io.capstan.demo.http.Answers;
import io.capstan.registry.Names;
import io.capstan.registry.group.Groups;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;

/** {@code /crunch}: this node's worker, and a coordinator here when a job is posted. */
final class CrunchRoutes {
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final AtomicLong COORDINATORS = new AtomicLong();

    record Begun(String job, String node) {}

    private final Node node;
    private final Names names;
    private final Groups groups;

    CrunchRoutes(Node node) {
        this.node = node;
        this.names = Names.get(node);
        this.groups = Groups.get(node);
        ActorRef<Worker.Command> worker =
                node.system().systemActorOf(Worker.create(node), "crunch-worker", DispatcherSelector.blocking());
        groups.join(CrunchNames.WORKERS, worker);
    }

    Route routes() {
        return path(
                "crunch",
                () -> concat(
                        post(() -> entity(Unmarshaller.entityToString(), body -> Answers.answer(begin(body)))),
                        get(() -> Answers.answer(progress()))));
    }

    /** Registers a coordinator here, in place of one that is done, then tells every worker that there is one. */
    private CompletionStage<Begun> begin(String body) {
        Job job = job(body);
        boolean another = names.whereis(CrunchNames.COORDINATOR).isPresent();
        return another ? progress().thenCompose(now -> succeed(job, now)) : register(job, false);
    }

    private CompletionStage<Begun> succeed(Job job, Coordinator.Progress former) {
        return former.state().equals("running")
                ? CompletableFuture.failedFuture(new UserError("another job is running: wait until it is done"))
                : register(job, true);
    }

    private CompletionStage<Begun> register(Job job, boolean takeOver) {
        ActorRef<Coordinator.Command> coordinator =
                node.spawn(Coordinator.create(job, node), "crunch-coordinator-" + COORDINATORS.incrementAndGet());
        return (takeOver
                        ? names.reRegister(CrunchNames.COORDINATOR, coordinator, WITHIN)
                        : names.register(CrunchNames.COORDINATOR, coordinator, WITHIN))
                .whenComplete((registered, refused) -> {
                    if (refused != null) {
                        coordinator.tell(Coordinator.End.INSTANCE);
                    }
                })
                .thenApply(registered -> {
                    groups.publish(CrunchNames.WORKERS, Worker.Begin.INSTANCE);
                    return new Begun(job.id(), node.id().name());
                });
    }

    private CompletionStage<Coordinator.Progress> progress() {
        return names.whereis(CrunchNames.COORDINATOR)
                .map(coordinator -> Call.<Coordinator.Command, Coordinator.Progress>to(
                        coordinator, Coordinator.AskProgress::new, WITHIN))
                .orElseGet(() -> CompletableFuture.failedFuture(new UserError("no crunch is running")));
    }

    private static Job job(String body) {
        return Json.read(body, new TypeReference<>() {}, "not a job");
    }
}
