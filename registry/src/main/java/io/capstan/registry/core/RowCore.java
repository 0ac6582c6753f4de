package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A state machine whose rows live in a replicated table: what a {@link Replica} tells it, and takes from it. */
interface RowCore<K, V, E> {
    /** Returns what is to be done since the last call, in order. */
    List<E> drain();

    /** A row of another node has changed; null: it is gone, or hidden with its node. */
    void changed(NodeId node, K key, @Nullable V before, @Nullable V after);

    /** Somebody alive can relay for {@code node}, or it is linked; may be told again. */
    default void visible(NodeId node) {}

    /** Nobody alive can relay for {@code node} any more; its rows have been told gone. */
    default void hidden(NodeId node) {}

    /** The rows of {@code node} are here as it had them since it came. */
    default void caughtUp(NodeId node) {}

    /** Time passes: milliseconds of any clock that never falls. */
    default void tick(long nowMillis) {}
}
