package io.capstan.registry;

import io.capstan.actors.Node;
import io.capstan.actors.NodeId;
import io.capstan.registry.core.NameOutcome;
import io.capstan.registry.internal.NamesActor;
import io.capstan.registry.internal.NamesBook;
import io.capstan.registry.internal.NamesService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Names for single processes of the whole cluster, as OTP's {@code global}, favouring availability: during a split each
 * side may give a name to a process of its own, and when they meet again one remains and the others are told.
 *
 * <p>Every node with this module takes part from its start on: a claim needs the word of every visible node.
 *
 * <p>Thread-safe. Reads are local and lock-free. Failures arrive in the stages, as {@link NameFailure}s; deadlines are
 * kept to within some tens of milliseconds.
 */
public final class Names {
    private final NamesService service;

    private Names(NamesService service) {
        this.service = service;
    }

    /** The names of a node; always the same instance. */
    public static Names get(Node node) {
        return node.internals()
                .service(Names.class, n -> new Names(n.internals().service(NamesService.class, NamesService::start)));
    }

    /** As {@link #register(Name, ActorRef, Duration, OnConflict)}; the loser of a conflict is stopped. */
    public <T> CompletionStage<Registration<T>> register(Name<T> name, ActorRef<T> process, Duration within) {
        return register(name, process, within, OnConflict.stopLoser());
    }

    /**
     * Gives the name to a process of this node, if nobody visible has it. When it succeeds, every visible node shows
     * it. The name is free again as soon as the process stops.
     *
     * @param within when this has passed, the claim is withdrawn and the stage fails with {@code TIMED_OUT}
     * @return fails with {@code TAKEN}, {@code TIMED_OUT}, {@code STOPPED}, {@code NOT_LOCAL}, {@code REFERENCE_TOO_LONG},
     *     {@code TOO_MANY}
     */
    public <T> CompletionStage<Registration<T>> register(
            Name<T> name, ActorRef<T> process, Duration within, OnConflict<T> onConflict) {
        return claim(name, process, within, onConflict, false);
    }

    /** As {@link #reRegister(Name, ActorRef, Duration, OnConflict)}; the loser of a conflict is stopped. */
    public <T> CompletionStage<Registration<T>> reRegister(Name<T> name, ActorRef<T> process, Duration within) {
        return reRegister(name, process, within, OnConflict.stopLoser());
    }

    /**
     * As {@link #register}, but also takes the name from whoever has it, who is not told. There is no moment without
     * an owner in between.
     *
     * @return fails with {@code TAKEN} when somebody took the name over in turn, {@code TIMED_OUT_TAKING_OVER}, and as
     *     register does
     */
    public <T> CompletionStage<Registration<T>> reRegister(
            Name<T> name, ActorRef<T> process, Duration within, OnConflict<T> onConflict) {
        return claim(name, process, within, onConflict, true);
    }

    /**
     * Takes the name from whoever has it, on whatever node.
     *
     * @return whether anybody had it; fails with {@code NO_CONNECTION} when his node went away or did not answer
     */
    public CompletionStage<Boolean> unregister(Name<?> name, Duration within) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        requireTimeout(within);
        submit(
                new NamesActor.Unregister(name.value(), within, outcome -> {
                    service.decided();
                    if (outcome instanceof NameOutcome.Unregistered unregistered) {
                        result.completeAsync(unregistered::hadOwner, service.callers());
                    } else {
                        fail(result, failure(name.value(), outcome, false));
                    }
                }),
                result);
        return result;
    }

    /** Who has the name, as this node shows it. */
    public <T> Optional<ActorRef<T>> whereis(Name<T> name) {
        NamesBook.Entry entry = service.book().entry(name.value());
        return entry == null ? Optional.empty() : Optional.of(typed(entry.process()));
    }

    /** The node whose process has the name, as this node shows it. */
    public Optional<NodeId> nodeOf(Name<?> name) {
        return Optional.ofNullable(service.book().entry(name.value())).map(NamesBook.Entry::node);
    }

    /** All names that somebody has, as this node shows them: a sorted copy. */
    public SortedSet<String> registeredNames() {
        return service.book().names();
    }

    /**
     * Sends to whoever has the name, as {@link ActorRef#tell} does.
     *
     * @throws NameFailure {@code NOT_REGISTERED}
     */
    public <T> void send(Name<T> name, T message) {
        whereis(name)
                .orElseThrow(
                        () -> new NameFailure(NameFailure.Kind.NOT_REGISTERED, "nobody has the name \"" + name + "\""))
                .tell(message);
    }

    /**
     * Waits until somebody has the name.
     *
     * @return who it is; fails with {@code NOT_REGISTERED} when nobody has it in time
     */
    public <T> CompletionStage<ActorRef<T>> await(Name<T> name, Duration within) {
        CompletableFuture<ActorRef<T>> result = new CompletableFuture<>();
        requireTimeout(within);
        submit(
                new NamesActor.Await(name.value(), within, entry -> {
                    service.decided();
                    if (entry != null) {
                        result.completeAsync(() -> typed(entry.process()), service.callers());
                    } else {
                        fail(
                                result,
                                new NameFailure(
                                        NameFailure.Kind.NOT_REGISTERED,
                                        "nobody had the name \"" + name + "\" within " + within));
                    }
                }),
                result);
        return result;
    }

    /** From now on {@code resolver} settles the conflicts of this name that are settled on this node. */
    public <T> void resolver(Name<T> name, Resolver<T> resolver) {
        service.resolvers().put(name.value(), owners -> {
            List<ActorRef<T>> typed = owners.stream().map(Names::<T>typed).toList();
            return resolver.winner(name, typed).map(Names::untyped);
        });
    }

    private <T> CompletionStage<Registration<T>> claim(
            Name<T> name, ActorRef<T> process, Duration within, OnConflict<T> onConflict, boolean takeOver) {
        CompletableFuture<Registration<T>> result = new CompletableFuture<>();
        requireTimeout(within);
        NameFailure refusal = refusal(name, process);
        if (refusal != null) {
            result.completeExceptionally(refusal);
            return result;
        }
        submit(
                new NamesActor.Register(
                        name.value(),
                        untyped(process),
                        within,
                        takeOver,
                        onConflict.loss(),
                        lost(name, process, onConflict),
                        outcome -> {
                            service.decided();
                            if (outcome instanceof NameOutcome.Registered registered) {
                                String id = registered.claim().toString();
                                result.completeAsync(() -> new Registration<>(name, process, id), service.callers());
                            } else {
                                fail(result, failure(name.value(), outcome, takeOver));
                            }
                        }),
                result);
        return result;
    }

    private <T> @Nullable NameFailure refusal(Name<T> name, ActorRef<T> process) {
        if (!process.path().address().hasLocalScope()) {
            return new NameFailure(
                    NameFailure.Kind.NOT_LOCAL, process + " is registered as \"" + name + "\" on its own node only");
        }
        String tooLong = service.refs().tooLong(process);
        if (tooLong != null) {
            return new NameFailure(NameFailure.Kind.REFERENCE_TOO_LONG, tooLong);
        }
        int namesMax = service.settings().namesMax();
        if (service.book().size() >= namesMax) {
            return new NameFailure(
                    NameFailure.Kind.TOO_MANY, "capstan.registry.names.names-max is " + namesMax + ", and reached");
        }
        return null;
    }

    private static <T> Consumer<@Nullable ActorRef<Object>> lost(
            Name<T> name, ActorRef<T> process, OnConflict<T> onConflict) {
        Function<NameConflict<T>, T> told = onConflict.told();
        return winner -> {
            if (told != null) {
                Optional<ActorRef<T>> kept = winner == null ? Optional.empty() : Optional.of(typed(winner));
                process.tell(told.apply(new NameConflict<>(name, kept)));
            }
        };
    }

    private void submit(NamesActor.Message message, CompletableFuture<?> result) {
        int undecidedMax = service.settings().undecidedMax();
        if (service.undecided() >= undecidedMax) {
            result.completeExceptionally(new NameFailure(
                    NameFailure.Kind.TOO_MANY,
                    "capstan.registry.names.undecided-max is " + undecidedMax + ", and so many wait for an answer"));
        } else if (!service.request(message)) {
            result.completeExceptionally(new NameFailure(NameFailure.Kind.CLOSED, "this node is stopping"));
        }
    }

    private void fail(CompletableFuture<?> result, NameFailure failure) {
        service.callers().execute(() -> result.completeExceptionally(failure));
    }

    private void requireTimeout(Duration within) {
        Duration max = service.settings().timeoutMax();
        if (within.toMillis() < 1 || within.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "a deadline is 1 ms to " + max + " (capstan.registry.names.timeout-max), got " + within);
        }
    }

    private static NameFailure failure(String name, NameOutcome outcome, boolean takeOver) {
        if (outcome instanceof NameOutcome.Taken taken) {
            return new NameFailure(
                    NameFailure.Kind.TAKEN,
                    "the name \"" + name + "\" has " + taken.holder().row().process() + " on "
                            + taken.holder().node());
        } else if (outcome instanceof NameOutcome.Stopped) {
            return new NameFailure(NameFailure.Kind.STOPPED, "the process to be named \"" + name + "\" has stopped");
        } else if (outcome instanceof NameOutcome.Unknown) {
            return new NameFailure(
                    NameFailure.Kind.NO_CONNECTION,
                    "the node that owns the name \"" + name + "\" went away or did not answer in time");
        } else if (takeOver) {
            return new NameFailure(
                    NameFailure.Kind.TIMED_OUT_TAKING_OVER, "the name \"" + name + "\" was not taken over in time");
        }
        return new NameFailure(
                NameFailure.Kind.TIMED_OUT,
                "not every visible node answered for the name \"" + name + "\" in time; the claim is withdrawn");
    }

    @SuppressWarnings("unchecked") // The name's type is its users' promise.
    private static <T> ActorRef<T> typed(ActorRef<Object> process) {
        return (ActorRef<T>) (ActorRef<?>) process;
    }

    @SuppressWarnings("unchecked") // Whoever sends to it got its type from the name.
    private static ActorRef<Object> untyped(ActorRef<?> process) {
        return (ActorRef<Object>) process;
    }
}
