package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A node's links to all others, for Capstan's own protocols (users' messages go through Pekko).
 *
 * <p>A peer is <em>linked</em> while a direct link to it stands, and <em>visible</em> while it is linked or some linked
 * peer says that it is linked to it. Frames to a peer that is visible but not linked take one hop through such a peer.
 *
 * <p>Between two nodes, frames of one channel arrive in the order sent. On a direct link none is lost but with the link,
 * which is told. Through a third node any may be lost when the way changes, and nobody is told: whoever counts on an
 * answer asks again.
 *
 * <p>Thread-safe. Receivers and listeners are called on the mesh's one thread: they hand over and return.
 */
public interface Mesh {
    /** Longest payload of one frame, in bytes. Whatever is longer is chunked by its protocol. */
    int PAYLOAD_BYTES_MAX = 64 * 1024;

    NodeId self();

    /** Whoever a direct link stands to, without ourselves. An immutable snapshot. */
    Set<NodeId> linked();

    /** Whoever is linked, or linked to someone who is linked to us; without ourselves. An immutable snapshot. */
    Set<NodeId> visible();

    /**
     * Serves {@code channel} on all links from now on. Frames of a channel that nobody serves are dropped.
     *
     * @throws IllegalStateException when the channel is served already
     */
    void serve(Channel channel, Receiver receiver);

    /** Ends {@link #serve}; does nothing when nobody serves the channel. */
    void withdraw(Channel channel);

    /**
     * Queues one frame, never blocking. The array must not be changed afterwards.
     *
     * @return false when nothing was queued, because {@code to} is not visible or its window for this channel is full;
     *     a {@link MeshEvent.Writable} follows once there is room again
     * @throws IllegalArgumentException when the payload is longer than {@link #PAYLOAD_BYTES_MAX}
     */
    boolean send(NodeId to, Channel channel, byte[] payload);

    /**
     * Tells {@code listener} first of every peer that is there now, then of every change, in order, without gaps.
     *
     * @return ends the subscription
     */
    Runnable subscribe(Consumer<MeshEvent> listener);

    /** Takes the frames of one channel. */
    interface Receiver {
        /**
         * Takes one frame.
         *
         * @param from whose frame it is, also when it came through a third node
         * @param payload the receiver's own from now on
         * @param consumed to be run once, from any thread, when the frame has been worked off: it gives the sender its
         *     window back, and whoever never runs it stops the channel
         */
        void onFrame(NodeId from, byte[] payload, Runnable consumed);
    }
}
