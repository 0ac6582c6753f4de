package io.capstan.demo.http;

import io.capstan.actors.internal.tls.Certificates;
import io.capstan.actors.internal.tls.SystemCertificates;
import io.capstan.actors.internal.tls.TlsSettings;
import io.capstan.demo.UserError;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.ServerBuilder;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.ExceptionHandler;
import org.apache.pekko.http.javadsl.server.RejectionHandler;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** Where a node listens for HTTP. */
public final class Door {
    private static final Duration BIND_MAX = Duration.ofSeconds(10);

    /** How long whoever is answered already is listened to. */
    private static final Duration HEAR_MAX = Duration.ofSeconds(5);

    /** What no route took: in the same words as every other refusal. */
    private static final RejectionHandler REJECTIONS = RejectionHandler.newBuilder()
            .handleNotFound(Directives.extractRequest(request -> Directives.complete(Answers.unknown(request))))
            .build()
            .withFallback(RejectionHandler.defaultHandler().mapRejectionResponse(Answers::rejected));

    private final DoorSettings settings;
    private final ServerBinding binding;

    private Door(DoorSettings settings, ServerBinding binding) {
        this.settings = settings;
        this.binding = binding;
    }

    /**
     * Opens the door; it closes with the system.
     *
     * @param open what everybody may ask, with or without a token, from wherever
     * @param routes what {@link Visitors} may ask
     * @throws UserError in one line when the port is taken
     */
    public static Door open(ActorSystem<?> system, DoorSettings settings, Route open, List<Route> routes) {
        Route all = Directives.concat(
                open,
                new Visitors(settings)
                        .welcome(() -> Directives.concat(Directives.reject(), routes.toArray(Route[]::new))));
        ExceptionHandler refusals = ExceptionHandler.newBuilder()
                .match(Exception.class, error -> Directives.complete(Answers.refusal(error)))
                .build();
        try {
            ServerBinding binding = server(system, settings)
                    .bind(heardOut(
                            system,
                            Directives.handleExceptions(
                                    refusals, () -> Directives.handleRejections(REJECTIONS, () -> all))))
                    .toCompletableFuture()
                    .get(BIND_MAX.toMillis(), TimeUnit.MILLISECONDS);
            return new Door(settings, binding.addToCoordinatedShutdown(Duration.ofSeconds(1), system));
        } catch (ExecutionException | TimeoutException e) {
            throw new UserError("cannot listen for HTTP on " + settings.hostname() + ":" + settings.port()
                    + ": is the port in use? Choose another with --http, or 0 for any free one.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted while opening the HTTP door");
        }
    }

    /**
     * Whoever is answered before all of his body was read hears it when the rest has been read and thrown away, up to what a body
     * may be: a connection that closes over bytes unread is reset, and of large bodies one in fifty took the answer along.
     */
    private static Route heardOut(ActorSystem<?> system, Route inner) {
        return Directives.extractRequest(request -> {
            if (request.entity().isStrict()) {
                return inner;
            }
            AtomicReference<@Nullable CompletionStage<Done>> read = new AtomicReference<>();
            HttpRequest watched = request.withEntity(HttpEntities.createChunked(
                    request.entity().getContentType(),
                    request.entity().getDataBytes().watchTermination((source, ended) -> {
                        // Read for a second time, it fails at once.
                        read.compareAndSet(null, ended);
                        return source;
                    })));
            return Directives.mapRouteResultWith(
                    result -> allRead(system, watched, read).handle((done, failed) -> result),
                    () -> Directives.mapRequest(unwatched -> watched, () -> inner));
        });
    }

    /** When the body was read: by whoever reads it already, or else by us; or when it took too long. */
    private static CompletionStage<Done> allRead(
            ActorSystem<?> system, HttpRequest request, AtomicReference<@Nullable CompletionStage<Done>> read) {
        if (read.get() == null) {
            request.discardEntityBytes(system);
        }
        return Objects.requireNonNull(read.get())
                .toCompletableFuture()
                .copy()
                .orTimeout(HEAR_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ServerBuilder server(ActorSystem<?> system, DoorSettings settings) {
        ServerBuilder server = Http.get(system).newServerAt(settings.hostname(), settings.port());
        if (!settings.encrypted()) {
            return server;
        }
        Certificates certificates = SystemCertificates.of(system)
                .orElseThrow(() -> new UserError("HTTPS needs certificates: " + TlsSettings.PATH + ".enabled is off"));
        return server.enableHttps(
                ConnectionContext.httpsServer(() -> certificates.current().serving()));
    }

    /** Where it listens, {@code http://host:port} or {@code https://host:port}, in the words of who set it. */
    public String address() {
        String host = settings.hostname();
        return settings.scheme() + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + binding.localAddress().getPort();
    }
}
