package io.capstan.crdt.core;

import io.capstan.actors.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * How far every slot was known somewhere: what a replica has to reach to have seen all that was seen there.
 *
 * <p>As bytes: version 1, then to the end of them 16 bytes of slot, its owner, and how far, each slot once.
 *
 * @param known by slot, 1 or more
 */
public record Frontier(Map<Slot, Long> known) {
    private static final byte VERSION = 1;
    private static final int SLOT_BYTES = 16;
    private static final Codec<NodeId> NODE = Codec.nodeId();

    public Frontier {
        known = Map.copyOf(known);
    }

    /** Whether a replica that knows this much of each slot has reached it. */
    public boolean isReachedBy(Table<?, ?> table) {
        for (Map.Entry<Slot, Long> slot : known.entrySet()) {
            if (table.known(slot.getKey()) < slot.getValue()) {
                return false;
            }
        }
        return true;
    }

    /** The least that is at or beyond both. */
    public Frontier join(Frontier other) {
        Map<Slot, Long> joined = new HashMap<>(known);
        other.known.forEach((slot, version) -> joined.merge(slot, version, Math::max));
        return new Frontier(joined);
    }

    /** For {@link #read}. */
    public byte[] toBytes() {
        int bytes = 1;
        for (Slot slot : known.keySet()) {
            bytes += SLOT_BYTES + NODE.bytes(slot.owner()) + Varint.BYTES_MAX;
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).put(VERSION);
        known.keySet().stream().sorted().forEach(slot -> {
            NODE.write(slot.owner(), out.putLong(slot.high()).putLong(slot.low()));
            Varint.write(known.getOrDefault(slot, 0L), out);
        });
        return java.util.Arrays.copyOf(out.array(), out.position());
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws MalformedFrame when the bytes are none of these
     */
    public static Frontier read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Map<Slot, Long> known = new HashMap<>();
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new MalformedFrame("version " + version + " where " + VERSION + " is known");
            }
            while (in.hasRemaining()) {
                known.put(new Slot(in.getLong(), in.getLong(), NODE.read(in)), Varint.read(in));
            }
        } catch (BufferUnderflowException e) {
            throw new MalformedFrame("an end that comes too early");
        }
        return new Frontier(known);
    }
}
