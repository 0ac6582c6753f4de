package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The frames of channel 0, the link's own. {@link ControlCodec} tells how they look on the wire. */
sealed interface Control {
    /**
     * The first frame each way. Its fields are those of version 1 for ever; later versions add behind them.
     *
     * @param oldest the oldest version of this protocol that the sender speaks
     * @param newest the newest
     * @param cluster null while it has not joined any
     * @param artery where its Pekko system is, as Pekko prints an address
     * @param member whether that system is a member of Pekko's cluster
     * @param windowBytes how much it lets a peer have under way per channel
     */
    record Hello(
            int oldest,
            int newest,
            @Nullable ClusterId cluster,
            NodeId id,
            LinkAddress address,
            String artery,
            boolean member,
            int windowBytes,
            Nonce nonce)
            implements Control {}

    /** Fresh chance in every hello, so that no proof can be used twice. */
    record Nonce(long high, long low) {}

    /** HMAC-SHA256 over role, channel and both hellos: 32 bytes. */
    record Proof(byte[] mac) implements Control {}

    /** The acceptor's last word: the link stands. */
    record Welcome() implements Control {}

    /** The last frame on a connection that never became a link. */
    record Refuse(RefuseCode code, String text) implements Control {}

    /** Nothing new, but alive. */
    record Heartbeat(boolean member) implements Control {}

    /**
     * Whom the sender has links to, whole. The number beside a node differs for each link it ever had to it: frames
     * relayed over the one before are lost.
     */
    record View(Map<NodeId, Integer> links) implements Control {}

    /** So much of the channel's window has been worked off. */
    record Credit(int channel, int bytes) implements Control {}

    /** Whom else there is, as far as the sender knows. */
    record Peers(List<Contact> contacts) implements Control {}

    /** An orderly stop. */
    record Goodbye() implements Control {}

    /**
     * A frame that takes one hop through a third node.
     *
     * @param route rises whenever the source takes another way to the destination; frames of older routes are dropped,
     *     so none overtakes
     */
    record Relay(NodeId to, NodeId from, int route, Channel.Priority priority, int channel, byte[] payload)
            implements Control {}

    /** {@link Credit} for relayed frames; {@code to} is who sent them. */
    record RelayCredit(NodeId to, NodeId from, int route, int channel, int bytes) implements Control {}
}
