package io.capstan.registry.internal;

import io.capstan.actors.Node;
import io.capstan.actors.internal.StartsWithNode;
import io.capstan.registry.Names;
import io.capstan.registry.group.CreatedGroups;
import io.capstan.registry.group.Groups;

/** Every node answers for names and shows groups: a claim needs the word of every visible node. */
public final class RegistryAtStart implements StartsWithNode {
    @Override
    public void start(Node node) {
        Names.get(node);
        Groups.get(node);
        CreatedGroups.get(node);
    }
}
