package io.capstan.demo.lock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.demo.process.DoorKey;
import io.capstan.demo.process.NodeClient;
import io.capstan.demo.process.Silence;
import io.capstan.raft.lock.HolderClock;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Objects;
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
    /** So long a node may take to release what it held for us: the end of the connection tells it the same. */
    private static final Duration RELEASE_MAX = Duration.ofSeconds(5);
    /** Of several nodes, one that no majority has confirmed for so long, or for its part of the patience, is left for the next. */
    private static final Duration LONELY_MAX = Duration.ofSeconds(5);

    private static final Duration LONELY_MIN = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(100);

    /** A validity, and when it was asked for. */
    private record Confirmed(HolderClock.Reading asked, Duration validFor) {
        Duration left() {
            return HolderClock.SYSTEM.left(validFor, asked);
        }
    }

    /** What is to be held. */
    record Wanted(String name, Duration ttl, Duration patience, String note) {}

    private final DoorKey key = DoorKey.mine();
    private final HttpClient http = key.client(CONNECT_MAX);
    private final URI node;
    private final Wanted wanted;
    private final Duration lonelyMax;
    private @Nullable Stream<String> lines;
    private long hold;
    private String token = "";
    private final CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    private volatile long heardNanos;
    /** Whether a majority had confirmed the node's word when it was last heard. */
    private volatile boolean reachesMajority;

    private boolean lonely;
    private volatile @Nullable String lost;
    private volatile Confirmed confirmed = new Confirmed(HolderClock.SYSTEM.read(), Duration.ZERO);
    private volatile boolean closed;

    private RemoteHold(URI node, Wanted wanted, Duration lonelyMax) {
        this.node = node;
        this.wanted = wanted;
        this.lonelyMax = lonelyMax;
    }

    /**
     * Acquires a lock through the first of these nodes that is there and has a majority. They are asked in turn, and again
     * while there is patience left and one of them is only without a majority.
     *
     * @param nodes addresses of their doors, {@code http://host:port}
     * @throws LockNotHeld when none grants it in time
     */
    static RemoteHold acquire(List<URI> nodes, Wanted wanted) {
        long deadline = System.nanoTime() + wanted.patience().toNanos();
        Duration lonelyMax = lonelyMax(nodes.size(), wanted.patience());
        LockNotHeld why = null;
        boolean again = true;
        while (again) {
            again = false;
            for (URI node : nodes) {
                Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
                RemoteHold hold =
                        new RemoteHold(node, new Wanted(wanted.name(), wanted.ttl(), left, wanted.note()), lonelyMax);
                try {
                    hold.begin();
                    return hold;
                } catch (LockNotHeld refused) {
                    hold.close();
                    if (refused.isHeldByAnother()) {
                        throw refused;
                    }
                    why = refused;
                    again |= hold.lonely && deadline - System.nanoTime() > 0;
                }
            }
        }
        throw why == null ? new UserError("no node to ask: name one with --node") : why;
    }

    private static Duration lonelyMax(int nodes, Duration patience) {
        if (nodes == 1 || patience.isZero()) {
            return Duration.ofDays(365); // There is nobody else, or the node itself says so at once.
        }
        Duration part = patience.dividedBy(nodes);
        return part.compareTo(LONELY_MAX) > 0 ? LONELY_MAX : part.compareTo(LONELY_MIN) < 0 ? LONELY_MIN : part;
    }

    private void begin() {
        String path = "/holds/" + NodeClient.part(wanted.name())
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
        } catch (UncheckedIOException e) {
            throw silent(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw silent(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockNotHeld("interrupted while waiting for lock " + wanted.name(), false);
        }
    }

    private LockNotHeld silent(IOException why) {
        return new LockNotHeld("node " + node.getAuthority() + " did not answer: " + Silence.why(why), false);
    }

    /** Waits for the lock as long as the node lives, and reaches a majority. */
    private void granted() throws IOException, InterruptedException {
        long lonelyNanos = System.nanoTime();
        while (System.nanoTime() - heardNanos < SILENCE_MAX.toNanos()) {
            try {
                JsonNode line = answer.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (!line.path("event").asText().equals("HELD")) {
                    throw refused(line);
                }
                hold = line.path("hold").asLong();
                token = line.path("token").asText();
                return;
            } catch (TimeoutException stillAsking) {
                lonelyNanos = reachesMajority ? System.nanoTime() : lonelyNanos;
                lonely = System.nanoTime() - lonelyNanos > lonelyMax.toNanos();
                if (lonely) {
                    throw new LockNotHeld("node " + node + " reaches no majority of the voters", false);
                }
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
                reachesMajority = line.path("confirmed").asBoolean();
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
        HolderClock.Reading asked = HolderClock.SYSTEM.read();
        HttpRequest request = HttpRequest.newBuilder(node.resolve("/holds/" + hold))
                .timeout(wanted.ttl().dividedBy(3))
                .build();
        try {
            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() / 100 == 2) {
                long valid =
                        Json.MAPPER.readTree(answer.body()).path("valid_millis").asLong();
                confirmed = new Confirmed(asked, Duration.ofMillis(valid));
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

    /**
     * Releases the lock, and waits until it is free; gives up after some seconds, or a time to live if that is less. A node
     * that hangs frees it as it goes on, or with its session.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (lost == null && hold != 0) {
            HttpRequest request = HttpRequest.newBuilder(node.resolve("/holds/" + hold))
                    .timeout(wanted.ttl().compareTo(RELEASE_MAX) < 0 ? wanted.ttl() : RELEASE_MAX)
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
