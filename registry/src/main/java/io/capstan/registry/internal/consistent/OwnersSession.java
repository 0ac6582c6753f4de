package io.capstan.registry.internal.consistent;

import io.capstan.actors.NodeId;
import io.capstan.raft.RaftGroup;
import io.capstan.raft.Within;
import io.capstan.raft.lock.FencingToken;
import io.capstan.registry.core.owner.OwnerEntry;
import io.capstan.registry.core.owner.OwnerReply;
import io.capstan.registry.core.owner.Tenure;
import io.capstan.registry.core.owner.Tenure.Effect;
import io.capstan.registry.core.owner.Tenure.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Drives this node's {@link Tenure}: tells it the time, and has the group do what it proposes. Thread-safe. */
final class OwnersSession {
    /** A process of ours, and what to do when it loses what it has with the session. */
    record Owning(ActorRef<Object> ref, Runnable lost) {
        /** Equal to all of this process. */
        static Owning of(ActorRef<Object> ref) {
            return new Owning(ref, () -> {});
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Owning that && ref.equals(that.ref);
        }

        @Override
        public int hashCode() {
            return ref.hashCode();
        }
    }

    private final RaftGroup group;
    private final Executor users;
    private final Tenure<Owning> tenure;
    private CompletableFuture<Long> opening = new CompletableFuture<>();

    /**
     * Without a session yet.
     *
     * @param users runs what is called when a name is lost
     */
    OwnersSession(RaftGroup group, NodeId self, Duration ttl, Executor users) {
        this.group = group;
        this.users = users;
        tenure = new Tenure<>(self, ttl.toMillis());
    }

    private static Moment now() {
        return new Moment(System.nanoTime() / 1_000_000, System.currentTimeMillis());
    }

    /** The session, opened if there is none. Several who come at once share one attempt. */
    CompletionStage<Long> open() {
        CompletableFuture<Long> attempt;
        synchronized (this) {
            attempt = opening;
        }
        input(core -> core.open(now()));
        return attempt;
    }

    synchronized long nextClaim() {
        return tenure.nextClaim();
    }

    synchronized boolean granted(Tenure.Held<Owning> held) {
        return tenure.granted(held, now());
    }

    synchronized boolean holds(String name, FencingToken epoch, ActorRef<Object> process) {
        return tenure.holds(name, epoch, Owning.of(process), now());
    }

    synchronized void changed(String name, long index, @Nullable OwnerEntry owner) {
        tenure.changed(name, index, owner);
    }

    synchronized void check(long index, Map<String, OwnerEntry> owners) {
        tenure.check(index, owners);
    }

    void stopped(ActorRef<Object> process) {
        input(core -> core.stopped(Owning.of(process)));
    }

    void release(long of, long claim, String name) {
        input(core -> core.release(of, claim, name));
    }

    void tick() {
        input(core -> core.tick(now()));
    }

    /** Done when the group has heard of it, or does not answer. */
    CompletionStage<Void> close() {
        return input(Tenure::close);
    }

    /** Done when the group has answered what is proposed. */
    private CompletionStage<Void> input(Consumer<Tenure<Owning>> input) {
        List<Effect<Owning>> effects;
        synchronized (this) {
            input.accept(tenure);
            effects = tenure.drain();
        }
        return CompletableFuture.allOf(effects.stream().map(this::perform).toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<?> perform(Effect<Owning> effect) {
        if (effect instanceof Effect.Propose<Owning> propose) {
            return propose(propose).toCompletableFuture();
        } else if (effect instanceof Effect.Lost<Owning> lost) {
            // Elsewhere, each for itself: they run users' code, and one that throws or blocks must not keep the others.
            users.execute(lost.held().process().lost());
        } else if (effect instanceof Effect.Opened<Owning> opened) {
            attempted().complete(opened.session());
        } else if (effect instanceof Effect.NotOpened<Owning> refused) {
            attempted().completeExceptionally(new IllegalStateException(refused.why()));
        }
        return CompletableFuture.completedFuture(null);
    }

    /** Whoever comes from now on waits for the next attempt. */
    private synchronized CompletableFuture<Long> attempted() {
        CompletableFuture<Long> attempt = opening;
        opening = new CompletableFuture<>();
        return attempt;
    }

    private CompletionStage<?> propose(Effect.Propose<Owning> propose) {
        Moment sent = now();
        return group.write(
                        propose.command(),
                        OwnerReply.class,
                        Within.within(Duration.ofMillis(propose.within())).repeatable())
                .handle((reply, failure) ->
                        input(core -> core.answered(propose.command(), failure == null ? reply : null, sent, now())));
    }
}
