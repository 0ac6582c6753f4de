package io.capstan.demo.lock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.process.NodeClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A lock that a node holds for us as long as we listen to it. Two threads of its own: one listens, one asks again and again how
 * long the lock is certainly held, and reckons from when it asked. Thread-safe.
 */
final class RemoteHold implements AutoCloseable {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
    private static final int ASKS_PER_TTL = 6;
    /** A node that lives says so twice a second. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(5);

    /** What both clocks showed when a validity was asked for, and how long it was. */
    private record Confirmed(long nanos, long millis, Duration validFor) {
        Duration left() {
            long byNanos = validFor.toNanos() - (System.nanoTime() - nanos);
            long byMillis = validFor.toMillis() - (System.currentTimeMillis() - millis);
            return Duration.ofNanos(Math.max(0, Math.min(byNanos, TimeUnit.MILLISECONDS.toNanos(byMillis))));
        }
    }

    /** What is to be held. */
    record Wanted(String name, Duration ttl, Duration patience, String note) {}

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();
    private final URI node;
    private final Wanted wanted;
    private @Nullable Stream<String> lines;
    private long hold;
    private String token = "";
    private final CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    private volatile long heardNanos;
    private volatile @Nullable String lost;
    private volatile Confirmed confirmed = new Confirmed(0, 0, Duration.ZERO);
    private volatile boolean closed;

    private RemoteHold(URI node, Wanted wanted) {
        this.node = node;
        this.wanted = wanted;
    }

    /**
     * Acquires a lock through the first of these nodes that is there and has a majority.
     *
     * @param nodes addresses of their doors, {@code http://host:port}
     * @throws LockNotHeld when none grants it in time
     */
    static RemoteHold acquire(List<URI> nodes, Wanted wanted) {
        long deadline = System.nanoTime() + wanted.patience().toNanos();
        LockNotHeld why = null;
        for (URI node : nodes) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            RemoteHold hold = new RemoteHold(node, new Wanted(wanted.name(), wanted.ttl(), left, wanted.note()));
            try {
                hold.begin();
                return hold;
            } catch (LockNotHeld refused) {
                hold.close();
                if (refused.isHeldByAnother()) {
                    throw refused;
                }
                why = refused;
            }
        }
        throw why == null ? new UserError("no node to ask: name one with --node") : why;
    }

    private void begin() {
        String path = "/holds/" + NodeClient.segment(wanted.name())
                + "?ttl_ms=" + wanted.ttl().toMillis()
                + "&wait_ms=" + wanted.patience().toMillis()
                + "&note=" + NodeClient.segment(wanted.note());
        HttpRequest request = HttpRequest.newBuilder(node.resolve(path))
                .timeout(SILENCE_MAX)
                .POST(BodyPublishers.noBody())
                .build();
        try {
            HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
            Stream<String> body = response.body();
            lines = body;
            Iterator<String> each = body.iterator();
            if (response.statusCode() / 100 != 2) {
                throw refused(each.hasNext() ? Json.MAPPER.readTree(each.next()) : Json.MAPPER.nullNode());
            }
            heardNanos = System.nanoTime();
            thread("capstan-hold-lines", () -> listen(each));
            granted();
            askValidity();
            if (validFor().isZero()) {
                throw new LockNotHeld(
                        "node " + node + " granted lock " + wanted.name() + " and lost it at once", false);
            }
            thread("capstan-hold-validity", this::keepAsking);
        } catch (JsonProcessingException e) {
            throw new LockNotHeld(node + " does not speak as a node of Capstan does", false);
        } catch (ConnectException e) {
            throw new LockNotHeld("node " + node + " did not answer: nothing listens there", false);
        } catch (IOException | UncheckedIOException e) {
            throw new LockNotHeld("node " + node + " did not answer: " + e.getMessage(), false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockNotHeld("interrupted while waiting for lock " + wanted.name(), false);
        }
    }

    /** Waits for the lock as long as the node lives. */
    private void granted() throws IOException, InterruptedException {
        while (System.nanoTime() - heardNanos < SILENCE_MAX.toNanos()) {
            try {
                JsonNode line = answer.get(1, TimeUnit.SECONDS);
                if (!line.path("event").asText().equals("HELD")) {
                    throw refused(line);
                }
                hold = line.path("hold").asLong();
                token = line.path("token").asText();
                return;
            } catch (TimeoutException stillAsking) {
                // It says so, or is silent.
            } catch (ExecutionException ended) {
                throw new LockNotHeld("node " + node + " ended before it granted lock " + wanted.name(), false);
            }
        }
        throw new HttpTimeoutException("it says nothing any more");
    }

    private LockNotHeld refused(JsonNode line) {
        String error = line.path("error").asText("node " + node + " refused lock " + wanted.name());
        return new LockNotHeld(error, line.path("kind").asText().equals("HELD"));
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void listen(Iterator<String> each) {
        try {
            while (each.hasNext()) {
                JsonNode line = Json.MAPPER.readTree(each.next());
                heardNanos = System.nanoTime();
                String event = line.path("event").asText();
                if (!event.equals("ALIVE")) {
                    answer.complete(line);
                }
                if (event.equals("LOST")) {
                    lost = line.path("error").asText();
                    return;
                }
            }
        } catch (UncheckedIOException | JsonProcessingException e) {
            // As good as the end.
        }
        if (!closed && lost == null) {
            lost = "lock " + wanted.name() + " is lost: its node " + node + " went away";
        }
        answer.completeExceptionally(new IOException("over"));
    }

    private void keepAsking() {
        while (!closed && lost == null) {
            long next = System.nanoTime() + wanted.ttl().toNanos() / ASKS_PER_TTL;
            askValidity();
            while (!closed && next - System.nanoTime() > 0) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
    }

    private void askValidity() {
        long nanos = System.nanoTime();
        long millis = System.currentTimeMillis();
        HttpRequest request = HttpRequest.newBuilder(node.resolve("/holds/" + hold))
                .timeout(wanted.ttl().dividedBy(3))
                .build();
        try {
            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() / 100 == 2) {
                long valid =
                        Json.MAPPER.readTree(answer.body()).path("valid_millis").asLong();
                confirmed = new Confirmed(nanos, millis, Duration.ofMillis(valid));
            }
        } catch (IOException e) {
            // Not confirmed: what was confirmed before counts for what is left of it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As the lock's grant has it: {@code epoch-index-ordinal}. */
    String token() {
        return token;
    }

    /** For how long from now the lock is certainly held; nothing when it may be another's. */
    Duration validFor() {
        return lost == null ? confirmed.left() : Duration.ZERO;
    }

    /** Why the lock is lost, as far as was heard; null when nothing was. */
    @Nullable
    String lost() {
        return lost;
    }

    /** Releases the lock, and waits until it is free; gives up after a time to live, when it is free anyway. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (lost == null && hold != 0) {
            HttpRequest request = HttpRequest.newBuilder(node.resolve("/holds/" + hold))
                    .timeout(wanted.ttl())
                    .DELETE()
                    .build();
            try {
                http.send(request, BodyHandlers.discarding());
            } catch (IOException e) {
                // The end of the connection says the same.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        Stream<String> open = lines;
        if (open != null) {
            open.close();
        }
    }
}
