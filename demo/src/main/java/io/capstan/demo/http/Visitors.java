package io.capstan.demo.http;

import io.capstan.actors.Failure;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * Who may come in: programs of this machine, and pages that came from the same door. A browser lets any page of the world send
 * requests to the loopback; it says then whose page it was ({@code Origin}), and under which name it found us ({@code Host}).
 */
public final class Visitors {
    private static final Pattern LOOPBACK = Pattern.compile("(127\\.0\\.0\\.1|localhost|\\[::1])(:\\d+)?");

    private Visitors() {}

    /** Lets others in no further. */
    static Route ownOnly(Supplier<Route> inner) {
        return Directives.extractRequest(request -> {
            String stranger = stranger(request);
            return stranger.isEmpty()
                    ? inner.get()
                    : Directives.complete(Answers.response(
                            StatusCodes.FORBIDDEN, new Answers.Refusal(stranger, Failure.Next.DO_NOT_RETRY.name())));
        });
    }

    /** Why not; empty for who may come in. */
    private static String stranger(HttpRequest request) {
        String host = header(request, "host").orElse("");
        if (!LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
            // Another name that leads here: its owner's pages would count as ours.
            return "this door is for the loopback, not for host \"" + host + "\"";
        }
        return header(request, "origin")
                .filter(origin -> !origin.equalsIgnoreCase("http://" + host))
                .map(origin -> "pages of " + origin + " may not ask this door")
                .orElse("");
    }

    private static Optional<String> header(HttpRequest request, String name) {
        return request.getHeader(name).map(HttpHeader::value);
    }
}
