package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.parameter;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.capstan.actors.Call;
import io.capstan.actors.Node;
import io.capstan.demo.UserError;
import io.capstan.demo.http.Answers;
import io.capstan.registry.AvailableNames;
import io.capstan.registry.Name;
import io.capstan.registry.Names;
import io.capstan.registry.Standby;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * {@code /standbys}: this node standing by for the talk's lock process of a name, of which the cluster keeps exactly one; and
 * asking that process, wherever it runs.
 */
final class StandbyRoutes {
    private static final Duration WITHIN = Duration.ofSeconds(5);

    /** A message to the process, and the reference that its answer goes to. */
    private interface Question {
        LockProcess.Command to(ActorRef<LockProcess.Answer> replyTo);
    }

    /** What the process answered. */
    record Told(String name, boolean done, String holder, String runsOn) {}

    record Standing(String name, boolean standsBy) {}

    private final Node node;
    private final AvailableNames names;
    private final Map<String, Standby> standbys = new ConcurrentHashMap<>();

    StandbyRoutes(Node node) {
        this.node = node;
        this.names = Names.get(node);
    }

    Route routes() {
        return pathPrefix(
                "standbys",
                () -> concat(
                        path(
                                segment(),
                                name -> concat(
                                        get(() -> Answers.answer(ask(name, LockProcess.Who::new))),
                                        post(() -> complete(Answers.ok(standBy(name)))),
                                        delete(() -> complete(Answers.ok(withdraw(name)))))),
                        path(
                                segment().slash("lock"),
                                name -> post(() -> parameter(
                                        "client",
                                        client -> Answers.answer(
                                                ask(name, replyTo -> new LockProcess.Lock(client, replyTo)))))),
                        path(
                                segment().slash("unlock"),
                                name -> post(() -> parameter(
                                        "client",
                                        client -> Answers.answer(
                                                ask(name, replyTo -> new LockProcess.Unlock(client, replyTo))))))));
    }

    private Standing standBy(String name) {
        standbys.computeIfAbsent(
                name,
                fresh -> names.keepOne(
                        name(fresh), () -> LockProcess.create(node.id().name())));
        return new Standing(name, true);
    }

    private Standing withdraw(String name) {
        Standby standby = standbys.remove(name);
        if (standby != null) {
            standby.close();
        }
        return new Standing(name, false);
    }

    private CompletionStage<Told> ask(String name, Question question) {
        return names.whereis(name(name))
                .map(process -> Call.<LockProcess.Command, LockProcess.Answer>to(process, question::to, WITHIN)
                        .thenApply(answer -> new Told(name, answer.done(), answer.holder(), answer.node())))
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new UserError("nobody has the name \"" + name + "\" as this node sees it")));
    }

    private static Name<LockProcess.Command> name(String text) {
        return Name.of(text, LockProcess.Command.class);
    }
}
