package io.capstan.demo.http;

import io.capstan.actors.Failure;
import io.capstan.demo.Json;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;

/** How answers and refusals look on the wire. */
public final class Answers {
    /** A refusal, and the caller's next move. */
    record Refusal(String error, String next) {}

    /** One JSON object per line, for as long as the answer goes on. */
    public static final ContentType LINES =
            ContentTypes.create(MediaTypes.applicationWithFixedCharset("x-ndjson", HttpCharsets.UTF_8));

    private Answers() {}

    /** 200. */
    public static HttpResponse ok(Object value) {
        return response(StatusCodes.OK, value);
    }

    /** 503: not now. */
    public static HttpResponse unavailable(Object value) {
        return response(StatusCodes.SERVICE_UNAVAILABLE, value);
    }

    /** Answers when {@code stage} does: 200, or the refusal that it failed with. */
    public static Route answer(CompletionStage<?> stage) {
        return Directives.completeWithFuture(
                stage.handle((value, error) -> error == null ? ok(value) : refusal(error)));
    }

    /** A refusal of ours has the status of its next move; anything else is a bug and says so. */
    public static HttpResponse refusal(Throwable error) {
        Throwable cause = Failure.cause(error);
        if (cause instanceof Failure failure) {
            return response(
                    status(failure.next()),
                    new Refusal(text(failure), failure.next().name()));
        }
        if (cause instanceof IllegalArgumentException) {
            return response(StatusCodes.BAD_REQUEST, new Refusal(text(cause), Failure.Next.DO_NOT_RETRY.name()));
        }
        return response(
                StatusCodes.INTERNAL_SERVER_ERROR, new Refusal(text(cause), Failure.Next.OUTCOME_UNKNOWN.name()));
    }

    /** 404: nobody has this path; says which there are. */
    static HttpResponse unknown(HttpRequest request) {
        return response(
                StatusCodes.NOT_FOUND,
                new Refusal(
                        "nothing is at " + request.method().value() + " "
                                + request.getUri().path()
                                + ": GET /status, /names, /groups, /counters, /locks or /raft",
                        Failure.Next.DO_NOT_RETRY.name()));
    }

    /** A request that HTTP itself refuses, its text as ours. */
    static HttpResponse rejected(HttpResponse plain) {
        return plain.entity() instanceof HttpEntity.Strict strict
                ? response(plain.status(), new Refusal(strict.getData().utf8String(), Failure.Next.DO_NOT_RETRY.name()))
                : plain;
    }

    private static String text(Throwable error) {
        return error.getMessage() == null ? error.toString() : error.getMessage();
    }

    private static StatusCode status(Failure.Next next) {
        return switch (next) {
            case RETRY -> StatusCodes.SERVICE_UNAVAILABLE;
            case OUTCOME_UNKNOWN -> StatusCodes.GATEWAY_TIMEOUT;
            case DO_NOT_RETRY -> StatusCodes.CONFLICT;
        };
    }

    static HttpResponse response(StatusCode status, Object value) {
        return HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, Json.line(value) + "\n"));
    }
}
