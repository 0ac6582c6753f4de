package io.capstan.registry;

import io.capstan.registry.internal.LockKeeper;
import io.capstan.registry.internal.NamesService;
import io.capstan.registry.internal.Refs;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The locks of {@link AvailableNames}. */
final class NameLocks {
    private final Names names;
    private final NamesService service;

    NameLocks(Names names, NamesService service) {
        this.names = names;
        this.service = service;
    }

    CompletionStage<NameLock> set(String resource, String requester, ActorRef<?> holder, Duration within) {
        if (!Refs.local(holder)) {
            throw new IllegalArgumentException(holder + " is of another node, and locks there");
        }
        return lock(resource, requester, Refs.untyped(holder), within);
    }

    <R> CompletionStage<R> trans(String resource, Supplier<CompletionStage<R>> action, Duration within) {
        return lock(resource, "trans-" + UUID.randomUUID(), null, within).thenCompose(lock -> {
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
            String resource, String requester, @Nullable ActorRef<Object> holder, Duration within) {
        Name.of(LockKeeper.PREFIX + resource, Object.class); // Refuses what is too long.
        ActorRef<LockKeeper.Message> keeper = service.locks(() -> LockKeeper.create(names, service));
        CompletableFuture<NameLock> result = new CompletableFuture<>();
        UUID id = UUID.randomUUID();
        keeper.tell(new LockKeeper.Acquire(
                id,
                resource,
                requester,
                holder,
                within,
                lost -> service.callers().execute(() -> {
                    if (lost == null) {
                        result.completeExceptionally(new NameFailure(
                                NameFailure.Kind.TIMED_OUT,
                                resource + " was not free within " + within + ", or its holder stopped"));
                    } else {
                        result.complete(new Held(id, resource, lost, keeper));
                    }
                })));
        return result;
    }

    private record Held(UUID id, String resource, CompletableFuture<Void> whenLost, ActorRef<LockKeeper.Message> keeper)
            implements NameLock {
        @Override
        public CompletionStage<Void> lost() {
            return whenLost;
        }

        @Override
        public CompletionStage<Void> release() {
            CompletableFuture<Void> done = new CompletableFuture<>();
            keeper.tell(new LockKeeper.Release(resource, id, done));
            return done;
        }
    }
}
