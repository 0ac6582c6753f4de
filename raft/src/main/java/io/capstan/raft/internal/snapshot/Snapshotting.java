package io.capstan.raft.internal.snapshot;

import io.capstan.actors.internal.store.Snapshots;
import io.capstan.raft.StateMachine;
import io.capstan.raft.core.Effect;
import io.capstan.raft.core.Input;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One member's work with snapshots, each kind on a lane of its own: writing a long one holds up no transfer. Thread-safe;
 * what comes of a task is told on the lane's thread.
 */
public final class Snapshotting {
    private static final long SENDING_NANOS = Duration.ofSeconds(5).toNanos();

    private final Shelf shelf;
    private final Lane writing;
    private final Lane transfers;
    private final Sending sending;
    private final Receiving receiving;
    private volatile long lastSentNanos;
    private volatile Effect.@Nullable ReadSnapshot lastAsked;

    /**
     * The snapshots of {@code group}.
     *
     * @param pool its threads block on the disk
     */
    public Snapshotting(Snapshots files, String group, Executor pool) {
        shelf = new Shelf(files, group);
        writing = new Lane(pool);
        transfers = new Lane(pool);
        sending = new Sending(shelf);
        receiving = new Receiving(shelf);
        lastSentNanos = System.nanoTime() - SENDING_NANOS;
    }

    /** At a start: removes what a crash left; blocks. The log stands on the snapshot of {@code index}. */
    public void begin(long index) {
        shelf.keepOnly(index);
    }

    /** The snapshot of {@code index}, to be read and closed by the caller; null when there is none. Blocks. */
    public Snapshots.@Nullable Snapshot open(long index) {
        return shelf.open(index);
    }

    /** What came of taking one. */
    public interface Taken {
        void taken(long bytes);

        void failed(Throwable failure);
    }

    /** Writes a snapshot and makes it durable. */
    public void take(SnapshotContent.Head head, Iterable<byte[]> records, StateMachine.View view, Taken outcome) {
        writing.execute(() -> {
            long bytes;
            try {
                bytes = write(shelf.taken(head.index(), head.term()), head, records, view);
            } catch (Throwable failed) { // Whatever it is: whoever asked waits, and the next one waits for this one.
                outcome.failed(failed);
                return;
            }
            outcome.taken(bytes);
        });
    }

    private long write(SnapshotName name, SnapshotContent.Head head, Iterable<byte[]> records, StateMachine.View view)
            throws IOException {
        if (shelf.has(name)) {
            try (Snapshots.Snapshot there = shelf.open(head.index())) {
                return there == null ? 0 : there.bytes();
            }
        }
        try (Snapshots.Draft draft = shelf.create(name)) {
            SnapshotContent.write(draft, head, records, view);
            draft.seal();
            return draft.bytes();
        }
    }

    /**
     * Has the snapshot of {@code index} read, null if it is gone, on the lane on which snapshots are written.
     *
     * @param failed told instead, or when the reader throws: somebody waits for what comes of it
     */
    public void use(long index, Consumer<Snapshots.@Nullable Snapshot> reader, Consumer<RuntimeException> failed) {
        writing.execute(() -> {
            try (Snapshots.Snapshot file = shelf.open(index)) {
                reader.accept(file);
            } catch (RuntimeException unreadable) {
                failed.accept(unreadable);
            }
        });
    }

    /** Reads a piece for a follower. */
    public void read(Effect.ReadSnapshot asked, Consumer<Input> outcome) {
        // A follower that is away is offered the first piece again and again: that is no transfer under way.
        if (asked.offset() > 0 && !asked.equals(lastAsked)) {
            lastSentNanos = System.nanoTime();
        }
        lastAsked = asked;
        transfers.execute(() -> {
            Input read = sending.read(asked);
            if (read != null) {
                outcome.accept(read);
            }
        });
    }

    /** Whether a follower has got a piece a moment ago. */
    public boolean isSending() {
        return System.nanoTime() - lastSentNanos < SENDING_NANOS;
    }

    /** Keeps a piece from a leader. */
    public void store(Effect.StoreChunk chunk, Consumer<Input> outcome) {
        transfers.execute(() -> {
            Input.ChunkStored stored = new Input.ChunkStored(chunk.snapshot(), 0, false);
            try {
                stored = receiving.store(chunk);
            } finally {
                outcome.accept(stored); // Whatever happened: the core counts on one answer to each piece.
            }
        });
    }

    /** The log durably stands on the snapshot of {@code index}: older ones may go. */
    public void prune(long index) {
        transfers.execute(() -> {
            sending.prune(index, !isSending());
            shelf.prune(index);
        });
    }

    /** Ends it; what is being written is finished. */
    public void close() {
        transfers.execute(() -> {
            sending.close();
            receiving.close();
        });
    }
}
