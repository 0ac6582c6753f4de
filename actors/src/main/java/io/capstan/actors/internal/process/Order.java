package io.capstan.actors.internal.process;

import io.capstan.actors.ExitReason;
import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.MeshEvent;
import org.apache.pekko.actor.typed.ActorRef;

/** What the {@link Agent} is told, by this node's processes and by the links. Never leaves its node. */
sealed interface Order {
    /** Watch the remote process of {@code monitor}. */
    record Watch(Monitor monitor) implements Order {}

    /** The same for a call, whose reply reference is to be told. */
    record Call(CallMonitor monitor) implements Order {}

    record Unwatch(Monitor monitor) implements Order {}

    /** Tell {@code to}, a remote process, that {@code from}, a local one, is linked to it now. */
    record Link(ActorRef<?> from, ActorRef<?> to, io.capstan.actors.internal.process.Link end) implements Order {}

    /** The local process has given up this end of a link. */
    record Unlink(ActorRef<?> from, ActorRef<?> to, io.capstan.actors.internal.process.Link end) implements Order {}

    /** An exit signal from a local process to a remote one. */
    record Signal(ActorRef<?> from, ActorRef<?> to, ExitReason reason, boolean byLink) implements Order {}

    /** A local process that {@code session}'s node watches is gone. */
    record Ended(Session session, long watch, ExitReason reason) implements Order {}

    /** Something happened on the mesh. */
    record Happened(MeshEvent event) implements Order {}

    /** A frame came. */
    record Came(NodeId from, byte[] payload, Runnable consumed) implements Order {}

    /** Everything that was waiting when this was said has been handled: write. */
    enum Flush implements Order {
        NOW
    }
}
