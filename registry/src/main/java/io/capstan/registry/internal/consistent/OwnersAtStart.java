package io.capstan.registry.internal.consistent;

import io.capstan.actors.Node;
import io.capstan.actors.internal.StartsWithNode;
import io.capstan.registry.ConsistentNames;
import io.capstan.registry.internal.OwnersSettings;

/** A voter on the consistent names votes from its start, whether or not its own program uses any. */
public final class OwnersAtStart implements StartsWithNode {
    @Override
    public void start(Node node) {
        OwnersSettings settings =
                OwnersSettings.fromConfig(node.system().settings().config());
        if (settings.start() && !settings.voters().isEmpty()) {
            ConsistentNames.get(node);
        }
    }
}
