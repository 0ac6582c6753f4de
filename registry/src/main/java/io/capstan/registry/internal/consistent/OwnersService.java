package io.capstan.registry.internal.consistent;

import static io.capstan.actors.Figure.Meaning.gauge;

import io.capstan.actors.Figure.Meaning;
import io.capstan.actors.Node;
import io.capstan.actors.internal.Leaving;
import io.capstan.raft.Codec;
import io.capstan.raft.Consistency;
import io.capstan.raft.Raft;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.RaftGroup;
import io.capstan.raft.Within;
import io.capstan.raft.lock.FencingToken;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.owner.OwnerCommand;
import io.capstan.registry.core.owner.OwnerEntry;
import io.capstan.registry.core.owner.OwnerQuery;
import io.capstan.registry.core.owner.OwnerReply;
import io.capstan.registry.core.owner.Tenure;
import io.capstan.registry.internal.Outcome;
import io.capstan.registry.internal.OwnersSettings;
import io.capstan.registry.internal.Pending;
import io.capstan.registry.internal.Refs;
import io.capstan.registry.internal.RegistrySettings;
import io.capstan.registry.internal.names.NamesBook;
import io.capstan.registry.internal.names.NamesMessage;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.jspecify.annotations.Nullable;

/** The consistent names of one node, from its start to its stop. Thread-safe. */
public final class OwnersService implements AutoCloseable, OwnersMirror.Listener {
    /** The group's name, as {@link Raft#status(String)} knows it. */
    public static final String GROUP = "capstan-names";

    private static final Meaning SHOWN = gauge(
            "capstan.consistent.names.shown", "", "Consistent names that somebody has, as this node has seen them.");
    private static final Codec CODEC = new OwnerCodec();
    private static final long AGAIN_MILLIS = 200;

    /** What a claim is made of. */
    public record Wanted(
            String name,
            ActorRef<Object> process,
            boolean takeOver,
            boolean fenced,
            Metadata metadata,
            Runnable lost) {}

    private final Node node;
    private final RaftGroup group;
    private final OwnersSession session;
    private final Refs refs;
    private final NamesBook book;
    private final Map<String, OwnerEntry> owners = new ConcurrentHashMap<>();
    private final OwnersMirror mirror;
    private final RegistrySettings settings;
    private final AtomicLong spawned = new AtomicLong();
    private final AtomicInteger awaiting = new AtomicInteger();
    private final Pending<Optional<NamesBook.Entry>> awaits = new Pending<>();
    private final Pending<Outcome> monitors = new Pending<>();
    private final ActorRef<OwnersActor.Message> actor;
    /** All changes of owners up to this index of the log have been seen. */
    private long shownTo;

    private volatile boolean closed;

    private OwnersService(Node node, RegistrySettings settings) {
        this.node = node;
        this.settings = settings;
        OwnersSettings own = settings.consistent();
        Raft raft = Raft.get(node);
        group = raft.group(GROUP, CODEC);
        session = new OwnersSession(group, node.id(), own.ttl(), node.system().executionContext());
        refs = new Refs(node.system());
        book = new NamesBook(refs);
        raft.startVoter(GROUP, own.voters(), OwnerMachine::new, CODEC);
        actor = node.internals()
                .spawnVital(
                        OwnersActor.create(book, session, settings.nameMonitorsMax(), this::ended),
                        "capstan-consistent-names");
        mirror = new OwnersMirror(group, this);
        mirror.start();
        node.internals().measured(to -> to.accept(SHOWN.at(book.size())));
        node.internals().beforeStop(Leaving.NAMES, session::close);
    }

    /**
     * Starts them.
     *
     * @throws RaftFailure NOT_CONFIGURED without {@code capstan.raft.voters}
     */
    public static OwnersService start(Node node) {
        RegistrySettings settings =
                RegistrySettings.fromConfig(node.system().settings().config());
        if (settings.consistent().voters().isEmpty()) {
            throw new RaftFailure(
                    RaftFailure.Kind.NOT_CONFIGURED,
                    "consistent names need capstan.raft.voters: the names of the three or five nodes that vote on them");
        }
        return new OwnersService(node, settings);
    }

    @Override
    public synchronized void changed(String name, long index, @Nullable OwnerEntry owner) {
        if (owner == null) {
            owners.remove(name);
        } else {
            owners.put(name, owner);
        }
        session.changed(name, index, owner);
        actor.tell(new OwnersActor.Seen(name, owner));
    }

    @Override
    public synchronized void complete(long index) {
        shownTo = Math.max(shownTo, index);
        session.check(shownTo, owners);
    }

    /** A claim was granted. What came after the grant may have been seen before it: then it is over already. */
    private synchronized boolean took(Tenure.Held<OwnersSession.Owning> granted) {
        boolean took = session.granted(granted);
        session.changed(granted.name(), shownTo, owners.get(granted.name()));
        return took;
    }

    /** Where callers are answered: their code must not run on the actor's thread. */
    public Executor callers() {
        return node.system().executionContext();
    }

    /** What this node shows. */
    public NamesBook book() {
        return book;
    }

    /** The limits. */
    public RegistrySettings settings() {
        return settings;
    }

    /** How processes are written. */
    public Refs refs() {
        return refs;
    }

    /** What this node has seen of the name's owner. */
    public @Nullable OwnerEntry shown(String name) {
        return owners.get(name);
    }

    /** The process of an entry. */
    public ActorRef<Object> process(OwnerEntry entry) {
        return refs.read(entry.process());
    }

    /** A process of this node that checks the epoch of its messages. */
    public <T> ActorRef<T> spawn(Behavior<T> behavior) {
        return node.spawn(behavior, "capstan-consistent-owner-" + spawned.incrementAndGet());
    }

    /** Whether {@code process} owns the name in this epoch, now. */
    boolean holds(String name, FencingToken epoch, ActorRef<?> process) {
        return session.holds(name, epoch, Refs.untyped(process));
    }

    /** Claims a name for a process of this node. When it fails the claim is withdrawn as soon as the group hears of it. */
    public CompletionStage<OwnerReply> claim(Wanted wanted, Duration within) {
        long deadlineNanos = System.nanoTime() + within.toNanos();
        return open(deadlineNanos).thenCompose(session -> claim(wanted, session, deadlineNanos));
    }

    /** Somebody else's attempt, which is shared, may have had less time than we have. */
    private CompletionStage<Long> open(long deadlineNanos) {
        long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        return session.open()
                .toCompletableFuture()
                .copy()
                .orTimeout(Math.max(1, leftMillis), TimeUnit.MILLISECONDS)
                .handle((session, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedStage(session);
                    }
                    boolean late = closed || deadlineNanos - System.nanoTime() < AGAIN_MILLIS * 1_000_000;
                    return late
                            ? CompletableFuture.<Long>failedStage(failure)
                            : CompletableFuture.supplyAsync(
                                            () -> deadlineNanos,
                                            CompletableFuture.delayedExecutor(AGAIN_MILLIS, TimeUnit.MILLISECONDS))
                                    .thenCompose(this::open);
                })
                .thenCompose(stage -> stage);
    }

    private CompletionStage<OwnerReply> claim(Wanted wanted, long session, long deadlineNanos) {
        long claim = this.session.nextClaim();
        OwnerCommand.Claim command = new OwnerCommand.Claim(
                session,
                claim,
                wanted.name(),
                wanted.takeOver(),
                wanted.fenced(),
                refs.write(wanted.process()),
                wanted.metadata());
        return write(command, Duration.ofNanos(deadlineNanos - System.nanoTime()))
                .handle((reply, failure) -> {
                    if (failure != null) {
                        this.session.release(session, claim, wanted.name());
                        return CompletableFuture.<OwnerReply>failedStage(failure);
                    }
                    if (!(reply instanceof OwnerReply.Granted granted)) {
                        return CompletableFuture.completedStage(reply);
                    }
                    boolean took = took(new Tenure.Held<>(
                            wanted.name(),
                            session,
                            claim,
                            granted.entry().epoch(),
                            new OwnersSession.Owning(wanted.process(), wanted.lost())));
                    actor.tell(new OwnersActor.Watch(wanted.process()));
                    return CompletableFuture.completedStage(took ? reply : new OwnerReply.NoSession());
                })
                .thenCompose(stage -> stage);
    }

    /** Has the group execute a command, once. */
    public CompletionStage<OwnerReply> write(OwnerCommand command, Duration within) {
        return group.write(command, OwnerReply.class, Within.within(atLeast(within)));
    }

    /** Who has the name, as the group knows it now. */
    public CompletionStage<Optional<OwnerEntry>> find(String name, Duration within) {
        return group.read(new OwnerQuery.Find(name), Consistency.LINEARIZABLE, Within.within(atLeast(within)))
                .thenApply(found -> ((OwnerReply.Found) found).entry());
    }

    private static Duration atLeast(Duration within) {
        return within.toMillis() < 1 ? Duration.ofMillis(1) : within;
    }

    /** See {@link OwnersActor.Await}. False when as many wait as may. */
    public boolean await(String name, Duration timeout, Consumer<NamesBook.@Nullable Entry> done) {
        if (awaiting.incrementAndGet() > settings.undecidedMax()) {
            awaiting.decrementAndGet();
            return false;
        }
        Consumer<Optional<NamesBook.Entry>> answered = entry -> {
            awaiting.decrementAndGet();
            done.accept(entry.orElse(null));
        };
        Consumer<Optional<NamesBook.Entry>> once = awaits.add(answered);
        if (once == null) {
            answered.accept(Optional.empty());
        } else {
            actor.tell(new OwnersActor.Await(name, timeout, entry -> once.accept(Optional.ofNullable(entry))));
        }
        return true;
    }

    /** The actor has: whoever still waits would wait for ever. */
    private void ended() {
        awaits.end(Optional.empty());
        monitors.end(Outcome.CLOSED);
    }

    private void ask(Consumer<Outcome> done, Function<Consumer<Outcome>, OwnersActor.Message> request) {
        Consumer<Outcome> once = monitors.add(done);
        if (once == null) {
            done.accept(Outcome.CLOSED);
        } else {
            actor.tell(request.apply(once));
        }
    }

    /** See {@link OwnersActor.Monitor}. */
    public void monitor(String name, ActorRef<Object> listener, NamesMessage.Events events, Consumer<Outcome> done) {
        ask(done, once -> new OwnersActor.Monitor(name, listener, events, once));
    }

    /** See {@link OwnersActor.Demonitor}. */
    public void demonitor(String name, ActorRef<Object> listener, Consumer<Outcome> done) {
        ask(done, once -> new OwnersActor.Demonitor(name, listener, once));
    }

    /** Whether this node is stopping: nothing that is asked for from now on is answered. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        mirror.close();
        session.close();
        actor.tell(OwnersActor.Close.NOW);
    }
}
