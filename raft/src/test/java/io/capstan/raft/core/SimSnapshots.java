package io.capstan.raft.core;

import io.capstan.testkit.sim.SimDisk;
import io.capstan.testkit.sim.SimNode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one simulated member: taken, read in pieces, received in pieces.
 *
 * <p>No two members write the same state down in the same bytes, so pieces of two of them do not make one.
 */
final class SimSnapshots {
    /** A snapshot of the state machine, as a record on the disk. */
    record SnapshotFile(long index, byte[] bytes) {}

    private static final int BYTES = 104;

    private final SimNode<Envelope> node;
    private final Consumer<Input> inputs;
    private final Runnable failed;
    private final TreeMap<Long, SnapshotFile> files = new TreeMap<>();
    private final ArrayDeque<Effect.StoreChunk> storing = new ArrayDeque<>();
    private @Nullable ByteBuffer receiving;
    private long receivingIndex;

    SimSnapshots(SimNode<Envelope> node, Consumer<Input> inputs, Runnable failed) {
        this.node = node;
        this.inputs = inputs;
        this.failed = failed;
        for (Object record : node.disk().records(Object.class)) {
            if (record instanceof SnapshotFile file) {
                files.put(file.index(), file);
            }
        }
    }

    long state(long index) {
        SnapshotFile file = files.get(index);
        if (file == null) {
            throw new IllegalStateException("no snapshot of " + index + " on the disk of " + node.name());
        }
        ByteBuffer bytes = ByteBuffer.wrap(file.bytes());
        long salt = bytes.getLong();
        long state = bytes.getLong() ^ salt;
        while (bytes.remaining() >= Long.BYTES) {
            if ((bytes.getLong() ^ salt) != state) {
                throw new IllegalStateException("a snapshot of pieces that do not belong together");
            }
        }
        return state;
    }

    void take(long index, long state) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        long salt = node.random().nextLong();
        bytes.putLong(salt);
        while (bytes.remaining() >= Long.BYTES) {
            bytes.putLong(state ^ salt);
        }
        write(new SnapshotFile(index, bytes.array()), () -> {
            // Others write it, and their news may come when a newer one has been installed (ra de94f929).
            int late = node.random().nextInt(4) == 0 ? node.random().nextInt(500) : 0;
            node.after(Duration.ofMillis(late), () -> {
                told(index);
                inputs.accept(new Input.SnapshotTaken(index));
            });
        });
    }

    /** The newest that the core was told of and the one before it can be read; older ones are gone. */
    private void told(long index) {
        Long before = files.lowerKey(index);
        if (before != null) {
            files.headMap(before, false).clear();
        }
    }

    void read(Effect.ReadSnapshot read) {
        SnapshotFile file = files.get(read.index());
        byte[] all = file == null ? new byte[0] : file.bytes();
        int from = (int) Math.min(read.offset(), all.length);
        int to = Math.min(all.length, from + read.bytesMax());
        boolean last = all.length > 0 && to == all.length;
        byte[] piece = Arrays.copyOfRange(all, from, to);
        node.after(
                Duration.ofNanos(1_000),
                () -> inputs.accept(new Input.SnapshotRead(read.to(), read.index(), read.offset(), piece, last)));
    }

    /**
     * Pieces are kept and answered one after the other, and now and then one takes a while. Now and then one is not kept,
     * and what there was of its snapshot goes with it.
     */
    void store(Effect.StoreChunk chunk) {
        storing.add(chunk);
        if (storing.size() == 1) {
            storeNext();
        }
    }

    private void storeNext() {
        Effect.StoreChunk chunk = storing.element();
        int slow = node.random().nextInt(4) == 0 ? 100_000_000 : 1_000_000;
        node.after(Duration.ofNanos(1 + node.random().nextInt(slow)), () -> keep(chunk));
    }

    private void keep(Effect.StoreChunk chunk) {
        ByteBuffer buffer = chunk.offset() == 0 ? ByteBuffer.allocate(BYTES) : receiving;
        receiving = node.random().nextInt(200) == 0 ? null : buffer;
        if (buffer == null || receiving == null) {
            kept(new Input.ChunkStored(chunk.snapshot(), 0, false));
            return;
        }
        if (chunk.offset() == 0) {
            receivingIndex = chunk.snapshot().index();
        }
        if (buffer.position() != chunk.offset()
                || receivingIndex != chunk.snapshot().index()) {
            throw new IllegalStateException("piece of " + chunk.snapshot().index() + " at " + chunk.offset() + " after "
                    + buffer.position() + " of " + receivingIndex);
        }
        buffer.put(chunk.bytes());
        if (!chunk.last()) {
            kept(new Input.ChunkStored(chunk.snapshot(), buffer.position(), false));
            return;
        }
        receiving = null;
        SnapshotFile file = new SnapshotFile(receivingIndex, buffer.array());
        write(file, () -> {
            told(file.index());
            kept(new Input.ChunkStored(chunk.snapshot(), BYTES, true));
        });
    }

    private void kept(Input.ChunkStored answer) {
        storing.remove();
        if (!storing.isEmpty()) {
            storeNext();
        }
        inputs.accept(answer);
    }

    private void write(SnapshotFile file, Runnable whenDurable) {
        node.disk().append(file, new SimDisk.Completion() {
            @Override
            public void durable() {
                files.put(file.index(), file);
                whenDurable.run();
            }

            @Override
            public void failed() {
                failed.run();
            }
        });
    }
}
