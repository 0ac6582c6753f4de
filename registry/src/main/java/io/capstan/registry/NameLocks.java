package io.capstan.registry;

import io.capstan.actors.StoppingFailure;
import io.capstan.registry.internal.Pending;
import io.capstan.registry.internal.Refs;
import io.capstan.registry.internal.lock.LockKeeper;
import io.capstan.registry.internal.names.NamesService;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The locks of {@link AvailableNames}. */
final class NameLocks {
    private final Names names;
    private final NamesService service;
    private final Pending<@Nullable CompletableFuture<Void>> pending = new Pending<>();
    private @Nullable ActorRef<LockKeeper.Message> started;

    NameLocks(Names names, NamesService service) {
        this.names = names;
        this.service = service;
    }

    CompletionStage<NameLock> set(String resource, String requester, ActorRef<?> holder, Duration within) {
        return lock(LockKeeper.everywhere(resource), resource, requester, ours(holder), within);
    }

    private static ActorRef<Object> ours(ActorRef<?> holder) {
        if (!Refs.local(holder)) {
            throw new IllegalArgumentException(holder + " is of another node, and locks there");
        }
        return Refs.untyped(holder);
    }

    /** One lock for each node, one after the other and all in one order: so no two wait for each other. */
    CompletionStage<NameLock> setOn(
            SortedSet<String> nodes, String resource, String requester, ActorRef<?> holder, Duration within) {
        ActorRef<Object> ours = ours(holder);
        nodes.forEach(node -> requireShort(LockKeeper.on(node, resource)));
        long deadline = System.nanoTime() + within.toNanos();
        CompletionStage<List<NameLock>> all = CompletableFuture.completedStage(List.of());
        for (String node : nodes) {
            all = all.thenCompose(held -> lock(
                            LockKeeper.on(node, resource),
                            resource,
                            requester,
                            ours,
                            Duration.ofMillis(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()))))
                    .thenApply(
                            one -> Stream.concat(held.stream(), Stream.of(one)).toList())
                    .whenComplete((more, failure) -> {
                        if (failure != null) {
                            held.forEach(NameLock::release);
                        }
                    }));
        }
        return all.thenApply(held -> new OnNodes(resource, held));
    }

    <R> CompletionStage<R> trans(String resource, Supplier<CompletionStage<R>> action, Duration within) {
        return lock(LockKeeper.everywhere(resource), resource, "trans-" + UUID.randomUUID(), null, within)
                .thenCompose(lock -> {
                    CompletionStage<R> done;
                    try {
                        done = action.get();
                    } catch (RuntimeException e) {
                        done = CompletableFuture.failedFuture(e);
                    }
                    return done.whenComplete((result, failure) -> lock.release());
                });
    }

    private CompletionStage<NameLock> lock(
            String lock, String resource, String requester, @Nullable ActorRef<Object> holder, Duration within) {
        requireShort(lock);
        ActorRef<LockKeeper.Message> keeper;
        try {
            keeper = keeper();
        } catch (StoppingFailure stopping) {
            return CompletableFuture.failedFuture(NameFailure.stopping());
        }
        CompletableFuture<NameLock> result = new CompletableFuture<>();
        UUID id = UUID.randomUUID();
        Consumer<@Nullable CompletableFuture<Void>> once =
                pending.add(lost -> service.callers().execute(() -> {
                    if (lost == null) {
                        result.completeExceptionally(new NameFailure(
                                NameFailure.Kind.TIMED_OUT,
                                resource + " was not free within " + within + ", or its holder stopped"));
                    } else if (lost == LockKeeper.STOPPED) {
                        result.completeExceptionally(NameFailure.stopping());
                    } else {
                        result.complete(new Held(resource, lost, () -> release(keeper, lock, id)));
                    }
                }));
        if (once == null) {
            return CompletableFuture.failedFuture(NameFailure.stopping());
        }
        keeper.tell(new LockKeeper.Acquire(id, lock, requester, holder, within, once));
        return result;
    }

    /** What the keeper held is free when it has ended. */
    private CompletionStage<Void> release(ActorRef<LockKeeper.Message> keeper, String lock, UUID id) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Consumer<@Nullable CompletableFuture<Void>> once = pending.add(released -> done.complete(null));
        if (once == null) {
            return CompletableFuture.completedFuture(null);
        }
        keeper.tell(new LockKeeper.Release(lock, id, () -> once.accept(null)));
        return done;
    }

    /** Started by the first who locks. */
    private synchronized ActorRef<LockKeeper.Message> keeper() {
        ActorRef<LockKeeper.Message> keeper = started;
        if (keeper == null) {
            keeper = service.spawn(LockKeeper.create(names, service, pending), "capstan-name-locks");
            started = keeper;
        }
        return keeper;
    }

    private static void requireShort(String lock) {
        Name.of(LockKeeper.PREFIX + lock, Object.class); // Refuses what is too long.
    }

    private record Held(String resource, CompletableFuture<Void> whenLost, Supplier<CompletionStage<Void>> giveBack)
            implements NameLock {
        @Override
        public CompletionStage<Void> lost() {
            return whenLost;
        }

        @Override
        public CompletionStage<Void> release() {
            return giveBack.get();
        }
    }

    /** Lost with the first of them, and then the others are given back. */
    private static final class OnNodes implements NameLock {
        private final String resource;
        private final List<NameLock> held;
        private final CompletableFuture<Void> whenLost = new CompletableFuture<>();

        private OnNodes(String resource, List<NameLock> held) {
            this.resource = resource;
            this.held = held;
            held.forEach(each -> each.lost().thenRun(() -> {
                if (whenLost.complete(null)) {
                    release();
                }
            }));
        }

        @Override
        public String resource() {
            return resource;
        }

        @Override
        public CompletionStage<Void> lost() {
            return whenLost.minimalCompletionStage();
        }

        @Override
        public CompletionStage<Void> release() {
            return CompletableFuture.allOf(held.stream()
                    .map(each -> each.release().toCompletableFuture())
                    .toArray(CompletableFuture<?>[]::new));
        }
    }
}
