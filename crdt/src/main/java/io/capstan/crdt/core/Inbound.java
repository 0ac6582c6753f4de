package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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
    /** In version order. */
    final Map<K, Row<K, V>> staged = new LinkedHashMap<>();

    Inbound(NodeId source, @Nullable Slot sourceTable, long known) {
        this.source = source;
        this.sourceTable = sourceTable;
        this.received = known;
    }

    boolean comesFrom(Peer<K, V> peer) {
        return source.equals(peer.id) && Objects.equals(sourceTable, peer.table);
    }

    void startOver() {
        staged.clear();
        received = 0;
        replace = true;
    }

    void stage(Frame.Rows<K, V> frame) {
        for (Row<K, V> row : frame.rows()) {
            staged.remove(row.key()); // So that the map's order stays the order of versions.
            staged.put(row.key(), row);
        }
        received = frame.end();
    }

    void committed() {
        staged.clear();
        replace = false;
        joins = false;
    }
}
