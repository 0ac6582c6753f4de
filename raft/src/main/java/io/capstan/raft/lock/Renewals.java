package io.capstan.raft.lock;

import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Keeps the sessions of one node alive: one entry for all of them, each third of the shortest time to live. */
final class Renewals {
    // Ids of one entry, which must fit capstan.raft.core.entry-bytes-max.
    private static final int SESSIONS_PER_ENTRY = 4000;

    private final LockGroup group;
    private final Set<LockSession> sessions = new HashSet<>();
    private boolean underWay;
    private long lastSentNanos;

    Renewals(LockGroup group) {
        this.group = group;
    }

    synchronized List<LockSession> all() {
        return List.copyOf(sessions);
    }

    synchronized void add(LockSession session) {
        sessions.add(session);
    }

    /** To be called often. */
    void tick() {
        List<LockSession> all = all();
        Map<Long, LockSession> renew = new HashMap<>();
        Duration shortest = Duration.ofHours(1);
        for (LockSession session : all) {
            if (!session.check()) {
                synchronized (this) {
                    sessions.remove(session);
                }
            } else if (session.id() != 0) {
                renew.put(session.id(), session);
                shortest = session.ttl().duration().compareTo(shortest) < 0
                        ? session.ttl().duration()
                        : shortest;
            }
        }
        long now = System.nanoTime();
        synchronized (this) {
            if (renew.isEmpty() || underWay || now - lastSentNanos < shortest.toNanos() / 3) {
                return;
            }
            underWay = true;
            lastSentNanos = now;
        }
        send(renew, List.copyOf(renew.keySet()), shortest);
    }

    private void send(Map<Long, LockSession> renew, List<Long> ids, Duration shortest) {
        List<Long> now = ids.subList(0, Math.min(ids.size(), SESSIONS_PER_ENTRY));
        List<Long> later = ids.subList(now.size(), ids.size());
        HolderClock.Reading sent = group.clock().read();
        group.write(new LockCommand.KeepAlive(new ArrayList<>(now)), shortest.dividedBy(2))
                .whenComplete((reply, failure) -> {
                    if (reply instanceof LockReply.Renewed renewed) {
                        Set<Long> gone = new HashSet<>(renewed.gone());
                        for (long id : now) {
                            told(renew.get(id), gone.contains(id), sent);
                        }
                        renewed.revoked().forEach(revoked -> revoked(renew.get(revoked.session()), revoked.request()));
                    }
                    if (later.isEmpty()) {
                        synchronized (this) {
                            underWay = false;
                        }
                    } else {
                        send(renew, later, shortest);
                    }
                });
    }

    private static void revoked(@Nullable LockSession session, long request) {
        if (session != null) {
            session.revoked(request);
        }
    }

    private static void told(@Nullable LockSession session, boolean gone, HolderClock.Reading sent) {
        if (session == null) {
            return;
        }
        if (gone) {
            session.lose(LostCause.EXPIRED);
        } else {
            session.renewed(sent);
        }
    }

    /** Closes all sessions; done when the group has heard of each, or fails. */
    CompletionStage<Void> close() {
        return CompletableFuture.allOf(all().stream()
                .map(session -> session.end().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }
}
