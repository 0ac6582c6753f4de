package io.capstan.registry;

import io.capstan.actors.Call;
import io.capstan.actors.CallFailure;
import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.actors.StoppingFailure;
import io.capstan.raft.RaftFailure;
import io.capstan.raft.lock.FencingToken;
import io.capstan.registry.core.owner.OwnerCommand;
import io.capstan.registry.core.owner.OwnerEntry;
import io.capstan.registry.core.owner.OwnerReply;
import io.capstan.registry.internal.Outcome;
import io.capstan.registry.internal.Refs;
import io.capstan.registry.internal.consistent.Fenced;
import io.capstan.registry.internal.consistent.Fencing;
import io.capstan.registry.internal.consistent.OwnersService;
import io.capstan.registry.internal.names.NamesBook;
import io.capstan.registry.internal.names.NamesMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.jspecify.annotations.Nullable;

/**
 * Names that favour consistency, on the voters of {@code capstan.raft.voters}: a name has one owner in each epoch, also
 * through a partition, and a side without a majority registers nothing. {@link #whereis} answers from a copy that may be
 * behind; what is sent with an epoch is checked again when the owner takes it from its mailbox.
 *
 * <p>A process has its names until it stops, or its node does, or its node has not heard the group for {@code
 * capstan.registry.consistent.session-ttl}: then the process is treated as {@link Terms#onConflict} says, without a winner.
 *
 * <pre>{@code
 * ConsistentNames names = ConsistentNames.get(node);
 * names.start(LEDGER, fence -> Ledger.create(fence), Terms.within(ofSeconds(5)));   // on one node
 *
 * Incumbent<Entry> ledger = names.incumbent(LEDGER).orElseThrow();                  // on any
 * names.send(LEDGER, ledger.epoch(), entry, ofSeconds(1));                          // STALE_EPOCH if it is over
 * }</pre>
 */
public final class ConsistentNames extends ShownNames {
    private final OwnersService service;

    private ConsistentNames(OwnersService service) {
        super(service.book(), service.settings());
        this.service = service;
    }

    /**
     * The node's one instance. The first call takes part, as {@code capstan.registry.consistent.start} does; a voter has
     * to.
     *
     * @throws RaftFailure NOT_CONFIGURED without {@code capstan.raft.voters}; DAMAGED when this voter's log cannot be
     *     trusted
     */
    public static ConsistentNames get(Node node) {
        return node.internals()
                .service(
                        ConsistentNames.class,
                        n -> new ConsistentNames(n.internals().service(OwnersService.class, OwnersService::start)));
    }

    /**
     * Starts a process on this node and gives it the name, if nobody has it; it is stopped again if it is not given the
     * name. To such a process one can {@link #send(Name, FencingToken, Object, Duration)} with an epoch.
     *
     * @param owner makes the behaviour; its {@link Fence} tells the epoch of the message that it handles
     * @return fails as {@link #register}
     */
    public <T> CompletionStage<Incumbent<T>> start(Name<T> name, Function<Fence, Behavior<T>> owner, Terms<T> terms) {
        requireTimeout(terms.within()); // Before there is a process that would be left.
        ActorRef<T> process;
        try {
            process = service.spawn(Fencing.of(service, owner));
        } catch (StoppingFailure stopping) {
            return CompletableFuture.failedFuture(NameFailure.stopping());
        }
        return claim(name, process, terms, false, true)
                .thenApply(entry -> new Incumbent<>(process, entry.node(), entry.epoch()))
                .whenComplete((started, failure) -> {
                    if (failure != null) {
                        stop(process);
                    }
                });
    }

    /** Who has the name in which epoch, as this node shows it. */
    public <T> Optional<Incumbent<T>> incumbent(Name<T> name) {
        return Optional.ofNullable(service.shown(name.value()))
                .map(entry -> new Incumbent<>(Refs.typed(service.process(entry)), entry.node(), entry.epoch()));
    }

    /**
     * Sends to whoever has the name in this epoch, and nobody else: epoch and lease are checked when the owner takes the
     * message from its mailbox. A pause after that is still possible, and an {@link #unregister} or {@code reRegister}
     * elsewhere waits for no owner, who goes on until his node has heard of it, or his lease is over: so what the owner
     * changes must check the epoch too.
     *
     * @return completes when the owner took the message; fails with {@code STALE_EPOCH} when nobody will, {@code
     *     NOT_FENCED} when the process was not made by {@link #start}, {@code TIMED_OUT} when this node did not show that epoch
     *     and the group could not be asked, {@code NO_CONNECTION} when the owner did not answer: it may have taken it
     */
    public <T> CompletionStage<Void> send(Name<T> name, FencingToken epoch, T message, Duration within) {
        requireTimeout(within);
        OwnerEntry shown = service.shown(name.value());
        if (shown != null && shown.epoch().equals(epoch)) {
            return send(name, shown, message, within);
        }
        long deadlineNanos = System.nanoTime() + within.toNanos();
        // Shown here may be less, or more, than the sender has seen elsewhere.
        return service.find(name.value(), within)
                .handle((found, failure) -> {
                    if (failure != null) {
                        throw failure(name, failure, false);
                    }
                    if (found.isEmpty() || !found.get().epoch().equals(epoch)) {
                        throw stale(name, epoch);
                    }
                    return found.get();
                })
                .thenCompose(entry -> send(name, entry, message, Duration.ofNanos(deadlineNanos - System.nanoTime())));
    }

    private <T> CompletionStage<Void> send(Name<T> name, OwnerEntry owner, T message, Duration within) {
        if (!owner.fenced()) {
            return CompletableFuture.failedStage(new NameFailure(
                    NameFailure.Kind.NOT_FENCED,
                    "the process of \"" + name + "\" does not check epochs: it was not made by ConsistentNames.start"));
        }
        Duration left = within.toMillis() < 1 ? Duration.ofMillis(1) : within;
        CompletionStage<Boolean> taken =
                Call.to(service.process(owner), reply -> new Fenced(name.value(), owner.epoch(), reply, message), left);
        return taken.handle((took, failure) -> {
            if (failure instanceof CallFailure) {
                throw new NameFailure(
                        NameFailure.Kind.NO_CONNECTION,
                        "the owner of \"" + name + "\" did not say that it took the message: " + failure.getMessage());
            }
            if (failure != null) {
                throw new CompletionException(failure);
            }
            if (!took) {
                throw stale(name, owner.epoch());
            }
            return null;
        });
    }

    private static NameFailure stale(Name<?> name, FencingToken epoch) {
        return new NameFailure(
                NameFailure.Kind.STALE_EPOCH, "nobody has the name \"" + name + "\" in epoch " + epoch + " any more");
    }

    /**
     * As {@link Names#register}, for a process of this node; it is told yes when a majority of the voters has it, and this
     * or another node may show it later. Also fails with {@code PROCESS_NOT_LOCAL}. What ran out of time is withdrawn as
     * soon as the group can be told so.
     */
    @Override
    public <T> CompletionStage<Registration<T>> register(Name<T> name, ActorRef<T> process, Terms<T> terms) {
        return claim(name, process, terms, false, false).thenApply(entry -> registration(name, process, entry));
    }

    @Override
    public <T> CompletionStage<Registration<T>> reRegister(Name<T> name, ActorRef<T> process, Terms<T> terms) {
        return claim(name, process, terms, true, false).thenApply(entry -> registration(name, process, entry));
    }

    private static <T> Registration<T> registration(Name<T> name, ActorRef<T> process, OwnerEntry entry) {
        return new Registration<>(name, process, entry.epoch().toString());
    }

    private <T> CompletionStage<OwnerEntry> claim(
            Name<T> name, ActorRef<T> process, Terms<T> terms, boolean takeOver, boolean fenced) {
        requireTimeout(terms.within());
        String tooLong = service.refs().tooLong(process);
        if (tooLong != null) {
            return refused(NameFailure.Kind.REFERENCE_TOO_LONG, tooLong);
        }
        if (!Refs.local(process)) {
            return refused(NameFailure.Kind.PROCESS_NOT_LOCAL, process + " is of another node, and registers there");
        }
        OwnersService.Wanted wanted = new OwnersService.Wanted(
                name.value(),
                Refs.untyped(process),
                takeOver,
                fenced,
                terms.metadata(),
                () -> lost(name, process, terms.onConflict()));
        return service.claim(wanted, terms.within()).handle((reply, failure) -> {
            if (failure != null) {
                throw failure(name, failure, takeOver);
            }
            if (reply instanceof OwnerReply.Granted granted) {
                return granted.entry();
            }
            throw refusal(name, reply);
        });
    }

    private static <T> CompletionStage<T> refused(NameFailure.Kind kind, String why) {
        return CompletableFuture.failedStage(new NameFailure(kind, why));
    }

    private static NameFailure refusal(Name<?> name, OwnerReply reply) {
        if (reply instanceof OwnerReply.Taken taken) {
            return new NameFailure(
                    NameFailure.Kind.TAKEN,
                    "the name \"" + name + "\" has " + taken.entry().process() + " on "
                            + taken.entry().node() + " in epoch "
                            + taken.entry().epoch());
        } else if (reply instanceof OwnerReply.Full full) {
            return new NameFailure(NameFailure.Kind.TOO_MANY, full.limit());
        }
        return new NameFailure(
                NameFailure.Kind.TIMED_OUT,
                "this node's session ended before \"" + name
                        + "\" was registered; nothing was done, or it is withdrawn");
    }

    private static <T> void lost(Name<T> name, ActorRef<T> process, OnConflict<T> onConflict) {
        Function<NameConflict<T>, T> told = onConflict.told();
        if (told == null) {
            stop(process);
        } else {
            process.tell(told.apply(new NameConflict<>(name, Optional.empty())));
        }
    }

    private static void stop(ActorRef<?> process) {
        Adapter.toClassic(process).tell(PoisonPill.getInstance(), null);
    }

    private static NameFailure failure(Name<?> name, Throwable failure, boolean takeOver) {
        Throwable cause = Failure.cause(failure);
        NameFailure.Kind kind = takeOver ? NameFailure.Kind.TIMED_OUT_TAKING_OVER : NameFailure.Kind.TIMED_OUT;
        // Who is too late for a session has no words: as a rule nobody else takes part.
        String why = cause instanceof TimeoutException
                ? "it did not answer. Each of capstan.raft.voters has to take part: capstan.registry.consistent.start = on"
                : String.valueOf(cause.getMessage());
        return new NameFailure(
                kind, "the group of the consistent names did not decide on \"" + name + "\" in time: " + why);
    }

    /**
     * As {@link Names#unregister}, by the group: fails with {@code TIMED_OUT_TAKING_OVER} when it did not answer in time, and
     * then it may be done.
     */
    @Override
    public CompletionStage<Boolean> unregister(Name<?> name, Duration within) {
        requireTimeout(within);
        return service.write(new OwnerCommand.Unregister(name.value()), within).handle((reply, failure) -> {
            if (failure != null) {
                throw failure(name, failure, true);
            }
            return reply instanceof OwnerReply.Done done && done.was();
        });
    }

    /**
     * As {@link Names#update}, by the group: fails with {@code TIMED_OUT} when it could not be asked, {@code
     * TIMED_OUT_TAKING_OVER} when it did not answer, and then it may be done. Another node may show it later.
     */
    @Override
    public CompletionStage<Metadata> update(Name<?> name, UnaryOperator<Metadata> change, Duration within) {
        requireTimeout(within);
        long deadlineNanos = System.nanoTime() + within.toNanos();
        return service.find(name.value(), within)
                .exceptionally(failure -> {
                    throw failure(name, failure, false);
                })
                .thenCompose(found -> found.isPresent()
                        ? update(name, change, found.get().metadata(), deadlineNanos)
                        : CompletableFuture.failedStage(NameFailure.notRegistered(name)));
    }

    private CompletionStage<Metadata> update(
            Name<?> name, UnaryOperator<Metadata> change, Metadata expected, long deadlineNanos) {
        Metadata changed = change.apply(expected);
        Duration left = Duration.ofNanos(deadlineNanos - System.nanoTime());
        return service.write(new OwnerCommand.Update(name.value(), expected, changed), left)
                .exceptionally(failure -> {
                    throw failure(name, failure, true);
                })
                .thenCompose(reply -> {
                    if (reply instanceof OwnerReply.Granted) {
                        return CompletableFuture.completedStage(changed);
                    } else if (reply instanceof OwnerReply.Taken taken && deadlineNanos - System.nanoTime() > 0) {
                        return update(name, change, taken.entry().metadata(), deadlineNanos);
                    }
                    return CompletableFuture.failedStage(
                            reply instanceof OwnerReply.Taken
                                    ? refusal(name, new OwnerReply.NoSession())
                                    : NameFailure.notRegistered(name));
                });
    }

    @Override
    @Nullable
    NameFailure await(String name, Duration within, Consumer<NamesBook.@Nullable Entry> done) {
        NameFailure closed = closed();
        if (closed == null
                && !service.await(name, within, entry -> service.callers().execute(() -> done.accept(entry)))) {
            return tooMany("undecided-max", service.settings().undecidedMax());
        }
        return closed;
    }

    @Override
    @Nullable
    NameFailure monitor(String name, ActorRef<Object> listener, NamesMessage.Events events, Consumer<Outcome> done) {
        NameFailure closed = closed();
        if (closed == null) {
            service.monitor(name, listener, events, answer -> service.callers().execute(() -> done.accept(answer)));
        }
        return closed;
    }

    @Override
    @Nullable
    NameFailure demonitor(String name, ActorRef<Object> listener, Consumer<Outcome> done) {
        NameFailure closed = closed();
        if (closed == null) {
            service.demonitor(name, listener, answer -> service.callers().execute(() -> done.accept(answer)));
        }
        return closed;
    }

    private @Nullable NameFailure closed() {
        return service.isClosed() ? NameFailure.stopping() : null;
    }
}
