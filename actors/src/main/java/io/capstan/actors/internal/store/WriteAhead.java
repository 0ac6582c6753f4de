package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Environment.OutOfSpace;
import io.capstan.actors.internal.store.Store.Change;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two write-ahead files of a store, and what LMDB knows of them. Used by the writer alone once it is open. */
final class WriteAhead implements AutoCloseable {
    static final int FILES = 2;
    static final String LMDB_LOST = "the write-ahead files hold writes, and LMDB's file knows of none";
    private static final Logger LOG = LoggerFactory.getLogger(WriteAhead.class);

    private final StoreRecord record;
    private final List<WriteAheadFile> files;
    private long next;
    private long tookNanos;

    private WriteAhead(StoreRecord record, List<WriteAheadFile> files) {
        this.record = record;
        this.files = files;
        next = record.first();
    }

    /**
     * Opens the files, making them when there are none, and moves all they hold into LMDB: from here on both are empty.
     *
     * @throws StoreFailure when they cannot be this store's
     * @throws OutOfSpace when LMDB has no room for what they hold
     */
    static WriteAhead open(Disk disk, Environment environment, long bytes, LongSupplier identities)
            throws IOException, OutOfSpace {
        StoreRecord record = StoreRecord.read(environment);
        boolean unclean = false;
        if (record == null) {
            record = begin(disk, environment, bytes, identities.getAsLong());
        } else {
            Recovered recovered = recover(disk, environment, record);
            record = recovered.record();
            unclean = recovered.unclean();
        }
        List<WriteAheadFile> files = new ArrayList<>();
        for (int number = 0; number < FILES; number++) {
            if (unclean || !usable(disk, number, bytes, record.identity())) {
                WriteAheadFile.make(disk, record.identity(), number, bytes, record.first() - 1);
            }
            files.add(new WriteAheadFile(disk.openThrough(WriteAheadFile.name(number)), record.identity(), number));
        }
        return new WriteAhead(record, files);
    }

    /** The files first, LMDB's record last: without it nothing was ever acknowledged from them. */
    private static StoreRecord begin(Disk disk, Environment environment, long bytes, long identity)
            throws IOException, OutOfSpace {
        if (everUsed(disk)) {
            throw new StoreFailure(
                    StoreFailure.Kind.DAMAGED,
                    LMDB_LOST + ": restore it from a copy of the directory, or use an empty one");
        }
        for (int number = 0; number < FILES; number++) {
            WriteAheadFile.make(disk, identity, number, bytes, WriteAheadFile.UNUSED);
        }
        StoreRecord record = new StoreRecord(identity, 1, 0);
        environment.commit(List.of(record.put()));
        return record;
    }

    /** Whether the files belong to a store that has a record, so that LMDB's must be there. */
    static boolean everUsed(Disk disk) throws IOException {
        boolean used = false;
        for (int number = 0; number < FILES; number++) {
            used |= everUsed(disk, number);
        }
        return used;
    }

    private static boolean everUsed(Disk disk, int number) throws IOException {
        ByteBuffer first = ByteBuffer.allocateDirect(Blocks.BYTES);
        try (Disk.Handle handle = openIfThere(disk, number)) {
            if (handle == null) {
                return false;
            }
            handle.read(first, Blocks.BYTES);
        }
        return !Blocks.zero(first, 0);
    }

    private record Recovered(StoreRecord record, boolean unclean) {}

    private static Recovered recover(Disk disk, Environment environment, StoreRecord record)
            throws IOException, OutOfSpace {
        try (Files files = new Files(disk)) {
            Recovery recovery = Recovery.read(files.handles, record.identity(), record.first());
            Overlay content = new Overlay();
            String loss = replay(recovery, content);
            if (loss != null) {
                LOG.error(
                        "acknowledged writes of this node's store are lost: {}; {} frames before it were recovered. Raft"
                                + " members of this node whose log is older do not start; forgotten (`capstan raft offline forget`) they"
                                + " join anew",
                        loss,
                        recovery.frames().size());
            }
            if (recovery.next() == record.first() && loss == null) {
                return new Recovered(record, recovery.unclean());
            }
            StoreRecord after =
                    new StoreRecord(record.identity(), recovery.next(), record.losses() + (loss == null ? 0 : 1));
            Checkpointer.moveNow(environment, content, after);
            return new Recovered(after, recovery.unclean() || loss != null);
        }
    }

    /** Fills {@code content}; returns what is lost, null when nothing is. */
    static @Nullable String replay(Recovery recovery, Overlay content) throws IOException {
        for (Recovery.Replay frame : recovery.frames()) {
            try {
                content.accept(frame.changes());
            } catch (IllegalArgumentException undecipherable) {
                return "frame " + frame.frame().sequence() + " holds " + undecipherable.getMessage();
            }
        }
        return recovery.loss();
    }

    private static boolean usable(Disk disk, int number, long bytes, long identity) throws IOException {
        ByteBuffer head = ByteBuffer.allocateDirect(Blocks.BYTES);
        try (Disk.Handle handle = openIfThere(disk, number)) {
            if (handle == null || handle.size() != bytes) {
                return false;
            }
            handle.read(head, 0);
        }
        return Blocks.headVersion(head) == Blocks.VERSION && Blocks.headStore(head) == identity;
    }

    static Disk.@Nullable Handle openIfThere(Disk disk, int number) throws IOException {
        String name = WriteAheadFile.name(number);
        return disk.exists(name) ? disk.open(name) : null;
    }

    /** The files as they are found, open for reading. */
    static final class Files implements AutoCloseable {
        final List<Disk.@Nullable Handle> handles = new ArrayList<>();

        Files(Disk disk) throws IOException {
            for (int number = 0; number < FILES; number++) {
                handles.add(openIfThere(disk, number));
            }
        }

        @Override
        public void close() {
            for (Disk.Handle handle : handles) {
                if (handle != null) {
                    handle.close();
                }
            }
        }
    }

    /** How often acknowledged writes were lost. */
    long losses() {
        return record.losses();
    }

    /** What is true once everything up to the last frame written is in LMDB. */
    StoreRecord recordHere() {
        return new StoreRecord(record.identity(), next, record.losses());
    }

    /**
     * Makes the changes durable as one frame; returns the block after it.
     *
     * @throws OutOfSpace when there was no room, though the file has its length: where the file system writes nothing in
     *     place (Btrfs, ZFS, a volume's snapshot), or by a quota. The same frame may be tried again: all of it is written
     *     anew, so that nothing counts which an earlier attempt has left in the kernel's cache, or not
     */
    long append(Segment segment, List<Change> changes, long bytes) throws IOException, OutOfSpace {
        SlowSyncEvent event = new SlowSyncEvent();
        event.begin();
        long begun = System.nanoTime();
        long end;
        try {
            end = files.get(segment.file()).append(segment.position(), next, changes, bytes);
        } catch (IOException | UncheckedIOException failed) {
            if (StoreFailure.isWantOfRoom(failed)) {
                throw new OutOfSpace(String.valueOf(failed.getMessage()));
            }
            throw failed;
        }
        next++;
        tookNanos = System.nanoTime() - begun;
        event.commit(bytes, segment.file());
        return end;
    }

    /** How long the last {@link #append} took. */
    long tookNanos() {
        return tookNanos;
    }

    @Override
    public void close() {
        files.forEach(WriteAheadFile::close);
    }
}
