package io.capstan.registry;

import io.capstan.registry.internal.Outcome;
import io.capstan.registry.internal.Refs;
import io.capstan.registry.internal.RegistrySettings;
import io.capstan.registry.internal.names.NamesBook;
import io.capstan.registry.internal.names.NamesMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What both kinds of names do alike: they answer from what this node shows, and tell listeners of its changes. */
abstract class ShownNames implements Names {
    private final NamesBook book;
    private final RegistrySettings settings;

    ShownNames(NamesBook book, RegistrySettings settings) {
        this.book = book;
        this.settings = settings;
    }

    @Override
    public <T> Optional<ActorRef<T>> whereis(Name<T> name) {
        return Refs.typed(book.found(name.value()));
    }

    @Override
    public <T> Optional<Owner<T>> owner(Name<T> name) {
        return Optional.ofNullable(book.entry(name.value())).map(ShownNames::owner);
    }

    private static <T> Owner<T> owner(NamesBook.Entry entry) {
        return new Owner<>(Refs.typed(entry.ref()), entry.node(), entry.metadata());
    }

    @Override
    public SortedSet<String> registeredNames(String prefix) {
        return book.names(prefix);
    }

    @Override
    public <T> CompletionStage<ActorRef<T>> await(Name<T> name, Duration within) {
        requireTimeout(within);
        CompletableFuture<ActorRef<T>> result = new CompletableFuture<>();
        Consumer<NamesBook.@Nullable Entry> done = entry -> {
            if (entry != null) {
                result.complete(Refs.typed(entry.ref()));
            } else {
                result.completeExceptionally(NameFailure.notRegistered(name));
            }
        };
        NameFailure refusal = await(name.value(), within, done);
        if (refusal != null) {
            result.completeExceptionally(refusal);
        }
        return result;
    }

    /** Has {@code done} called once, on a thread for users' code, unless it returns why not. */
    abstract @Nullable NameFailure await(String name, Duration within, Consumer<NamesBook.@Nullable Entry> done);

    @Override
    public <T> CompletionStage<Void> monitor(Name<T> name, ActorRef<NameEvent<T>> listener) {
        NamesMessage.Events events = entry ->
                entry == null ? new NameEvent.Free<>(name) : new NameEvent.Owned<>(name, ShownNames.<T>owner(entry));
        return listening(listener, done -> monitor(name.value(), Refs.untyped(listener), events, done))
                .thenAccept(begun -> {});
    }

    @Override
    public <T> CompletionStage<Boolean> demonitor(Name<T> name, ActorRef<NameEvent<T>> listener) {
        return listening(listener, done -> demonitor(name.value(), Refs.untyped(listener), done));
    }

    private CompletionStage<Boolean> listening(
            ActorRef<?> listener, Function<Consumer<Outcome>, @Nullable NameFailure> request) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        NameFailure refusal = Refs.local(listener)
                ? request.apply(outcome -> {
                    if (outcome == Outcome.CLOSED) {
                        result.completeExceptionally(NameFailure.stopping());
                    } else if (outcome == Outcome.TOO_MANY) {
                        result.completeExceptionally(tooMany("monitors-max", settings.nameMonitorsMax()));
                    } else {
                        result.complete(outcome == Outcome.DONE);
                    }
                })
                : new NameFailure(
                        NameFailure.Kind.LISTENER_NOT_LOCAL, listener + " is of another node, and listens there");
        if (refusal != null) {
            result.completeExceptionally(refusal);
        }
        return result;
    }

    /** As {@link #await(String, Duration, Consumer)}. */
    abstract @Nullable NameFailure monitor(
            String name, ActorRef<Object> listener, NamesMessage.Events events, Consumer<Outcome> done);

    /** As {@link #await(String, Duration, Consumer)}. */
    abstract @Nullable NameFailure demonitor(String name, ActorRef<Object> listener, Consumer<Outcome> done);

    static NameFailure tooMany(String key, int max) {
        return new NameFailure(
                NameFailure.Kind.TOO_MANY, "capstan.registry.names." + key + " is " + max + ", and reached");
    }

    final void requireTimeout(Duration within) {
        Duration max = settings.timeoutMax();
        if (within.toMillis() < 1 || within.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "a deadline is 1 ms to " + max + " (capstan.registry.names.timeout-max), got " + within);
        }
    }
}
