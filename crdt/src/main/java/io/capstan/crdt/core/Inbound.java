package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The stream from which one copy is fed at present, and what came on it since the last tail.
 *
 * <p>A row that moved to the tail leaves a hole, so rows that arrive before the tail may be a state the owner never
 * had: they are staged here, and nobody sees, relays or acknowledges them before the tail is reached.
 */
final class Inbound<K, V> {
    final NodeId source;
    /** The source's table: a later one of the same node may hold less. */
    final @Nullable Slot sourceTable;
    /** Drawn afresh whenever the stream is asked for. */
    long stream;
    /** False while the link to the source is gone; what is staged then waits for the same source. */
    boolean open;
    /** Where to resume, with this source only. */
    long received;
    /** What is staged is to become the whole slot. */
    boolean replace;
    /** The replacement is joined with what is held. */
    boolean joins;
    /** The latest of each key; as frugal as a copy, for it may be a whole one. */
    SlotRows<K, V> staged = nothing();

    Inbound(NodeId source, @Nullable Slot sourceTable, long known) {
        this.source = source;
        this.sourceTable = sourceTable;
        this.received = known;
    }

    boolean comesFrom(Peer<K, V> peer) {
        return source.equals(peer.id) && Objects.equals(sourceTable, peer.table);
    }

    void startOver() {
        staged = nothing();
        received = 0;
        replace = true;
    }

    void stage(Frame.Rows<K, V> frame) {
        frame.rows().forEach(staged::append);
        received = frame.end();
    }

    void committed() {
        staged = nothing();
        replace = false;
        joins = false;
    }

    private static <K, V> SlotRows<K, V> nothing() {
        return new SlotRows<>(RowMeasure.none(), UnaryOperator.identity());
    }
}
