package io.capstan.demo.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;

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

    /** A text as a part of a path, or of its query. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
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
                        return answer(response);
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
        try {
            HttpResponse<Stream<String>> response = http.send(
                    key.show(HttpRequest.newBuilder(base.resolve(path))).build(), BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                for (String line : (Iterable<String>) lines::iterator) {
                    JsonNode answer = Json.MAPPER.readTree(line);
                    if (response.statusCode() / 100 != 2) {
                        throw new UserError(answer.path("error").asText());
                    }
                    if (!answer.path("event").asText().equals("alive")) {
                        each.accept(answer);
                    }
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new UserError("node " + node + " went away: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public Answer delete(String path) {
        return send("DELETE", path, BodyPublishers.noBody(), ANSWER_MAX);
    }

    private Answer send(String method, String path, HttpRequest.BodyPublisher body, Duration patience) {
        HttpRequest request = request(method, path, body, patience);
        try {
            return answer(http.send(request, BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UserError("node " + node + " did not answer " + method + " " + path + ": " + why(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted while node " + node + " answered");
        }
    }

    /** For people: the commonest reason has no words of its own, and a cure. */
    private static String why(IOException e) {
        return e instanceof ConnectException
                ? "nothing listens there. Start a node (capstan node --help), or say where one is (--node)"
                : e.toString();
    }

    private HttpRequest request(String method, String path, HttpRequest.BodyPublisher body, Duration patience) {
        return key.show(HttpRequest.newBuilder(base.resolve(path)))
                .timeout(patience)
                .method(method, body)
                .build();
    }

    private static Answer answer(HttpResponse<byte[]> response) throws IOException {
        return new Answer(response.statusCode(), Json.MAPPER.readTree(response.body()));
    }
}
