package io.capstan.raft.lock;

import static io.capstan.actors.Figure.Meaning.gauge;

import io.capstan.actors.Figure;
import io.capstan.actors.Figure.Meaning;
import io.capstan.actors.Node;
import io.capstan.actors.internal.Leaving;
import io.capstan.actors.process.MonitorRef;
import io.capstan.actors.process.Processes;
import io.capstan.raft.Codec;
import io.capstan.raft.Consistency;
import io.capstan.raft.Raft;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.lock.core.LockCommand;
import io.capstan.raft.lock.core.LockQuery;
import io.capstan.raft.lock.core.LockReply;
import io.capstan.raft.lock.internal.LockCodec;
import io.capstan.raft.lock.internal.LockMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger LOG = LoggerFactory.getLogger(Locks.class);
    private static final Codec CODEC = new LockCodec();
    private static final int PAGE = 50;

    private static final Meaning SESSIONS = gauge("capstan.locks.sessions", "", "Lock sessions of this node.");
    private static final Meaning HELD =
            gauge("capstan.locks.held", "", "Locks and permits that this node's sessions hold.");
    private static final Meaning WAITING =
            gauge("capstan.locks.waiting", "", "Locks, permits and gates that this node's sessions wait for.");

    private final ActorSystem<?> system;
    private final String node;
    private final LockGroup group;
    private final Renewals renewals;
    private final Cancellable ticks;
    private final Duration readWithin;
    private final Duration observeInterval;
    private final Set<Observation> observations = ConcurrentHashMap.newKeySet();
    private final Map<Ttl, LockSession> leases = new ConcurrentHashMap<>();

    /** The locks as node {@code node} uses them, by the clocks of its machine. */
    Locks(ActorSystem<?> system, Raft raft, String node, HolderClock clock) {
        RaftSettings settings = RaftSettings.fromConfig(system.settings().config());
        List<String> voters = settings.voters();
        if (voters.isEmpty()) {
            throw new RaftFailure(
                    RaftFailure.Kind.NOT_CONFIGURED,
                    "locks need capstan.raft.voters: the names of the three or five nodes that vote on them");
        }
        this.system = system;
        this.node = node;
        group = new LockGroup(system, raft.group(GROUP, CODEC), clock);
        renewals = new Renewals(group);
        readWithin = settings.client().readWithin();
        observeInterval = system.settings().config().getDuration("capstan.raft.lock.observe-interval");
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
        return node.internals().service(Locks.class, own -> {
            Locks locks = new Locks(own.system(), Raft.get(own), own.id().name(), HolderClock.SYSTEM);
            own.internals().measured(locks::measure);
            own.internals().beforeStop(Leaving.LOCKS, locks.renewals::close);
            return locks;
        });
    }

    private void measure(Consumer<? super Figure> to) {
        List<LockSession> sessions = renewals.all();
        to.accept(SESSIONS.at(sessions.size()));
        to.accept(HELD.at(sessions.stream().mapToInt(LockSession::holding).sum()));
        to.accept(WAITING.at(sessions.stream().mapToInt(LockSession::waiting).sum()));
    }

    /**
     * A new session of this node, kept alive until it is closed or lost: as long as the node runs, whatever whoever asked
     * for it is doing.
     *
     * @param onLost called once, unless the session is closed before: its locks may be others' already
     */
    public LockSession session(Ttl ttl, Consumer<LostCause> onLost) {
        LockSession session = new LockSession(group, node, ttl, onLost);
        renewals.add(session);
        return session;
    }

    /**
     * A new session that is closed when {@code holder} ends, for whatever reason: what an actor held is free at once, not
     * after a time to live.
     *
     * @param holder of this node, or of another that is linked
     * @param onLost as in {@link #session(Ttl, Consumer)}
     */
    public LockSession session(Ttl ttl, ActorRef<?> holder, Consumer<LostCause> onLost) {
        LockSession session = session(ttl, onLost);
        MonitorRef monitor = Processes.monitor(system, holder, down -> group.run(session::close));
        session.whenOver(monitor::demonitor);
        return session;
    }

    /** The session of all leases with that time to live; another one when the last is lost. */
    LockSession leases(Ttl ttl) {
        return leases.compute(
                ttl, (any, known) -> known == null || known.lost().isPresent() ? session(ttl, cause -> {}) : known);
    }

    /**
     * An operator's word: takes a lock from whoever holds it by the grant of that token, which {@link #overview} shows.
     * The holder's lost-callback hears it with the next renewal; until then it believes in its lock, so what the lock
     * guards must look at tokens. Logged as a warning.
     *
     * @return done when that grant holds the lock no longer; harmless when it was over before. Fails with a {@link
     *     RaftFailure} when that is not known within {@code capstan.raft.client.read-within}: the same call again is safe
     */
    public CompletionStage<Void> forceRelease(String name, FencingToken token) {
        LOG.warn("operator release of lock {} from the grant {}, asked for on {}", name, token, node);
        return group.write(new LockCommand.Force(name, token), readWithin)
                .thenAccept(
                        done -> LOG.warn("operator release of lock {}: the grant {} holds it no longer", name, token));
    }

    /**
     * All locks that are held or waited for, by name.
     *
     * @param consistency {@link Consistency#stale} answers also without a majority, on a voter
     * @return read in pages, each within {@code capstan.raft.client.read-within}, so that two locks may be of two moments; or
     *     a {@link RaftFailure}
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

    /**
     * Tells who holds a lock now, and from then on whenever another does, or proclaims other words. With a lock that is
     * acquired by whoever wants to lead, this is leader election: {@link HeldLock#proclaim} says where to find the leader.
     *
     * <p>Whoever is asked answers when there is something to tell, but no more often than every {@code
     * capstan.raft.lock.observe-interval}: what came and went between is not seen. While no majority answers nothing is told.
     *
     * @param name 1 to 200 bytes of UTF-8; need not exist
     * @param listener called for one change after the other, on one of Pekko's threads; empty when nobody holds it
     * @return ends it
     */
    public Runnable observe(String name, Consumer<Optional<LockStatus>> listener) {
        Observation observation =
                new Observation(group, LockRequest.named(name), observeInterval, readWithin, listener);
        observations.add(observation);
        observation.look();
        return () -> {
            observation.end();
            observations.remove(observation);
        };
    }

    /** Closes all sessions of this node. The node does it when it stops. */
    @Override
    public void close() {
        ticks.cancel();
        observations.forEach(Observation::end);
        renewals.close();
    }
}
