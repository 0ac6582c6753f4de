package io.capstan.demo.lab;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeOK;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.entity;
import static org.apache.pekko.http.javadsl.server.Directives.extractUnmatchedPath;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.optionalHeaderValueByName;
import static org.apache.pekko.http.javadsl.server.Directives.parameter;
import static org.apache.pekko.http.javadsl.server.Directives.parameterMap;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEndOrSingleSlash;
import static org.apache.pekko.http.javadsl.server.Directives.pathPrefix;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.Directives.withoutRequestTimeout;
import static org.apache.pekko.http.javadsl.server.PathMatchers.remaining;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.capstan.demo.UserError;
import io.capstan.demo.http.Answers;
import io.capstan.demo.http.Pages;
import io.capstan.demo.http.Parameters;
import io.capstan.demo.process.LocalCluster;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.marshalling.sse.EventStreamMarshalling;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;

/**
 * The lab over HTTP: the page and what it is made of, {@code GET /api/events} (all that goes on, as server-sent events), and
 * {@code POST}s that do something. Those need the token that the page was given: whoever can do them can kill processes.
 */
final class LabDoor {
    static final String TOKEN = "X-Capstan-Token";

    private static final String TOKEN_PLACE = "/* token */";
    private static final Duration READ = Duration.ofMillis(2500);
    private static final Duration READ_MAX = Duration.ofMinutes(10);

    private record Cuts(Iterable<String> cuts) {}

    private final Timeline timeline;
    private final Workbench workbench;
    private final Play play;
    private final LocalCluster cluster;
    private final Events events;
    private final String token = new BigInteger(128, new SecureRandom()).toString(36);

    LabDoor(LocalCluster cluster, Timeline timeline, Workbench workbench, Play play) {
        this.cluster = cluster;
        this.timeline = timeline;
        this.workbench = workbench;
        this.play = play;
        this.events = new Events(cluster, timeline, workbench, play);
    }

    String token() {
        return token;
    }

    Route routes() {
        return concat(
                pathEndOrSingleSlash(() -> get(() -> complete(page()))),
                path(segment("favicon.ico"), () -> get(() -> complete(Pages.file("icon.svg")))),
                pathPrefix("web", () -> path(remaining(), name -> get(() -> complete(Pages.file(name))))),
                pathPrefix("source", () -> path(remaining(), name -> get(() -> complete(source(name))))),
                pathPrefix("api", () -> concat(reading(), post(() -> trusted(this::doing)))),
                extractUnmatchedPath(this::nothing));
    }

    /** Whoever takes the lab for a node is told where those are. */
    private Route nothing(String path) {
        return complete(
                Answers.refusal(new UserError("nothing is at " + path + " of the lab, which is no node: ask one of "
                        + cluster.members().stream()
                                .map(member -> member.ready().http())
                                .collect(Collectors.joining(", ")))));
    }

    private HttpResponse page() {
        return Pages.html(Pages.text("web/lab.html").replace(TOKEN_PLACE, token));
    }

    private static HttpResponse source(String name) {
        return Pages.html(SourcePage.of("source/" + name, Pages.text("source/" + name)));
    }

    private Route reading() {
        return get(() -> concat(
                path(
                        "events",
                        () -> parameterMap(
                                window -> completeOK(events.of(window), EventStreamMarshalling.toEventStream()))),
                path("story", () -> complete(Answers.ok(Play.captions()))),
                path("timeline", () -> complete(Answers.ok(timeline.all()))),
                path("faults", () -> complete(Pages.plain(Export.faults(timeline.all()) + "\n"))),
                path("junit", () -> complete(Pages.plain(Export.junit(cluster.names(), timeline.all()))))));
    }

    /** Only who has the token, which no other page can read. */
    private Route trusted(Supplier<Route> inner) {
        return optionalHeaderValueByName(
                TOKEN,
                given -> isOurs(given)
                        ? inner.get()
                        : complete(Answers.refusal(new UserError("the header " + TOKEN
                                + " has the lab's token: load the" + " page again, or see what the command printed"))));
    }

    private boolean isOurs(Optional<String> given) {
        byte[] bytes = given.orElse("").getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(bytes, token.getBytes(StandardCharsets.UTF_8));
    }

    private Route doing() {
        return concat(
                path(
                        "faults",
                        () -> withoutRequestTimeout(() -> entity(
                                Unmarshaller.entityToString(),
                                notation -> Answers.answer(
                                        workbench.faults(notation).thenApply(Cuts::new))))),
                path("flap", () -> parameter("links", links -> complete(flap(links)))),
                path(
                        "act",
                        () -> withoutRequestTimeout(
                                () -> parameterMap(asked -> Answers.answer(workbench.act(Act.of(asked)))))),
                path(
                        "story",
                        () -> parameterMap(asked ->
                                Parameters.duration("pause_ms", READ, pause -> complete(story(asked, pause))))));
    }

    private HttpResponse flap(String links) {
        workbench.flap(links);
        return Answers.ok(new Cuts(cluster.cuts()));
    }

    private HttpResponse story(Map<String, String> asked, Duration pause) {
        if (pause.compareTo(READ_MAX) > 0) {
            throw new UserError("pause_ms is at most " + READ_MAX.toMillis());
        }
        switch (asked.getOrDefault("do", "")) {
            case "play" -> play.play(true, pause);
            case "next" -> play.play(false, pause);
            case "stop" -> play.stop();
            default -> throw new UserError("do is play, next or stop");
        }
        return Answers.ok(play.now());
    }
}
