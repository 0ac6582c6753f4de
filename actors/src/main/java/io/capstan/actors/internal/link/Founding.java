package io.capstan.actors.internal.link;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether a new cluster may be formed: only while the last call to each of those who might have one was answered by "I have
 * none". Who is silent may have one, and a second cluster beside the first is worse than to wait. Confined to the mesh's thread.
 */
final class Founding {
    private final Set<LinkAddress> asked;
    private final Set<LinkAddress> without = new HashSet<>();

    /** @param others everybody who might have a cluster; empty: this node forms none */
    Founding(Collection<LinkAddress> others) {
        asked = Set.copyOf(others);
    }

    /** This address is called anew: what was said there before counts no more. */
    void called(LinkAddress address) {
        without.remove(address);
    }

    /** Whoever is at this address has no cluster. Returns whether that holds for everybody now. */
    boolean hasNone(LinkAddress address) {
        return asked.contains(address) && without.add(address) && without.equals(asked);
    }
}
