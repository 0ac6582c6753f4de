package io.capstan.raft.lock.internal;

import io.capstan.actors.Node;
import io.capstan.actors.internal.StartsWithNode;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.lock.Locks;

/** A listed voter votes on locks from its start, whether or not its own program takes any. */
public final class LocksAtStart implements StartsWithNode {
    @Override
    public void start(Node node) {
        RaftSettings settings = RaftSettings.fromConfig(node.system().settings().config());
        if (settings.voters().contains(node.id().name())) {
            Locks.get(node);
        }
    }
}
