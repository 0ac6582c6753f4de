package io.capstan.registry.internal.names;

import io.capstan.actors.NodeId;
import io.capstan.crdt.internal.TableLink;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.ClaimId;
import io.capstan.registry.core.NameOutcome;
import io.capstan.registry.core.NameRow;
import io.capstan.registry.core.NamesEffect;
import io.capstan.registry.internal.Outcome;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What the names' actor takes. Whatever is called {@code done} runs on its thread: it is ours, and short. */
public sealed interface NamesMessage {
    /** Is answered. */
    sealed interface Request extends NamesMessage {
        /** The node stops before it is answered; it may be done. */
        void end();
    }

    /** A table's frame has come, or a peer has come or gone. */
    record OnTable(TableLink.Event event) implements NamesMessage {}

    /** A frame of the claims' protocol has come. */
    record OnClaims(NodeId from, byte[] payload, Runnable consumed) implements NamesMessage {}

    /** A user's resolver has answered. */
    record Resolved(NamesEffect.Resolve conflict, @Nullable ClaimId winner) implements NamesMessage {}

    /** A process of this node has stopped. */
    record Stopped(String process) implements NamesMessage {}

    /** So has one that listens. */
    record ListenerStopped(ActorRef<Object> listener) implements NamesMessage {}

    /** Without anything to say. */
    enum Sign implements NamesMessage {
        /** Something is in the mail. */
        WAKE,
        /** Time has passed. */
        TICK,
        /** The node stops. */
        CLOSE
    }

    /**
     * Give the name to a process.
     *
     * @param lost called if it loses the name in a conflict, with the winner, if any, on a thread for users' code; it is not
     *     called for KILL_ONE
     * @param done called once with the outcome
     */
    record Register(
            String name,
            ActorRef<Object> process,
            Duration timeout,
            boolean takeOver,
            Metadata metadata,
            NameRow.Loss loss,
            Consumer<@Nullable ActorRef<Object>> lost,
            Consumer<NameOutcome> done)
            implements Request {
        @Override
        public void end() {
            done.accept(new NameOutcome.Unknown());
        }
    }

    /** Change the metadata of whoever has the name, if it is as expected. */
    record Update(String name, Duration timeout, Metadata expected, Metadata metadata, Consumer<NameOutcome> done)
            implements Request {
        @Override
        public void end() {
            done.accept(new NameOutcome.Unknown());
        }
    }

    /**
     * Take the name from whoever has it.
     *
     * @param ownOnly but only if that is a process of this node
     */
    record Unregister(String name, Duration timeout, boolean ownOnly, Consumer<NameOutcome> done) implements Request {
        @Override
        public void end() {
            done.accept(new NameOutcome.Unknown());
        }
    }

    /**
     * Tell when somebody has the name.
     *
     * @param done called once, with null when the time is over
     */
    record Await(String name, Duration timeout, Consumer<NamesBook.@Nullable Entry> done) implements Request {
        @Override
        public void end() {
            done.accept(null);
        }
    }

    /**
     * Tell when this node has the names of all that it sees.
     *
     * @param done called once, with false when the time is over
     */
    record Sync(Duration timeout, Consumer<Boolean> done) implements Request {
        @Override
        public void end() {
            done.accept(false);
        }
    }

    /** The node stops: free all names of its processes. */
    record Leave(Runnable done) implements Request {
        @Override
        public void end() {
            done.run();
        }
    }

    /** Makes the message for a listener to a name, from its owner; null: nobody. */
    interface Events {
        Object event(NamesBook.@Nullable Entry owner);
    }

    /** The listener gets how it is now, then every change, until it stops or demonitors. */
    record Monitor(String name, ActorRef<Object> listener, Events events, Consumer<Outcome> done) implements Request {
        @Override
        public void end() {
            done.accept(Outcome.CLOSED);
        }
    }

    /** Ends a monitor. */
    record Demonitor(String name, ActorRef<Object> listener, Consumer<Outcome> done) implements Request {
        @Override
        public void end() {
            done.accept(Outcome.CLOSED);
        }
    }
}
