package io.capstan.actors.internal.link;

import io.capstan.actors.NodeId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What the mesh asks and tells its node. Called on the mesh's thread: it must not block. */
public interface Home {
    /** The cluster this node belongs to; null while it has joined none. */
    @Nullable
    ClusterId cluster();

    /** A node without a cluster has met one that has one. */
    void adopt(ClusterId cluster);

    /** Nobody of those who might have a cluster has one: this node forms it. */
    void found();

    /** Where this node's Pekko system is. */
    String artery();

    /** Whether that system is a member of Pekko's cluster now. */
    boolean member();

    /** Heard of a node, or of a newer incarnation of one, at its new address; if it was forgotten, it is no more. */
    void learned(Contact contact);

    /** Whether somebody had this run of a node, or a later one of its name, forgotten. */
    boolean forgot(NodeId id);

    /** This run of a node will not return, nor any before it: done when that is durable. */
    CompletionStage<Void> forget(NodeId id);

    /** A link to {@code neighbour} stands. */
    void greeted(Neighbour neighbour);

    /** Who is linked now; told once per heartbeat and after every change. */
    void review(List<Neighbour> linked);

    /**
     * A linked node, as Pekko knows it.
     *
     * @param artery where its Pekko system is
     * @param member whether that system is a member of Pekko's cluster, as far as it said
     */
    record Neighbour(NodeId id, String artery, boolean member) {}
}
