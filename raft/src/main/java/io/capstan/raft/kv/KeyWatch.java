package io.capstan.raft.kv;

import io.capstan.actors.Failure;
import io.capstan.actors.StoppingFailure;
import io.capstan.raft.Consistency;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.Within;
import io.capstan.raft.kv.core.KvReply;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch on keys with one prefix. It asks for what comes after the version it has seen, and whoever is asked answers as
 * soon as there is any; when that is remembered no longer, it reads all keys again and tells what is different.
 */
public final class KeyWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyWatch.class);
    private static final Within ASK = Within.within(Duration.ofSeconds(10));
    private static final long AGAIN_MILLIS = 200;
    private static final int PAGE = 1000;

    /**
     * A change.
     *
     * @param version of it
     * @param entry empty when the key was deleted
     */
    public record Event(String key, long version, Optional<KeyEntry> entry) {}

    private final KeyValue map;
    private final String prefix;
    private final Consumer<Event> listener;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    // One step at a time uses these, each begun by the one before.
    private final Map<String, Long> seen = new HashMap<>();
    private long upTo;
    private long firstPage;
    private volatile boolean closed;

    private KeyWatch(KeyValue map, String prefix, Consumer<Event> listener) {
        this.map = map;
        this.prefix = prefix;
        this.listener = listener;
    }

    static KeyWatch begin(KeyValue map, String prefix, Consumer<Event> listener) {
        KeyWatch watch = new KeyWatch(map, prefix, listener);
        watch.run(watch.readAll("", new HashSet<>(), Consistency.LINEARIZABLE));
        return watch;
    }

    private void run(CompletionStage<Void> step) {
        step.whenComplete((done, failure) -> {
            Throwable cause = failure == null ? null : Failure.cause(failure);
            if (closed) {
                ended.complete(null);
            } else if (cause == null) {
                run(changes());
            } else if (cause instanceof RaftFailure) {
                // Nobody leads, or nothing has changed for a while.
                CompletableFuture.delayedExecutor(AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                        .execute(() ->
                                run(upTo == 0 ? readAll("", new HashSet<>(), Consistency.LINEARIZABLE) : changes()));
            } else if (cause instanceof StoppingFailure) {
                closed = true;
                ended.completeExceptionally(cause);
            } else {
                closed = true;
                LOG.error("a watch of {}* ends: its listener threw", prefix, cause);
                ended.completeExceptionally(cause);
            }
        });
    }

    private CompletionStage<Void> changes() {
        return map.changes(prefix, upTo, ASK).thenCompose(found -> {
            KvReply.Changed changed = (KvReply.Changed) found.value();
            if (changed.forgotten()) {
                return readAll("", new HashSet<>(), Consistency.stale(upTo));
            }
            for (KvReply.Change change : changed.changes()) {
                tell(change.key(), change.version(), change.entry());
                upTo = change.version();
            }
            if (!changed.more()) {
                upTo = Math.max(upTo, found.index());
            }
            return CompletableFuture.completedStage(null);
        });
    }

    /** Pages may be of different moments: what changed between them is told again by the changes after the first. */
    private CompletionStage<Void> readAll(String from, Set<String> there, Consistency consistency) {
        String begin = from.isEmpty() ? prefix : from;
        return map.range(begin, after(prefix), PAGE, consistency, ASK).thenCompose(page -> {
            long since = from.isEmpty() ? page.index() : firstPage;
            firstPage = since;
            for (KeyEntry entry : page.entries()) {
                there.add(entry.key());
                tell(entry.key(), entry.version(), Optional.of(entry));
            }
            if (page.more()) {
                String last = page.entries().get(page.entries().size() - 1).key();
                return readAll(last + '\0', there, Consistency.stale(Math.max(since, upTo)));
            }
            for (String key : Set.copyOf(seen.keySet())) {
                if (!there.contains(key)) {
                    tell(key, since, Optional.empty());
                }
            }
            upTo = Math.max(upTo, since);
            return CompletableFuture.completedStage(null);
        });
    }

    private void tell(String key, long version, Optional<KeyEntry> entry) {
        @Nullable Long known = seen.get(key);
        boolean news = known == null ? entry.isPresent() : version > known;
        if (!news || closed) {
            return;
        }
        if (entry.isPresent()) {
            seen.put(key, version);
        } else {
            seen.remove(key);
        }
        listener.accept(new Event(key, version, entry));
    }

    /** The first text behind all that begin with {@code prefix}; empty when there is none. */
    static String after(String prefix) {
        for (int end = prefix.length() - 1; end >= 0; end--) {
            char last = prefix.charAt(end);
            if (last < Character.MAX_VALUE) {
                return prefix.substring(0, end) + (char) (last + 1);
            }
        }
        return "";
    }

    /**
     * Completes when the watch has ended: normally some seconds after it was closed, else with what its listener threw, or a
     * {@link StoppingFailure} when this node has stopped.
     */
    public CompletionStage<Void> ended() {
        return ended.minimalCompletionStage();
    }

    /** Ends it; a call of the listener that is under way may still return. */
    @Override
    public void close() {
        closed = true;
    }
}
