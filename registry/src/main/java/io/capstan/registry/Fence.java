package io.capstan.registry;

import io.capstan.raft.lock.FencingToken;
import java.util.Optional;

/**
 * What the behaviour of a consistent name's owner knows of the message that it handles. For that behaviour only, and only
 * while it handles a message.
 */
public interface Fence {
    /**
     * In which epoch the message was taken: pass it on to whatever the owner changes, which refuses whoever comes with a
     * lower one than it has seen. Empty for a message that was sent without an epoch. Of a message that was stashed it is to
     * be kept with it: taken out of the stash, it is handled in the epoch of the message that is handled then.
     */
    Optional<FencingToken> epoch();
}
