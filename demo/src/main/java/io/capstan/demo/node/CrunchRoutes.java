package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.entity;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.post;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.capstan.actors.Call;
import io.capstan.actors.Node;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.crunch.Coordinator;
import io.capstan.demo.crunch.CrunchNames;
import io.capstan.demo.crunch.Job;
import io.capstan.demo.crunch.Worker;
import io.capstan.demo.http.Answers;
import io.capstan.registry.Groups;
import io.capstan.registry.Names;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;

/** {@code /crunch}: this node's worker, and a coordinator here when a job is posted. */
final class CrunchRoutes {
    private static final Duration WITHIN = Duration.ofSeconds(10);

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

    /** Registers a coordinator here, then tells every worker that there is one. */
    private CompletionStage<Begun> begin(String body) {
        Job job = job(body);
        ActorRef<Coordinator.Command> coordinator =
                node.spawn(Coordinator.create(job, node.id().name()), "crunch-coordinator");
        return names.register(CrunchNames.COORDINATOR, coordinator, WITHIN).thenApply(registered -> {
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
        try {
            return Json.MAPPER.readValue(body, Job.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a job: " + e.getOriginalMessage());
        }
    }
}
