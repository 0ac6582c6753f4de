package io.capstan.demo.http;

import io.capstan.demo.UserError;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.ExceptionHandler;
import org.apache.pekko.http.javadsl.server.RejectionHandler;
import org.apache.pekko.http.javadsl.server.Route;

/** Where a node listens for HTTP. */
public final class Door {
    /** Whoever reaches it may do all that this user may, so nobody else does. */
    private static final String LOOPBACK = "127.0.0.1";

    private static final Duration BIND_MAX = Duration.ofSeconds(10);

    /** What no route took: in the same words as every other refusal. */
    private static final RejectionHandler REJECTIONS = RejectionHandler.newBuilder()
            .handleNotFound(Directives.extractRequest(request -> Directives.complete(Answers.unknown(request))))
            .build()
            .withFallback(RejectionHandler.defaultHandler().mapRejectionResponse(Answers::rejected));

    private final ServerBinding binding;

    private Door(ServerBinding binding) {
        this.binding = binding;
    }

    /**
     * Opens the door; it closes with the system.
     *
     * @param port 0 for any free one
     * @throws UserError in one line when the port is taken
     */
    public static Door open(ActorSystem<?> system, int port, List<Route> routes) {
        Route all = Visitors.ownOnly(() -> Directives.concat(Directives.reject(), routes.toArray(Route[]::new)));
        ExceptionHandler refusals = ExceptionHandler.newBuilder()
                .match(RuntimeException.class, error -> Directives.complete(Answers.refusal(error)))
                .build();
        try {
            ServerBinding binding = Http.get(system)
                    .newServerAt(LOOPBACK, port)
                    .bind(Directives.handleExceptions(
                            refusals, () -> Directives.handleRejections(REJECTIONS, () -> all)))
                    .toCompletableFuture()
                    .get(BIND_MAX.toMillis(), TimeUnit.MILLISECONDS);
            return new Door(binding.addToCoordinatedShutdown(Duration.ofSeconds(1), system));
        } catch (ExecutionException | TimeoutException e) {
            throw new UserError("cannot listen for HTTP on " + LOOPBACK + ":" + port
                    + ": is the port in use? Choose another with --http, or 0 for any free one.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted while opening the HTTP door");
        }
    }

    /** Where it listens, {@code http://host:port}. */
    public String address() {
        InetSocketAddress address = binding.localAddress();
        return "http://" + address.getHostString() + ":" + address.getPort();
    }
}
