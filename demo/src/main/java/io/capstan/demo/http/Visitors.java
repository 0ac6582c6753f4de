package io.capstan.demo.http;

import io.capstan.actors.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in. Without tokens: programs of this machine, and pages that came from the same door. With tokens: who has one
 * of a role that may. A browser lets any page of the world send requests to a door that it reaches; it says then whose page it
 * was ({@code Origin}), and under which name it found us ({@code Host}).
 */
final class Visitors {
    private static final Pattern LOOPBACK = Pattern.compile("(127\\.0\\.0\\.1|localhost|\\[::1])(:\\d+)?");

    private final DoorSettings door;

    Visitors(DoorSettings door) {
        this.door = door;
    }

    /** Lets others in no further. */
    Route welcome(Supplier<Route> inner) {
        return Directives.extractRequest(request -> {
            HttpResponse refusal = refusal(request);
            return refusal == null ? inner.get() : Directives.complete(refusal);
        });
    }

    private @Nullable HttpResponse refusal(HttpRequest request) {
        String host = header(request, "host").orElse("");
        Tokens tokens = door.tokens();
        // Another name that leads here: its owner's pages would count as ours. Where there are tokens, they have none.
        if (tokens == null && !LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
            return refusal(StatusCodes.FORBIDDEN, "this door is for the loopback, not for host \"" + host + "\"");
        }
        Optional<String> stranger =
                header(request, "origin").filter(origin -> !origin.equalsIgnoreCase(door.scheme() + "://" + host));
        if (stranger.isPresent()) {
            return refusal(StatusCodes.FORBIDDEN, "pages of " + stranger.get() + " may not ask this door");
        }
        return tokens == null ? null : refusal(request, tokens);
    }

    private static @Nullable HttpResponse refusal(HttpRequest request, Tokens tokens) {
        Optional<Role> role =
                header(request, "authorization").flatMap(Visitors::token).flatMap(tokens::roleOf);
        if (role.isEmpty()) {
            return refusal(
                            StatusCodes.UNAUTHORIZED,
                            "this door asks for a token: Authorization: Bearer TOKEN, or in a browser as password"
                                    + " (capstan: CAPSTAN_TOKEN_FILE)")
                    .addHeader(RawHeader.create("WWW-Authenticate", "Basic realm=\"capstan\", charset=\"UTF-8\""));
        }
        Role needed = Role.needed(
                request.method().value(),
                request.getUri().path(),
                request.getUri().query().get("token").isPresent());
        return role.get().allows(needed)
                ? null
                : refusal(
                        StatusCodes.FORBIDDEN,
                        "this needs a token of role " + needed + ", this one has role " + role.get());
    }

    /** What programs show as a bearer's, and browsers, which ask for a name and a password, as the password. */
    private static Optional<String> token(String authorization) {
        String[] words = authorization.split(" ", 2);
        if (words.length == 2 && words[0].equalsIgnoreCase("bearer")) {
            return Optional.of(words[1].strip());
        } else if (words.length == 2 && words[0].equalsIgnoreCase("basic")) {
            try {
                String both = new String(Base64.getDecoder().decode(words[1].strip()), StandardCharsets.UTF_8);
                return Optional.of(both.substring(both.indexOf(':') + 1));
            } catch (IllegalArgumentException noBase64) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static HttpResponse refusal(StatusCode status, String why) {
        return Answers.response(status, new Answers.Refusal(why, Failure.Next.DO_NOT_RETRY.name()));
    }

    private static Optional<String> header(HttpRequest request, String name) {
        return request.getHeader(name).map(HttpHeader::value);
    }
}
