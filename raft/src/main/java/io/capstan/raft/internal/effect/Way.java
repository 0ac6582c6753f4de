package io.capstan.raft.internal.effect;

import io.capstan.actors.NodeId;
import io.capstan.raft.Codec;
import io.capstan.raft.internal.wire.EffectFrame;
import java.util.Set;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * From a leader to the nodes on which effects take place, this one among them. Thread-safe.
 *
 * @param nodes who can be reached, this node included
 * @param frames sends one; it may be lost
 * @param messages how messages to processes become bytes
 * @param references how Pekko writes a reference
 */
public record Way(Nodes nodes, Frames frames, Codec messages, Function<ActorRef<?>, String> references) {
    /** Who can be reached. */
    public interface Nodes {
        Set<NodeId> reached();
    }

    /** To another node, or this one. */
    public interface Frames {
        void send(NodeId to, EffectFrame frame);
    }
}
