package io.capstan.demo.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks one node over its HTTP door, and waits for the answer. Thread-safe. */
public final class NodeClient {
    /** An answer: the status, and the body as JSON. */
    public record Answer(int status, JsonNode body) {
        public boolean isOk() {
            return status / 100 == 2;
        }

        /** The body; throws {@link UserError} with the node's own words when it refused. */
        public JsonNode required() {
            if (!isOk()) {
                throw new UserError(text("error"));
            }
            return body;
        }

        /** The text of a member of the body; empty when there is none. */
        public String text(String member) {
            return body.path(member).asText("");
        }
    }

    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

    private final String node;
    private final URI base;
    private final DoorKey key;
    private final HttpClient http;

    /** A text as a part of a query. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * A name as a part of a path.
     *
     * @throws UserError for those few that would name another part
     */
    public static String part(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new UserError("over HTTP a name has at least one byte and is not . or .., got \"" + name + "\"");
        }
        return segment(name);
    }

    /** Asks the node of this name at this address, {@code http://host:port}, with the key that the environment names. */
    public NodeClient(String node, String address) {
        this(node, address, DoorKey.mine());
    }

    /** The same with another key. */
    public NodeClient(String node, String address, DoorKey key) {
        this.node = node;
        this.base = URI.create(address);
        this.key = key;
        this.http = key.client();
    }

    public String node() {
        return node;
    }

    /** Reads. */
    public Answer get(String path) {
        return send("GET", path, BodyPublishers.noBody(), ANSWER_MAX);
    }

    /** Asks the node to do something; parameters stand in the path's query. */
    public Answer post(String path) {
        return post(path, ANSWER_MAX);
    }

    /** As {@link #post(String)}, for what takes the node up to {@code patience}. */
    public Answer post(String path, Duration patience) {
        return send("POST", path, BodyPublishers.noBody(), patience);
    }

    /** As {@link #post(String)}, with a body. */
    public Answer post(String path, String body) {
        return send("POST", path, BodyPublishers.ofString(body), ANSWER_MAX);
    }

    /** As {@link #post(String, String)}, for what takes the node up to {@code patience}. */
    public Answer post(String path, String body, Duration patience) {
        return send("POST", path, BodyPublishers.ofString(body), patience);
    }

    /**
     * As the others, without waiting.
     *
     * @return fails with an {@link IOException} when the node does not answer within {@code patience}
     */
    public CompletionStage<Answer> ask(String method, String path, String body, Duration patience) {
        return http.sendAsync(
                        request(method, path, BodyPublishers.ofString(body), patience), BodyHandlers.ofByteArray())
                .thenApply(response -> {
                    try {
                        return answer(response.statusCode(), response.body());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /** What the node answers to a {@code GET}, as it stands. */
    public CompletionStage<String> raw(String path, Duration patience) {
        return http.sendAsync(request("GET", path, BodyPublishers.noBody(), patience), BodyHandlers.ofString())
                .thenApply(HttpResponse::body);
    }

    /**
     * Reads a stream of answers, one JSON object per line, until it ends. Lines that only say that the node is there are left
     * out.
     *
     * @throws UserError in the node's own words when it refuses; when the stream breaks off
     */
    public void follow(String path, Consumer<JsonNode> each) {
        HttpRequest request =
                key.show(HttpRequest.newBuilder(base.resolve(path))).build();
        Lines lines = new Lines();
        CompletableFuture<HttpResponse<String>> all = http.sendAsync(
                request,
                head -> head.statusCode() / 100 == 2
                        ? BodySubscribers.fromLineSubscriber(lines, read -> "", StandardCharsets.UTF_8, null)
                        : BodySubscribers.ofString(StandardCharsets.UTF_8));
        CompletableFuture<HttpResponse<String>> told = all.whenComplete((response, broken) -> lines.end());
        try {
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                JsonNode answer = Json.MAPPER.readTree(line.get());
                if (!answer.path("event").asText().equals("alive")) {
                    each.accept(answer);
                }
            }
            HttpResponse<String> response = told.get();
            if (response.statusCode() / 100 != 2) {
                throw new UserError(
                        answer(response.statusCode(), response.body().getBytes(StandardCharsets.UTF_8))
                                .text("error"));
            }
        } catch (ExecutionException e) {
            throw wentAway(e.getCause() == null ? e : e.getCause());
        } catch (IOException e) {
            throw wentAway(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            all.cancel(true);
        }
    }

    private UserError wentAway(Throwable why) {
        return new UserError("node " + node + " went away: " + why.getMessage());
    }

    /** Lines as they come, a few ahead. Whoever waits for one is woken by an interrupt, as he is not by a stream of the client's own. */
    private static final class Lines implements Flow.Subscriber<String> {
        private static final int AHEAD_MAX = 64;

        private final BlockingQueue<Optional<String>> come = new LinkedBlockingQueue<>();
        private Flow.@Nullable Subscription subscription;

        /** The next; nothing at the end. */
        Optional<String> next() throws InterruptedException {
            Optional<String> line = come.take();
            if (line.isPresent()) {
                // Whatever has come has come from there.
                Objects.requireNonNull(subscription).request(1);
            }
            return line;
        }

        void end() {
            come.add(Optional.empty());
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(AHEAD_MAX);
        }

        @Override
        public void onNext(String line) {
            come.add(Optional.of(line));
        }

        @Override
        public void onError(Throwable broken) {
            // It ends, and with what it says there.
        }

        @Override
        public void onComplete() {
            // The same.
        }
    }

    public Answer delete(String path) {
        return send("DELETE", path, BodyPublishers.noBody(), ANSWER_MAX);
    }

    private Answer send(String method, String path, HttpRequest.BodyPublisher body, Duration patience) {
        HttpRequest request = request(method, path, body, patience);
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            return answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UserError("node " + node + " did not answer " + method + " " + path + ": " + Silence.why(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted while node " + node + " answered");
        }
    }

    private HttpRequest request(String method, String path, HttpRequest.BodyPublisher body, Duration patience) {
        return key.show(HttpRequest.newBuilder(base.resolve(path)))
                .timeout(patience)
                .method(method, body)
                .build();
    }

    private static Answer answer(int status, byte[] body) throws IOException {
        return new Answer(status, Json.MAPPER.readTree(body));
    }
}
