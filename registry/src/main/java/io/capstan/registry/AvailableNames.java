package io.capstan.registry;

import io.capstan.actors.Node;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.turn.Promise;
import io.capstan.registry.core.NameOutcome;
import io.capstan.registry.internal.Outcome;
import io.capstan.registry.internal.Refs;
import io.capstan.registry.internal.names.Keeper;
import io.capstan.registry.internal.names.NamesBook;
import io.capstan.registry.internal.names.NamesMessage;
import io.capstan.registry.internal.names.NamesService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.jspecify.annotations.Nullable;

/**
 * Names that favour availability: during a split each side may give a name to a process of its own, and when they meet
 * again one remains and the others are told ({@link OnConflict}).
 *
 * <p>Every node with this module takes part from its start on: a claim needs the word of every visible node.
 */
public final class AvailableNames extends ShownNames {
    private final NamesService service;
    private final NameLocks locks;

    private AvailableNames(NamesService service) {
        super(service.book(), service.settings());
        this.service = service;
        this.locks = new NameLocks(this, service);
    }

    static AvailableNames of(Node node) {
        return node.internals()
                .service(
                        AvailableNames.class,
                        n -> new AvailableNames(n.internals().service(NamesService.class, NamesService::start)));
    }

    @Override
    public <T> CompletionStage<Registration<T>> register(Name<T> name, ActorRef<T> process, Terms<T> terms) {
        return claim(name, process, terms, false);
    }

    @Override
    public <T> CompletionStage<Registration<T>> reRegister(Name<T> name, ActorRef<T> process, Terms<T> terms) {
        return claim(name, process, terms, true);
    }

    @Override
    public CompletionStage<Boolean> unregister(Name<?> name, Duration within) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        requireTimeout(within);
        this.<NameOutcome>ask(
                done -> new NamesMessage.Unregister(name.value(), within, false, done),
                outcome -> {
                    if (outcome instanceof NameOutcome.Unregistered unregistered) {
                        result.complete(unregistered.hadOwner());
                    } else {
                        result.completeExceptionally(failure(name, outcome, false));
                    }
                },
                result);
        return Promise.of(result, service.callers());
    }

    @Override
    public CompletionStage<Metadata> update(Name<?> name, UnaryOperator<Metadata> change, Duration within) {
        CompletableFuture<Metadata> result = new CompletableFuture<>();
        requireTimeout(within);
        NamesBook.Entry entry = service.book().entry(name.value());
        if (entry == null) {
            result.completeExceptionally(NameFailure.notRegistered(name));
        } else {
            update(name, change, entry.metadata(), System.nanoTime() + within.toNanos(), result);
        }
        return Promise.of(result, service.callers());
    }

    private void update(
            Name<?> name,
            UnaryOperator<Metadata> change,
            Metadata expected,
            long deadlineNanos,
            CompletableFuture<Metadata> result) {
        Metadata changed;
        try {
            changed = change.apply(expected);
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
            return;
        }
        Duration left = Duration.ofNanos(deadlineNanos - System.nanoTime());
        if (left.toMillis() < 1) {
            result.completeExceptionally(failure(name, new NameOutcome.TimedOut(), false));
            return;
        }
        this.<NameOutcome>ask(
                done -> new NamesMessage.Update(name.value(), left, expected, changed, done),
                outcome -> {
                    if (outcome instanceof NameOutcome.Registered) {
                        result.complete(changed);
                    } else if (outcome instanceof NameOutcome.Stale stale) {
                        Metadata now = stale.holder().row().metadata();
                        service.callers().execute(() -> update(name, change, now, deadlineNanos, result));
                    } else {
                        result.completeExceptionally(failure(name, outcome, false));
                    }
                },
                result);
    }

    @Override
    @Nullable
    NameFailure await(String name, Duration within, Consumer<NamesBook.@Nullable Entry> done) {
        return ask(answer -> new NamesMessage.Await(name, within, answer), onCallersThread(done));
    }

    @Override
    @Nullable
    NameFailure monitor(String name, ActorRef<Object> listener, NamesMessage.Events events, Consumer<Outcome> done) {
        return ask(answer -> new NamesMessage.Monitor(name, listener, events, answer), onCallersThread(done));
    }

    @Override
    @Nullable
    NameFailure demonitor(String name, ActorRef<Object> listener, Consumer<Outcome> done) {
        return ask(answer -> new NamesMessage.Demonitor(name, listener, answer), onCallersThread(done));
    }

    /**
     * This node stands by for the one process of {@code name}: of all nodes that do, and see each other, exactly one
     * runs a process that {@code factory} made. When it ends, or its node is gone, another starts one; after a split
     * each side has one, and when they meet again one of them is stopped.
     *
     * <p>The factory's behaviour starts only when its process has the name. It is started again also when it stops by
     * itself, after {@code capstan.registry.keep-one.retry-after}.
     *
     * @throws io.capstan.actors.StoppingFailure when this node is stopping, and nothing was started
     */
    public <T> Standby keepOne(Name<T> name, Supplier<Behavior<T>> factory) {
        ActorRef<Keeper.Message> keeper = service.keep(Keeper.create(this, name, factory, service.keepOne()));
        return () -> service.close(keeper);
    }

    /**
     * Locks {@code resource} among all visible nodes for a process of this node: OTP's {@code set_lock}. Requesters
     * that are equal share it on one node, so that it can be locked again by whoever holds it; it is free again when
     * each hold was released or its holder stopped, or when this node is gone.
     *
     * <p><b>Unsafe in a partition</b>: each side locks for itself, and when they meet again one side loses its hold
     * ({@link NameLock#lost}). Where two holders do harm, use {@code io.capstan.raft.lock.Locks}.
     *
     * @param resource at most 240 bytes of UTF-8
     * @return fails with {@code TIMED_OUT} when it was not free in time or the holder has stopped
     * @throws IllegalArgumentException when the resource's name is too long, or the holder is of another node
     */
    public CompletionStage<NameLock> setLock(String resource, String requester, ActorRef<?> holder, Duration within) {
        requireTimeout(within);
        return locks.set(resource, requester, holder, within);
    }

    /**
     * Locks {@code resource} on chosen nodes only: OTP's {@code set_lock} with a list of nodes. Two such locks exclude each
     * other when they have a node in common; otherwise, and with {@link #setLock(String, String, ActorRef, Duration) one of
     * all nodes}, they do not. The nodes need not be there: it is the visible ones that keep the lock of each, so this saves
     * no messages; it costs a lock a node, taken one after the other.
     *
     * @param resource at most 235 bytes of UTF-8, less the longest node's name
     * @param nodes their names; of none, nothing is locked
     * @return as of all nodes; it is lost with the first of its nodes
     */
    public CompletionStage<NameLock> setLock(
            String resource, Set<String> nodes, String requester, ActorRef<?> holder, Duration within) {
        requireTimeout(within);
        SortedSet<String> chosen = new TreeSet<>(nodes);
        chosen.forEach(NodeId::requireName);
        return locks.setOn(chosen, resource, requester, holder, within);
    }

    /**
     * Runs {@code action} while {@code resource} is locked, and unlocks when its stage completes: OTP's {@code trans},
     * as unsafe in a partition as {@link #setLock}.
     *
     * @return what the action returns; fails with {@code TIMED_OUT}, and then it was not run
     */
    public <R> CompletionStage<R> trans(String resource, Supplier<CompletionStage<R>> action, Duration within) {
        requireTimeout(within);
        return locks.trans(resource, action, within);
    }

    /**
     * Waits until this node shows the names of all nodes that it sees: OTP's {@code sync}. A claim waits for that by
     * itself; who only looks names up, soon after a start or a heal, may want to.
     *
     * @return fails with {@code TIMED_OUT} when some of them were not here in time
     */
    public CompletionStage<Void> sync(Duration within) {
        requireTimeout(within);
        CompletableFuture<Void> result = new CompletableFuture<>();
        this.<Boolean>ask(
                done -> new NamesMessage.Sync(within, done),
                synced -> {
                    if (synced) {
                        result.complete(null);
                    } else {
                        result.completeExceptionally(new NameFailure(
                                NameFailure.Kind.TIMED_OUT, "not all names of all visible nodes were here in time"));
                    }
                },
                result);
        return Promise.of(result, service.callers());
    }

    /** From now on {@code resolver} settles the conflicts of this name that are settled on this node. */
    public <T> void resolver(Name<T> name, Resolver<T> resolver) {
        service.resolvers().put(name.value(), owners -> {
            List<ActorRef<T>> typed = owners.stream().map(Refs::<T>typed).toList();
            return resolver.winner(name, typed).map(Refs::untyped);
        });
    }

    private <T> CompletionStage<Registration<T>> claim(
            Name<T> name, ActorRef<T> process, Terms<T> terms, boolean takeOver) {
        CompletableFuture<Registration<T>> result = new CompletableFuture<>();
        requireTimeout(terms.within());
        NameFailure refusal = refusal(process);
        if (refusal != null) {
            result.completeExceptionally(refusal);
            return Promise.of(result, service.callers());
        }
        this.<NameOutcome>ask(
                done -> new NamesMessage.Register(
                        name.value(),
                        Refs.untyped(process),
                        terms.within(),
                        takeOver,
                        terms.metadata(),
                        terms.onConflict().loss(),
                        lost(name, process, terms.onConflict()),
                        done),
                outcome -> {
                    if (outcome instanceof NameOutcome.Registered registered) {
                        String id = registered.claim().toString();
                        result.complete(new Registration<>(name, process, id));
                    } else if (outcome instanceof NameOutcome.NotRegistered) {
                        result.completeExceptionally(new NameFailure(
                                NameFailure.Kind.UNREGISTERED,
                                "the name \"" + name + "\" was unregistered, or a conflict left it to nobody, before"
                                        + " every visible node had told that it shows it"));
                    } else {
                        result.completeExceptionally(failure(name, outcome, takeOver));
                    }
                },
                result);
        return Promise.of(result, service.callers());
    }

    private @Nullable NameFailure refusal(ActorRef<?> process) {
        String tooLong = service.refs().tooLong(process);
        if (tooLong != null) {
            return new NameFailure(NameFailure.Kind.REFERENCE_TOO_LONG, tooLong);
        }
        int namesMax = service.settings().namesMax();
        return service.book().size() >= namesMax ? tooMany("names-max", namesMax) : null;
    }

    private static <T> Consumer<@Nullable ActorRef<Object>> lost(
            Name<T> name, ActorRef<T> process, OnConflict<T> onConflict) {
        Function<NameConflict<T>, T> told = onConflict.told();
        return winner -> {
            if (told != null) {
                Optional<ActorRef<T>> kept = winner == null ? Optional.empty() : Optional.of(Refs.typed(winner));
                process.tell(told.apply(new NameConflict<>(name, kept)));
            }
        };
    }

    private <O> void ask(
            Function<Consumer<O>, NamesMessage.Request> request, Consumer<O> then, CompletableFuture<?> result) {
        NameFailure refusal = ask(request, then);
        if (refusal != null) {
            result.completeExceptionally(refusal);
        }
    }

    /** Asks the names' actor; {@code then} runs in its turn, once, unless why not is returned. */
    private <O> @Nullable NameFailure ask(Function<Consumer<O>, NamesMessage.Request> request, Consumer<O> then) {
        int undecidedMax = service.settings().undecidedMax();
        if (service.undecided() >= undecidedMax) {
            return tooMany("undecided-max", undecidedMax);
        }
        return service.request(request.apply(service.answered(then))) ? null : NameFailure.stopping();
    }

    private <O> Consumer<O> onCallersThread(Consumer<O> done) {
        return outcome -> service.callers().execute(() -> done.accept(outcome));
    }

    private static NameFailure failure(Name<?> name, NameOutcome outcome, boolean takeOver) {
        String quoted = "the name \"" + name + "\"";
        if (outcome instanceof NameOutcome.Taken taken) {
            return new NameFailure(
                    NameFailure.Kind.TAKEN,
                    quoted + " has " + taken.holder().row().process() + " on "
                            + taken.holder().node());
        } else if (outcome instanceof NameOutcome.Stopped) {
            return new NameFailure(NameFailure.Kind.STOPPED, "the process to get " + quoted + " has stopped");
        } else if (outcome instanceof NameOutcome.Unknown) {
            return new NameFailure(
                    NameFailure.Kind.NO_CONNECTION,
                    "the node that has to act on " + quoted
                            + " is away, stops, or did not answer in time: it may be done or not");
        } else if (outcome instanceof NameOutcome.NotRegistered) {
            return NameFailure.notRegistered(name);
        } else if (outcome instanceof NameOutcome.Untold) {
            return new NameFailure(
                    NameFailure.Kind.TIMED_OUT_TELLING,
                    "the metadata of " + quoted + " is changed; not every visible node said in time that it shows it");
        } else if (takeOver) {
            return new NameFailure(NameFailure.Kind.TIMED_OUT_TAKING_OVER, quoted + " was not taken over in time");
        }
        return new NameFailure(
                NameFailure.Kind.TIMED_OUT,
                "not every visible node answered for " + quoted + " in time; nothing was done, or it is withdrawn");
    }
}
