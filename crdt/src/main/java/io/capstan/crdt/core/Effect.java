package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a table asks of its shell, to be done in order. */
public sealed interface Effect<K, V> {
    /** Send over the direct link to {@code peer}, in order; may be lost only with the link. */
    record Send<K, V>(NodeId peer, Frame<K, V> frame) implements Effect<K, V> {}

    /**
     * What this replica shows of a key in a slot has changed; null stands for nothing. Own changes are told as well.
     */
    record Changed<K, V>(
            Slot slot, K key, @Nullable V before, @Nullable V after) implements Effect<K, V> {}

    /** The slot is shown as its owner had it at some moment since the owner was last seen to come. */
    record CaughtUp<K, V>(Slot slot) implements Effect<K, V> {}

    /**
     * To be on disk before anything else of this drain, or of a later one, is sent: then only what a crash cannot take
     * back leaves this node, acknowledgements included. All of it together, and in order. Of tables that {@linkplain
     * Table#keepOnDisk are kept on disk} only.
     *
     * @param known the slot on disk is then as it was after this change
     * @param whole nothing that was on disk of this slot is true any more; with {@code known} 0, it is to be gone from there
     * @param rows changed since the last time, in rising version order
     * @param gone versions whose rows on disk are replaced or forgotten
     */
    record Store<K, V>(Slot slot, long known, long floor, boolean whole, List<Row<K, V>> rows, List<Long> gone)
            implements Effect<K, V> {}

    /** {@code peer} now holds and shows every change of our own slot up to {@code known}. */
    record Acknowledged<K, V>(NodeId peer, long known) implements Effect<K, V> {}

    /** A part of {@code peer}'s answer to {@link Table#ask}. */
    record Answered<K, V>(NodeId peer, long number, boolean last, List<Have> haves) implements Effect<K, V> {}

    /** Our copy of the slot and {@code peer}'s differ, though both are at the same version; it is being mended. */
    record Diverged<K, V>(NodeId peer, Slot slot) implements Effect<K, V> {}

    /**
     * A slot was folded at {@code version}, and we hold more of it: what is beyond is on no other node, and counts nowhere.
     * Of {@link Slot#FOLDED}: it was begun anew, as no member had it any more, and we had it still.
     *
     * @param rows all that is held of it; of {@code FOLDED}, what is not in it now
     */
    record Excess<K, V>(Slot slot, long version, long known, List<Row<K, V>> rows) implements Effect<K, V> {}

    /** Something from {@code peer} was not taken; for the log. */
    record Refused<K, V>(NodeId peer, String reason) implements Effect<K, V> {}
}
