package io.capstan.registry.internal.consistent;

import io.capstan.raft.lock.FencingToken;
import io.capstan.registry.Fence;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** Stands before an owner's behaviour: when a message is taken from the mailbox its epoch must still be the owner's. */
public final class Fencing<T> extends BehaviorInterceptor<Object, T> {
    /** One for each start of the behaviour; used by its actor only. */
    private static final class Current implements Fence {
        private @Nullable FencingToken epoch;

        @Override
        public Optional<FencingToken> epoch() {
            return Optional.ofNullable(epoch);
        }
    }

    private final OwnersService service;
    private final Current current;

    private Fencing(OwnersService service, Current current) {
        super(Object.class);
        this.service = service;
        this.current = current;
    }

    /** The behaviour, fenced. */
    public static <T> Behavior<T> of(OwnersService service, Function<Fence, Behavior<T>> owner) {
        Current current = new Current();
        Behavior<Object> fenced =
                Behaviors.intercept(() -> new Fencing<T>(service, current), Behaviors.setup(c -> owner.apply(current)));
        return fenced.unsafeCast();
    }

    @Override
    public Behavior<T> aroundReceive(TypedActorContext<Object> context, Object message, ReceiveTarget<T> target) {
        if (!(message instanceof Fenced fenced)) {
            return target.apply(context, typed(message));
        }
        boolean holds =
                service.holds(fenced.name(), fenced.epoch(), context.asJava().getSelf());
        fenced.taken().tell(holds);
        if (!holds) {
            return Behaviors.same();
        }
        current.epoch = fenced.epoch();
        try {
            return target.apply(context, typed(fenced.message()));
        } finally {
            current.epoch = null;
        }
    }

    /** The type of a name's messages is its users' promise. */
    @SuppressWarnings("unchecked")
    private T typed(Object message) {
        return (T) message;
    }
}
