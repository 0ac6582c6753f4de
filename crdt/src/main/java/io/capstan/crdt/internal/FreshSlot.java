package io.capstan.crdt.internal;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Slot;
import java.security.SecureRandom;

/** Draws the slot of one start of a node: 128 bits that nobody ever drew, so that no slot is used twice. */
public final class FreshSlot {
    private FreshSlot() {}

    /** A new slot of {@code owner}. */
    public static Slot of(NodeId owner) {
        SecureRandom random = new SecureRandom();
        return new Slot(random.nextLong(), random.nextLong(), owner);
    }
}
