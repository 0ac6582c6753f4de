package io.capstan.raft.lock;

import io.capstan.actors.Node;
import io.capstan.raft.Codec;
import io.capstan.raft.Consistency;
import io.capstan.raft.Raft;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import io.capstan.raft.lock.internal.LockCodec;
import io.capstan.raft.lock.internal.LockMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The cluster's consistent locks, on the voters of {@code capstan.raft.voters}. Thread-safe.
 *
 * <pre>{@code
 * LockSession session = Locks.get(node).session(Ttl.of(ofSeconds(10)), cause -> stopWork());
 * session.acquire("invoices", within(ofSeconds(2))).thenAccept(held -> {
 *     ledger.write(entry, held.token());      // the ledger rejects older tokens
 *     held.release();
 * });
 * }</pre>
 */
public final class Locks implements AutoCloseable {
    /** The group's name, as {@link Raft#status(String)} knows it. */
    public static final String GROUP = "capstan-locks";

    private static final Codec CODEC = new LockCodec();
    private static final int PAGE = 50;

    private final String node;
    private final LockGroup group;
    private final Renewals renewals;
    private final Cancellable ticks;
    private final Duration readWithin;

    /** The locks as node {@code node} uses them. */
    Locks(ActorSystem<?> system, Raft raft, String node) {
        RaftSettings settings = RaftSettings.fromConfig(system.settings().config());
        List<String> voters = settings.voters();
        if (voters.isEmpty()) {
            throw new RaftFailure(
                    RaftFailure.Kind.NOT_CONFIGURED,
                    "locks need capstan.raft.voters: the names of the three or five nodes that vote on them");
        }
        this.node = node;
        group = new LockGroup(system, raft.group(GROUP, CODEC));
        renewals = new Renewals(group);
        readWithin = settings.client().readWithin();
        Duration tick = system.settings().config().getDuration("capstan.raft.lock.tick");
        ticks = system.classicSystem()
                .scheduler()
                .scheduleWithFixedDelay(tick, tick, renewals::tick, system.executionContext());
        raft.startVoter(GROUP, voters, LockMachine::new, CODEC);
    }

    /**
     * The node's one instance.
     *
     * @throws RaftFailure NOT_CONFIGURED without {@code capstan.raft.voters}; DAMAGED when this voter's log cannot be
     *     trusted
     */
    public static Locks get(Node node) {
        return node.internals()
                .service(
                        Locks.class,
                        own -> new Locks(own.system(), Raft.get(own), own.id().name()));
    }

    /**
     * A new session of this node, kept alive until it is closed or lost.
     *
     * @param onLost called once, unless the session is closed before: its locks may be others' already
     */
    public LockSession session(Ttl ttl, Consumer<LostCause> onLost) {
        LockSession session = new LockSession(group, node, ttl, onLost);
        renewals.add(session);
        return session;
    }

    /**
     * All locks that are held, by name.
     *
     * @param consistency {@link Consistency#stale} answers also without a majority, on a voter
     */
    public CompletionStage<List<LockStatus>> overview(Consistency consistency) {
        return pages("", consistency, new ArrayList<>());
    }

    private CompletionStage<List<LockStatus>> pages(String after, Consistency consistency, List<LockStatus> found) {
        return group.read(new LockQuery.Overview(after, PAGE), consistency, readWithin)
                .thenCompose(reply -> {
                    if (!(reply instanceof LockReply.Page page) || page.locks().isEmpty()) {
                        return CompletableFuture.completedStage(List.copyOf(found));
                    }
                    found.addAll(page.locks());
                    return pages(found.get(found.size() - 1).name(), consistency, found);
                });
    }

    /** Closes all sessions of this node. The node does it when it stops. */
    @Override
    public void close() {
        ticks.cancel();
        renewals.close();
    }
}
