package io.capstan.demo.node;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.parameterOptional;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.capstan.actors.Call;
import io.capstan.actors.Node;
import io.capstan.demo.UserError;
import io.capstan.demo.http.Answers;
import io.capstan.demo.http.Parameters;
import io.capstan.registry.Name;
import io.capstan.registry.Names;
import io.capstan.registry.OnConflict;
import io.capstan.registry.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.server.Route;

/** {@code /names}: what this node shows, and registering clerks of this node. */
final class NameRoutes {
    private static final Duration WITHIN = Duration.ofSeconds(5);

    private static final int LOST_MAX = 100;

    /** One name as this node shows it; {@code owner} is empty when nobody has it. */
    record Named(String name, String owner, String process) {}

    record All(String node, List<Named> names, List<Clerk.Lost> lost) {}

    record Asked(String name, String answeredBy) {}

    record Unregistered(String name, boolean hadOwner) {}

    private final Node node;
    private final Names names;
    /** What was lost longest ago is forgotten first. */
    private final Deque<Clerk.Lost> lost = new ConcurrentLinkedDeque<>();

    NameRoutes(Node node) {
        this.node = node;
        this.names = Names.get(node);
    }

    Route routes() {
        return pathPrefix(
                "names",
                () -> concat(
                        pathEnd(() -> get(() ->
                                parameterOptional("prefix", prefix -> complete(Answers.ok(all(prefix.orElse(""))))))),
                        path(
                                segment(),
                                name -> concat(
                                        get(() -> complete(Answers.ok(named(name)))),
                                        post(() -> Parameters.duration(
                                                "within_ms", WITHIN, within -> Answers.answer(register(name, within)))),
                                        delete(() -> Answers.answer(unregister(name))))),
                        path(segment().slash("ask"), name -> post(() -> Answers.answer(ask(name))))));
    }

    private All all(String prefix) {
        List<Named> shown = new ArrayList<>();
        names.registeredNames(prefix).forEach(name -> shown.add(named(name)));
        return new All(node.id().name(), shown, lost());
    }

    /** Names that clerks of this node lost when a split healed, the latest last. */
    List<Clerk.Lost> lost() {
        return List.copyOf(lost);
    }

    private void lost(Clerk.Lost told) {
        lost.add(told);
        if (lost.size() > LOST_MAX) {
            lost.poll();
        }
    }

    private Named named(String text) {
        Name<Clerk.Command> name = clerk(text);
        return new Named(
                text,
                names.owner(name).map(owner -> owner.node().name()).orElse(""),
                names.whereis(name).map(ActorRef::toString).orElse(""));
    }

    private CompletionStage<Named> register(String text, Duration within) {
        Name<Clerk.Command> name = clerk(text);
        ActorRef<Clerk.Command> clerk = Clerk.start(node, this::lost, said -> {});
        OnConflict<Clerk.Command> tell = OnConflict.tellLoser(conflict ->
                new Clerk.Lost(text, conflict.winner().map(ActorRef::toString).orElse("")));
        return names.register(name, clerk, Terms.<Clerk.Command>within(within).onConflict(tell))
                .whenComplete((registration, refused) -> {
                    if (refused != null) {
                        clerk.tell(Clerk.Leave.INSTANCE);
                    }
                })
                .thenApply(registration -> named(text));
    }

    private CompletionStage<Unregistered> unregister(String text) {
        return names.unregister(clerk(text), WITHIN).thenApply(had -> new Unregistered(text, had));
    }

    private CompletionStage<Asked> ask(String text) {
        return names.whereis(clerk(text))
                .map(clerk -> Call.<Clerk.Command, Clerk.Answer>to(clerk, Clerk.Ask::new, WITHIN)
                        .thenApply(answer -> new Asked(text, answer.node())))
                .orElseGet(() -> CompletableFuture.failedFuture(new UserError("nobody has the name \"" + text + "\"")));
    }

    private static Name<Clerk.Command> clerk(String text) {
        return Name.of(text, Clerk.Command.class);
    }
}
