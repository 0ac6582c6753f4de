package io.capstan.crdt.core;

import java.util.List;

/**
 * What two replicas of a table say to each other. All streams are asked for by their receiver.
 *
 * <p>A stream carries the rows of one slot in version order, gap-free, from one source. Its number is drawn by the
 * receiver and never used again, so that whatever comes late from an abandoned stream is recognised.
 */
public sealed interface Frame<K, V> {
    /**
     * A table begins to speak on this link. Needed because a node may start its table long after the link came to
     * stand, when all that was said to it before is lost; its slot tells one such start from another.
     *
     * @param answer tells the greeted one that this answers its own greeting
     */
    record Hello<K, V>(Slot table, boolean answer) implements Frame<K, V> {}

    /** What the sender holds: everything after the greeting, later what changed. */
    record Digest<K, V>(List<Have> haves) implements Frame<K, V> {}

    /**
     * Asks for the slot's rows above {@code after}, and for whatever follows, until {@link Unwant}.
     *
     * @param whole the stream is to begin with the whole slot: what the receiver holds is not to be trusted
     */
    record Want<K, V>(long stream, Slot slot, long after, boolean whole) implements Frame<K, V> {}

    /** Ends a stream, by its receiver. */
    record Unwant<K, V>(long stream) implements Frame<K, V> {}

    /** Ends a stream, by its source: the slot is not to be had here (any more). */
    record End<K, V>(long stream) implements Frame<K, V> {}

    /**
     * The next rows of a stream.
     *
     * @param after where the previous frame of the stream ended; 0 for a replacement's first
     * @param replace the stream starts over as the whole slot: what is not in it is gone
     * @param tail the source's own {@code known} when this frame reaches the source's tail, else 0
     * @param tailReached tells whether it does (a slot without any change has a tail at 0)
     * @param floor removals up to here are forgotten at the source
     * @param rows in rising version order, all above {@code after}
     */
    record Rows<K, V>(
            long stream, long after, boolean replace, boolean tailReached, long tail, long floor, List<Row<K, V>> rows)
            implements Frame<K, V> {
        /** Where this frame ends: the next one's {@code after}. */
        public long end() {
            return tailReached ? tail : rows.get(rows.size() - 1).version();
        }
    }

    /**
     * One {@link Rows} has been worked off.
     *
     * @param received where it ended
     * @param known what the receiver now holds and shows of the slot
     */
    record Ack<K, V>(long stream, long received, long known) implements Frame<K, V> {}

    /** How far is the receiver? Answered with this number. */
    record Ask<K, V>(long number) implements Frame<K, V> {}

    /**
     * How far the sender is, a part of it.
     *
     * @param last no more parts follow
     */
    record Answer<K, V>(long number, boolean last, List<Have> haves) implements Frame<K, V> {}

    /** What the sender's copies come to, some of them at a time. */
    record Check<K, V>(List<Mark> marks) implements Frame<K, V> {}

    /** One {@link Digest} or {@link Check} has been worked off: whoever is silent is not told more and more. */
    record Heard<K, V>() implements Frame<K, V> {}
}
