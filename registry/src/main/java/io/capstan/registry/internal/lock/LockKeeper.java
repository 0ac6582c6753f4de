package io.capstan.registry.internal.lock;

import io.capstan.registry.Name;
import io.capstan.registry.NameEvent;
import io.capstan.registry.NameFailure;
import io.capstan.registry.Names;
import io.capstan.registry.OnConflict;
import io.capstan.registry.Terms;
import io.capstan.registry.internal.Pending;
import io.capstan.registry.internal.names.NamesService;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The locks that processes of this node hold and wait for. A lock is a name that this actor has: so the names' protocol
 * excludes other nodes, and ends a lock with its node; this actor excludes requesters of its own node, and ends a lock
 * with its holder.
 */
public final class LockKeeper extends AbstractBehavior<LockKeeper.Message> {
    /** What is answered in place of a lock when this actor ends before it can answer. */
    public static final CompletableFuture<Void> STOPPED = new CompletableFuture<>();

    /** Names that begin with this are locks. */
    public static final String PREFIX = "capstan-lock";

    /** The lock of a resource, whatever nodes there are. */
    public static String everywhere(String resource) {
        return ":" + resource;
    }

    /** The lock of a resource on one node; no node's name has a colon. */
    public static String on(String node, String resource) {
        return "-at:" + node + ":" + resource;
    }

    /** What this actor takes. */
    public sealed interface Message {}

    /**
     * Lock for a process of this node.
     *
     * @param holder whose end ends the hold; null: the node's
     * @param answer called once: with what will be completed if the hold is lost, or with null when it was not free
     */
    public record Acquire(
            UUID id,
            String resource,
            String requester,
            @Nullable ActorRef<Object> holder,
            Duration within,
            Consumer<@Nullable CompletableFuture<Void>> answer)
            implements Message {}

    /** Unlock once, for a hold that was granted; {@code done} is called once. */
    public record Release(String resource, UUID id, Runnable done) implements Message {}

    private record Expired(Acquire waiting) implements Message {}

    private record Claimed(String resource, @Nullable Throwable refused) implements Message {}

    private record Freed(String resource) implements Message {}

    private record Monitored(String resource, @Nullable Throwable refused) implements Message {}

    private record Happened(NameEvent<Message> event) implements Message {}

    private record Lost(String resource) implements Message {}

    private record HolderStopped(ActorRef<Object> holder) implements Message {}

    private static final class Lock {
        final Deque<Acquire> waiting = new ArrayDeque<>();

        /** Each hold with what completes when it is lost. */
        final Map<Acquire, CompletableFuture<Void>> holds = new HashMap<>();

        /** The name is asked for or given back. */
        boolean busy;

        /** The name is ours. */
        boolean owned;
    }

    private final Names names;
    private final NamesService service;
    private final Pending<@Nullable CompletableFuture<Void>> pending;
    private final Duration pause;
    private final TimerScheduler<Message> timers;
    private final ActorRef<NameEvent<Message>> events;
    private final Map<String, Lock> locks = new HashMap<>();
    private final Map<ActorRef<Object>, Integer> holders = new HashMap<>();

    private LockKeeper(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            Names names,
            NamesService service,
            Pending<@Nullable CompletableFuture<Void>> pending) {
        super(context);
        this.names = names;
        this.service = service;
        this.pending = pending;
        pause = Duration.ofMillis(service.settings().timing().askAgain());
        this.timers = timers;
        @SuppressWarnings("unchecked") // A class of all events, whatever the messages of their name.
        Class<NameEvent<Message>> any = (Class<NameEvent<Message>>) (Class<?>) NameEvent.class;
        events = context.messageAdapter(any, Happened::new);
    }

    /**
     * Keeps the locks of one node.
     *
     * @param pending who is to be answered when this actor ends
     */
    public static Behavior<Message> create(
            Names names, NamesService service, Pending<@Nullable CompletableFuture<Void>> pending) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new LockKeeper(context, timers, names, service, pending)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Acquire.class, this::acquire)
                .onMessage(Release.class, this::release)
                .onMessage(Expired.class, this::expired)
                .onMessage(Claimed.class, this::claimed)
                .onMessage(Freed.class, message -> freed(message.resource()))
                .onMessage(Monitored.class, this::monitored)
                .onMessage(Happened.class, this::happened)
                .onMessage(Lost.class, this::lost)
                .onMessage(HolderStopped.class, this::holderStopped)
                .onSignal(PostStop.class, ended -> {
                    pending.end(STOPPED);
                    return this;
                })
                .build();
    }

    private static Name<Message> name(String resource) {
        return Name.of(PREFIX + resource, Message.class);
    }

    private Behavior<Message> acquire(Acquire message) {
        Lock lock = locks.computeIfAbsent(message.resource(), absent -> new Lock());
        ActorRef<Object> holder = message.holder();
        if (holder != null && holders.merge(holder, 1, Integer::sum) == 1) {
            getContext().watchWith(holder, new HolderStopped(holder));
        }
        lock.waiting.add(message);
        timers.startSingleTimer(message, new Expired(message), message.within());
        grantOrClaim(message.resource(), lock);
        return this;
    }

    /** Whoever asks as the one who holds it shares it, whether in front of the line or not: it can only be re-entry. */
    private void grantOrClaim(String resource, Lock lock) {
        if (lock.owned) {
            for (Acquire waiting : List.copyOf(lock.waiting)) {
                boolean same = lock.holds.isEmpty()
                        || lock.holds.keySet().stream()
                                .allMatch(hold -> hold.requester().equals(waiting.requester()));
                if (same) {
                    lock.waiting.remove(waiting);
                    timers.cancel(waiting);
                    CompletableFuture<Void> lost = new CompletableFuture<>();
                    lock.holds.put(waiting, lost);
                    waiting.answer().accept(lost);
                }
            }
            if (lock.holds.isEmpty() && !lock.busy) {
                giveBack(resource, lock);
            }
        } else if (lock.waiting.isEmpty() && !lock.busy) {
            locks.remove(resource);
            names.demonitor(name(resource), events);
        } else if (!lock.busy) {
            claim(resource, lock);
        }
    }

    private void claim(String resource, Lock lock) {
        lock.busy = true;
        timers.cancel(new Freed(resource));
        Terms<Message> terms = Terms.<Message>within(lock.waiting.element().within())
                .onConflict(OnConflict.tellLoser(conflict -> new Lost(resource)));
        getContext()
                .pipeToSelf(
                        names.register(name(resource), getContext().getSelf(), terms),
                        (done, refused) -> new Claimed(resource, refused));
    }

    private Behavior<Message> claimed(Claimed message) {
        Lock lock = locks.get(message.resource());
        if (lock == null) {
            return this;
        }
        if (message.refused() == null) {
            lock.busy = false;
            lock.owned = true;
            grantOrClaim(message.resource(), lock);
        } else if (message.refused() instanceof NameFailure failure && failure.kind() == NameFailure.Kind.TAKEN) {
            awaitFree(message.resource());
        } else {
            later(message.resource()); // A limit, or nobody answered: what is shown says nothing about that.
        }
        return this;
    }

    /** The next word about the name says when to try again. */
    private void awaitFree(String resource) {
        getContext()
                .pipeToSelf(names.monitor(name(resource), events), (done, refused) -> new Monitored(resource, refused));
    }

    private Behavior<Message> monitored(Monitored message) {
        if (message.refused() != null) {
            later(message.resource()); // No room for another monitor, and so no word.
        }
        return this;
    }

    private void later(String resource) {
        Freed again = new Freed(resource);
        timers.startSingleTimer(again, again, pause);
    }

    private Behavior<Message> happened(Happened message) {
        if (message.event() instanceof NameEvent.Free) {
            freed(message.event().name().value().substring(PREFIX.length()));
        }
        return this;
    }

    private Behavior<Message> freed(String resource) {
        Lock lock = locks.get(resource);
        if (lock != null && !lock.owned) {
            lock.busy = false;
            grantOrClaim(resource, lock);
        }
        return this;
    }

    private void giveBack(String resource, Lock lock) {
        lock.owned = false;
        lock.busy = true;
        ActorRef<Message> self = getContext().getSelf();
        service.giveBack(name(resource).value(), () -> self.tell(new Freed(resource)));
    }

    private Behavior<Message> release(Release message) {
        Lock lock = locks.get(message.resource());
        if (lock != null) {
            for (Acquire hold : List.copyOf(lock.holds.keySet())) {
                if (hold.id().equals(message.id())) {
                    lock.holds.remove(hold);
                    forget(hold.holder());
                    grantOrClaim(message.resource(), lock);
                }
            }
        }
        message.done().run();
        return this;
    }

    private Behavior<Message> expired(Expired message) {
        Lock lock = locks.get(message.waiting().resource());
        if (lock != null && lock.waiting.remove(message.waiting())) {
            forget(message.waiting().holder());
            message.waiting().answer().accept(null);
            grantOrClaim(message.waiting().resource(), lock);
        }
        return this;
    }

    private Behavior<Message> lost(Lost message) {
        Lock lock = locks.get(message.resource());
        if (lock != null && lock.owned) {
            lock.owned = false;
            lock.holds.forEach((hold, lost) -> {
                forget(hold.holder());
                lost.complete(null);
            });
            lock.holds.clear();
            lock.busy = true; // Somebody else has it.
            awaitFree(message.resource());
        }
        return this;
    }

    private Behavior<Message> holderStopped(HolderStopped message) {
        holders.remove(message.holder());
        for (String resource : List.copyOf(locks.keySet())) {
            Lock lock = locks.get(resource);
            if (lock == null) {
                continue;
            }
            lock.waiting.removeIf(each -> message.holder().equals(each.holder()) && ended(each));
            if (lock.holds.keySet().removeIf(each -> message.holder().equals(each.holder())) || !lock.busy) {
                grantOrClaim(resource, lock);
            }
        }
        return this;
    }

    private boolean ended(Acquire waiting) {
        timers.cancel(waiting);
        waiting.answer().accept(null);
        return true;
    }

    private void forget(@Nullable ActorRef<Object> holder) {
        if (holder != null
                && holders.merge(holder, -1, (count, less) -> count + less <= 0 ? null : count + less) == null) {
            getContext().unwatch(holder);
        }
    }
}
