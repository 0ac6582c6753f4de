package io.capstan.registry.internal.consistent;

import io.capstan.actors.Failure;
import io.capstan.raft.Consistency;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.RaftGroup;
import io.capstan.raft.Within;
import io.capstan.registry.core.owner.OwnerEntry;
import io.capstan.registry.core.owner.OwnerQuery;
import io.capstan.registry.core.owner.OwnerReply;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's copy of who has which name, behind the log by as much as the way to a member takes. It waits at a member for
 * what comes after the last change it has seen; when that is remembered no longer, it reads all names again.
 */
final class OwnersMirror {
    private static final Logger LOG = LoggerFactory.getLogger(OwnersMirror.class);
    private static final Within ASK = Within.within(Duration.ofSeconds(10));
    private static final long AGAIN_MILLIS = 200;

    /** Hears of every change, one at a time and in their order. */
    interface Listener {
        void changed(String name, long index, @Nullable OwnerEntry owner);

        /** All changes up to this index have been told. */
        void complete(long index);
    }

    private final RaftGroup group;
    private final Listener listener;
    // One step at a time uses these, each begun by the one before.
    private final Map<String, Long> versions = new HashMap<>();
    private boolean read;
    private long seen;
    private long index;
    private volatile boolean closed;

    OwnersMirror(RaftGroup group, Listener listener) {
        this.group = group;
        this.listener = listener;
    }

    void start() {
        if (closed) {
            return;
        }
        CompletionStage<Void> step = read ? changes() : readAll("", new HashSet<>(), Consistency.LINEARIZABLE);
        step.whenComplete((done, failure) -> {
            Throwable cause = failure == null ? null : Failure.cause(failure);
            if (cause == null) {
                start();
                return;
            }
            if (!(cause instanceof RaftFailure) && !closed) {
                LOG.error("could not follow the consistent names; trying again", cause);
            }
            // Nobody leads, or no member is in reach.
            CompletableFuture.delayedExecutor(AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(this::start);
        });
    }

    private CompletionStage<Void> changes() {
        return group.await(new OwnerQuery.Since(seen), Consistency.stale(index), ASK)
                .thenAccept(found -> {
                    OwnerReply.Changes changes = (OwnerReply.Changes) found.value();
                    if (changes.forgotten()) {
                        read = false;
                        return;
                    }
                    for (OwnerReply.Change change : changes.changes()) {
                        take(change.name(), change.index(), change.entry().orElse(null));
                        seen = change.number();
                    }
                    if (!changes.more()) {
                        index = Math.max(index, found.index());
                        listener.complete(index);
                    }
                });
    }

    /** Pages may be of different moments: what changed between them is told again by the changes after the first. */
    private CompletionStage<Void> readAll(String after, Set<String> there, Consistency consistency) {
        return group.readIndexed(new OwnerQuery.Page(after), consistency, ASK).thenCompose(found -> {
            OwnerReply.Entries page = (OwnerReply.Entries) found.value();
            if (after.isEmpty()) {
                seen = page.changed();
                index = found.index();
            }
            String last = "";
            for (OwnerEntry entry : page.entries()) {
                there.add(entry.name());
                take(entry.name(), entry.version(), entry);
                last = entry.name();
            }
            if (!last.isEmpty()) {
                return readAll(last, there, Consistency.stale(found.index()));
            }
            for (String name : Set.copyOf(versions.keySet())) {
                if (!there.contains(name)) {
                    take(name, index, null);
                }
            }
            read = true;
            listener.complete(index);
            return CompletableFuture.completedStage(null);
        });
    }

    private void take(String name, long at, @Nullable OwnerEntry owner) {
        if (at <= versions.getOrDefault(name, 0L) || closed) {
            return;
        }
        if (owner == null) {
            if (versions.remove(name) == null) {
                return;
            }
        } else {
            versions.put(name, at);
        }
        listener.changed(name, at, owner);
    }

    void close() {
        closed = true;
    }
}
