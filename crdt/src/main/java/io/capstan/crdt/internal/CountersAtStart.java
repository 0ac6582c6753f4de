package io.capstan.crdt.internal;

import io.capstan.actors.Node;
import io.capstan.actors.internal.StartsWithNode;
import io.capstan.crdt.Counters;

/** Every node holds and relays counters: what another counted must not die with it. */
public final class CountersAtStart implements StartsWithNode {
    @Override
    public void start(Node node) {
        Counters.get(node);
        Counters.durable(node);
    }
}
