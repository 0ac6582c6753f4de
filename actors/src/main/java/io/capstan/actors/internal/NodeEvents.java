package io.capstan.actors.internal;

import io.capstan.actors.NodeEvent;
import io.capstan.actors.internal.link.MeshEvent;
import java.util.Optional;

/** What users are told of what happens on the links. */
final class NodeEvents {
    private NodeEvents() {}

    /** Empty for what is no user's business. */
    static Optional<NodeEvent> of(MeshEvent event) {
        if (event instanceof MeshEvent.Linked linked) {
            return Optional.of(new NodeEvent.NodeUp(linked.peer()));
        } else if (event instanceof MeshEvent.Unlinked unlinked) {
            return Optional.of(new NodeEvent.NodeDown(unlinked.peer(), unlinked.reason()));
        } else if (event instanceof MeshEvent.Visible visible) {
            return Optional.of(new NodeEvent.NodeVisible(visible.peer()));
        } else if (event instanceof MeshEvent.Hidden hidden) {
            return Optional.of(new NodeEvent.NodeHidden(hidden.peer()));
        } else if (event instanceof MeshEvent.Quarantined quarantined) {
            return Optional.of(new NodeEvent.NodeQuarantined(quarantined.peer(), quarantined.by()));
        }
        return Optional.empty();
    }
}
