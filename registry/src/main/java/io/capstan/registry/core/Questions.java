package io.capstan.registry.core;

import io.capstan.actors.NodeId;

/** What this node asks the others about its own claims. */
final class Questions {
    private final NamesView view;

    Questions(NamesView view) {
        this.view = view;
    }

    /** All who have not answered in this phase. */
    void missing(Round round) {
        for (NodeId node : view.visible) {
            if (!round.seen.contains(node)) {
                one(round, node);
            }
        }
    }

    /**
     * All who claim the name too and have answered, once more: their word may be of before a loss, or of before one did
     * not see the other for a while. Once every two know of each other who waits, the highest of all waits for none.
     */
    void rivals(Round round) {
        if (round.phase != Round.Phase.ANNOUNCING) {
            for (Claim rival : view.rivals(round.request.name())) {
                if (round.seen.contains(rival.node())) {
                    one(round, rival.node());
                }
            }
        }
    }

    void one(Round round, NodeId node) {
        view.send(node, new ClaimMessage.Ask(round.request.name(), round.row.claim(), round.ordered));
    }
}
