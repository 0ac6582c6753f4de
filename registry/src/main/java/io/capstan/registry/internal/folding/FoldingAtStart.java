package io.capstan.registry.internal.folding;

import io.capstan.actors.Node;
import io.capstan.actors.internal.StartsWithNode;
import io.capstan.registry.CounterFolding;

/** A member takes part from its start: nothing is folded behind its back, nor without it. */
public final class FoldingAtStart implements StartsWithNode {
    @Override
    public void start(Node node) {
        if (FoldingService.wanted(node.system().settings().config())) {
            CounterFolding.get(node);
        }
    }
}
