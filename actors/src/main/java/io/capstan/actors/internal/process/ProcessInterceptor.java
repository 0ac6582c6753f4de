package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.internal.BehaviorImpl;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * The skin of a process: opens its letters, and notices by which of its ways an actor ends.
 *
 * <p>The ends: an exception (thrown by a handler, or given as a failed behavior by an inner supervisor), a handler that
 * returns {@code stopped}, and a stop from outside, which shows only in the {@code PostStop} that ends every actor that
 * ever ran. An actor that failed or stopped within its start gets none.
 */
final class ProcessInterceptor<T> extends BehaviorInterceptor<Object, T> {
    private final RunningProcess<T> process;

    ProcessInterceptor(RunningProcess<T> process) {
        super(Object.class);
        this.process = process;
    }

    @Override
    public Behavior<T> aroundStart(TypedActorContext<Object> context, PreStartTarget<T> target) {
        Behavior<T> started;
        try {
            started = drain(context, Behavior.start(target.start(context), own(context)), null);
        } catch (Throwable e) {
            process.ended(ExitReason.crashed(e));
            throw e;
        }
        notice(started);
        if (Behavior.isAlive(started)) {
            process.started();
        } else {
            process.ended(ExitReason.NORMAL);
        }
        return started;
    }

    @Override
    public Behavior<T> aroundReceive(TypedActorContext<Object> context, Object message, ReceiveTarget<T> target) {
        process.goesOn();
        try {
            Behavior<T> now = drain(context, Behaviors.same(), target);
            // Opened only now: what was drained may have ended the monitor or link that it tells of.
            T mine = Behavior.isAlive(now) ? read(message) : null;
            return mine == null ? notice(now) : notice(drain(context, handle(context, now, mine, target), target));
        } catch (Throwable e) {
            process.stumbles(e);
            throw e;
        }
    }

    @Override
    public Behavior<T> aroundSignal(TypedActorContext<Object> context, Signal signal, SignalTarget<T> target) {
        if (signal instanceof PreRestart) {
            process.restarts();
            return target.apply(context, signal);
        }
        if (!(signal instanceof PostStop)) {
            process.goesOn();
        }
        try {
            Behavior<T> next = target.apply(context, signal);
            return signal instanceof PostStop ? next : notice(drain(context, next, null));
        } catch (Throwable e) {
            process.stumbles(e);
            throw e;
        } finally {
            if (signal instanceof PostStop) {
                process.ended(ExitReason.SHUTDOWN);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private @Nullable T read(Object message) {
        return message instanceof Letter letter && process.reads() ? process.open(letter) : (T) message;
    }

    /**
     * Handles the messages that were put before all others.
     *
     * @param target what an unchanged behavior is; null where Pekko does not tell: then they wait for the next message,
     *     before which they are handled, and one is sent
     */
    private Behavior<T> drain(TypedActorContext<Object> context, Behavior<T> after, @Nullable ReceiveTarget<T> target) {
        Behavior<T> now = after;
        while (Behavior.isAlive(now) && process.hasNext()) {
            if (target == null && unchanged(now)) {
                process.wake();
                return now;
            }
            now = handle(context, now, process.pollNext(), target);
        }
        return now;
    }

    private Behavior<T> handle(
            TypedActorContext<Object> context, Behavior<T> now, T message, @Nullable ReceiveTarget<T> target) {
        if (target != null && unchanged(now)) {
            return target.apply(context, message);
        }
        Behavior<T> started = Behavior.start(now, own(context));
        Behavior<T> next = Behavior.interpretMessage(started, own(context), message);
        return Behavior.canonicalize(next, started, own(context));
    }

    private static boolean unchanged(Behavior<?> behavior) {
        return behavior == Behaviors.same() || Behavior.isUnhandled(behavior);
    }

    private Behavior<T> notice(Behavior<T> next) {
        if (!Behavior.isAlive(next)) {
            // Justification of the internal type: an inner supervisor that gives up says so in no other way.
            process.becauseOf(
                    next instanceof BehaviorImpl.FailedBehavior failed
                            ? ExitReason.crashed(failed.cause())
                            : ExitReason.NORMAL);
        }
        return next;
    }

    /** The outer type of messages is Object, as letters come among them; beneath it is the process's own. */
    @SuppressWarnings("unchecked")
    private TypedActorContext<T> own(TypedActorContext<?> context) {
        return (TypedActorContext<T>) context;
    }
}
