package io.capstan.registry.internal.names;

import static io.capstan.actors.Figure.Meaning.gauge;

import io.capstan.actors.Figure;
import io.capstan.actors.Figure.Meaning;
import io.capstan.actors.Node;
import io.capstan.actors.internal.Leaving;
import io.capstan.actors.internal.link.Mesh;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.internal.FreshSlot;
import io.capstan.registry.internal.KeepOneSettings;
import io.capstan.registry.internal.Refs;
import io.capstan.registry.internal.RegistrySettings;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.pattern.Patterns;

/** The names of one node, from its start to its stop. Thread-safe. */
public final class NamesService implements AutoCloseable {
    private static final Meaning SHOWN =
            gauge("capstan.names.shown", "", "Names that somebody has, as this node shows them.");
    private static final Meaning UNDECIDED =
            gauge("capstan.names.undecided", "", "Requests of this node about names that are under way.");

    private final Parts parts;
    private final Refs refs;
    private final Node node;
    private final AtomicInteger keepers = new AtomicInteger();
    private final Set<ActorRef<Keeper.Message>> standbys = ConcurrentHashMap.newKeySet();
    private final AtomicInteger undecided = new AtomicInteger();
    private volatile boolean leaving;

    /**
     * What the actor is made of.
     *
     * @param users runs users' code: the actor's own thread must not
     */
    record Parts(
            Mesh mesh,
            Homes homes,
            Slot slot,
            RegistrySettings settings,
            NamesBook book,
            Resolvers resolvers,
            Mail mail,
            Executor users) {}

    private NamesService(Node node, Parts parts) {
        this.parts = parts;
        this.node = node;
        this.refs = new Refs(node.system());
        node.internals()
                .spawnVital(
                        NamesActor.create(parts),
                        "capstan-names",
                        DispatcherSelector.fromConfig("capstan.registry.names-dispatcher"));
        node.internals().measured(this::measure);
        node.internals().beforeStop(Leaving.NAMES, this::leave);
        node.internals()
                .readyUnless(() -> parts.book().isComplete()
                        ? Optional.empty()
                        : Optional.of("not all names of the nodes around are here yet"));
    }

    private void measure(Consumer<? super Figure> to) {
        to.accept(SHOWN.at(parts.book().size()));
        to.accept(UNDECIDED.at(undecided()));
    }

    /** Starts them, with a slot of this start's own. */
    public static NamesService start(Node node) {
        RegistrySettings settings =
                RegistrySettings.fromConfig(node.system().settings().config());
        Mesh mesh = node.internals().mesh();
        Executor users = node.system().executionContext();
        Homes homes = new Homes(mesh, node.internals()::artery);
        return new NamesService(
                node,
                new Parts(
                        mesh,
                        homes,
                        FreshSlot.of(node.id()),
                        settings,
                        new NamesBook(new Refs(node.system())),
                        new Resolvers(),
                        new Mail(),
                        users));
    }

    /** What this node shows. */
    public NamesBook book() {
        return parts.book();
    }

    /** The users' own ways out of conflicts. */
    public Resolvers resolvers() {
        return parts.resolvers();
    }

    /** The limits. */
    public RegistrySettings settings() {
        return parts.settings();
    }

    /** How processes are written. */
    public Refs refs() {
        return refs;
    }

    /** How standbys behave. */
    public KeepOneSettings keepOne() {
        return parts.settings().keepOne();
    }

    /** Starts the actor of a standby. */
    public ActorRef<Keeper.Message> keep(Behavior<Keeper.Message> keeper) {
        ActorRef<Keeper.Message> standby = node.spawn(keeper, "capstan-keeper-" + keepers.incrementAndGet());
        standbys.add(standby);
        return standby;
    }

    /** A standby stands by no more. */
    public void close(ActorRef<Keeper.Message> standby) {
        standbys.remove(standby);
        standby.tell(Keeper.Close.NOW);
    }

    /** Standbys first, with what they run: another node starts its own as soon as the name is free. */
    private CompletionStage<?> leave() {
        leaving = true;
        CompletableFuture<?>[] ended = standbys.stream()
                .map(standby -> Patterns.gracefulStop(
                                Adapter.toClassic(standby), settings().timeoutMax(), Keeper.Close.NOW)
                        .toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(ended).handle((all, failure) -> true).thenCompose(all -> {
            CompletableFuture<Boolean> left = new CompletableFuture<>();
            Consumer<Boolean> done = answered(left::complete);
            return request(new NamesMessage.Leave(() -> done.accept(true)))
                    ? left
                    : CompletableFuture.completedFuture(false);
        });
    }

    /** Starts an actor of this node's own. */
    public <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
        return node.spawn(behavior, name);
    }

    /** Where callers are answered: their code must not run on the actor's thread. */
    public Executor callers() {
        return parts.users();
    }

    /** Requests that were sent and not {@linkplain #answered}. */
    public int undecided() {
        return undecided.get();
    }

    /**
     * Is to be called by the names' actor with the answer to a request. Only the first counts: whatever an actor that fails
     * has in hand is answered, and some of it may have been before.
     */
    public <O> Consumer<O> answered(Consumer<O> then) {
        AtomicBoolean answered = new AtomicBoolean();
        return outcome -> {
            if (answered.compareAndSet(false, true)) {
                undecided.decrementAndGet();
                then.accept(outcome);
            }
        };
    }

    /**
     * Sends a request, which calls what {@link #answered} has made. False when the node is stopping: nothing more is claimed as
     * soon as it leaves.
     */
    public boolean request(NamesMessage.Request message) {
        if (leaving && message instanceof NamesMessage.Register) {
            return false;
        }
        // The only one under way: whoever asks will wait, and may as well do it himself.
        boolean sent = undecided.incrementAndGet() == 1
                ? parts.mail().bring(message)
                : parts.mail().add(message);
        if (!sent) {
            undecided.decrementAndGet();
        }
        return sent;
    }

    /**
     * Gives back what a process of this node has. Whoever else has the name by now keeps it: a lock that was lost a moment
     * ago is its winner's.
     *
     * @param done called once, also when the node is stopping
     */
    public void giveBack(String name, Runnable done) {
        boolean sent = request(
                new NamesMessage.Unregister(name, settings().timeoutMax(), true, answered(outcome -> done.run())));
        if (!sent) {
            done.run();
        }
    }

    @Override
    public void close() {
        parts.mail().add(NamesMessage.Sign.CLOSE);
    }
}
