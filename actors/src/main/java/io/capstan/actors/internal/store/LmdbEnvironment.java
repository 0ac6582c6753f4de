package io.capstan.actors.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import io.capstan.actors.internal.store.StoreReader.Visitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.GetOp;
import org.lmdbjava.LmdbNativeException;
import org.lmdbjava.Txn;

/**
 * One LMDB environment, one database per key space.
 *
 * <p>Always fully synchronous: without MDB_NOSYNC nothing acknowledged is lost by a power cut, with MDB_NOMETASYNC the
 * last transaction may be, which would break a Raft vote.
 *
 * <p>Ranges are walked with raw cursors, that is, compared by LMDB's own memcmp: lmdbjava's key ranges compare signed
 * bytes unless told otherwise and end too early at 0x80.
 */
final class LmdbEnvironment<T> implements Environment {
    private static final int ENOSPC = 28;
    private static final int EDQUOT = 122;
    private static final int OWNER_ONLY = 0600;

    private final Buffers<T> buffers;
    private final Env<T> env;
    private final int spacesMax;
    private final long mapBytesMax;
    private final Map<String, Dbi<T>> spaces = new ConcurrentHashMap<>();
    // Readers hold the read lock while their transaction is open. Growing the map under an open read transaction is
    // not refused by LMDB or lmdbjava; it remaps the memory that the reader stands on.
    private final ReentrantReadWriteLock map = new ReentrantReadWriteLock();
    private long mapBytes;
    private boolean closed;

    /** @throws StoreFailure DAMAGED: LMDB itself would end the process over it, or worse, go on */
    static Environment open(Path folder, StoreSettings settings) {
        requireSound(folder);
        return openUnjudged(folder, settings);
    }

    private static void requireSound(Path folder) {
        String damage;
        try {
            damage = LmdbPages.judge(folder.resolve("data.mdb"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        if (damage != null) {
            throw new StoreFailure(
                    StoreFailure.Kind.DAMAGED,
                    "the database in " + folder + " is damaged (" + damage
                            + "): restore the node's directory from a copy, or use an empty one");
        }
    }

    /** For the test that shows what LMDB makes of damage. */
    static Environment openUnjudged(Path folder, StoreSettings settings) {
        return switch (settings.buffers()) {
            case AGRONA -> new LmdbEnvironment<>(folder, settings, new Buffers.Agrona());
            case BYTE_ARRAY -> new LmdbEnvironment<>(folder, settings, new Buffers.Arrays());
        };
    }

    private LmdbEnvironment(Path folder, StoreSettings settings, Buffers<T> buffers) {
        this.buffers = buffers;
        this.spacesMax = settings.spacesMax();
        this.mapBytesMax = settings.mapBytesMax();
        // MDB_NOTLS: a read belongs to its transaction, not to its thread, so that threads that come and go leave no
        // reader slots behind.
        env = Env.create(buffers.proxy())
                .setMapSize(settings.mapBytesInitial())
                .setMaxDbs(settings.spacesMax())
                .setMaxReaders(settings.readersMax())
                .open(folder.toFile(), OWNER_ONLY, EnvFlags.MDB_NOTLS);
        mapBytes = Math.max(settings.mapBytesInitial(), env.info().mapSize);
        // A reader that died with its process would keep pages from being used again, for ever.
        env.readerCheck();
        List<byte[]> names = env.getDbiNames();
        if (names.size() > spacesMax) {
            env.close();
            throw new StoreFailure(
                    StoreFailure.Kind.UNUSABLE_DIRECTORY,
                    "data directory " + folder.getParent() + " has " + names.size() + " key spaces, more than "
                            + StoreSettings.SPACES_MAX + " = " + spacesMax + ": raise it");
        }
        for (byte[] name : names) {
            spaces.put(new String(name, UTF_8), env.openDbi(name));
        }
    }

    @Override
    public void commit(List<Change> changes) throws OutOfSpace {
        while (true) {
            try {
                attempt(changes);
                return;
            } catch (Env.MapFullException full) {
                grow();
            } catch (LmdbNativeException refused) {
                // Also when it is the flush that says so, another attempt is sound: the pages of a transaction that
                // was given up belong to nobody, and the next one writes its own.
                if (refused.getResultCode() == ENOSPC || refused.getResultCode() == EDQUOT) {
                    throw new OutOfSpace("no space is left on the device");
                }
                throw refused;
            }
        }
    }

    /**
     * However many changes there are: LMDB uses the pages that removals empty again within the transaction, and writes
     * dirty ones out early when there are too many of them.
     */
    private void attempt(List<Change> changes) {
        changes.forEach(change -> openSpace(change.space()));
        try (Txn<T> txn = env.txnWrite()) {
            for (Change change : changes) {
                if (change instanceof Change.DeleteRange range) {
                    remove(txn, range);
                } else {
                    apply(txn, change);
                }
            }
            txn.commit();
        }
    }

    /** A handle opened in a transaction dies when that is aborted: a new space gets a transaction of its own. */
    private void openSpace(Space space) {
        if (spaces.containsKey(space.name())) {
            return;
        }
        if (spaces.size() == spacesMax) {
            throw new IllegalStateException(
                    "more than " + StoreSettings.SPACES_MAX + " = " + spacesMax + " key spaces");
        }
        // No read may be under way: to a read that began before it the new handle is an invalid argument.
        map.writeLock().lock();
        try {
            spaces.put(space.name(), env.openDbi(space.name(), DbiFlags.MDB_CREATE));
        } finally {
            map.writeLock().unlock();
        }
    }

    private void apply(Txn<T> txn, Change change) {
        if (change instanceof Change.Put put) {
            dbi(change).put(txn, buffers.key(put.key()), buffers.value(put.value()));
        } else if (change instanceof Change.Delete delete) {
            dbi(change).delete(txn, buffers.key(delete.key()));
        }
    }

    private void remove(Txn<T> txn, Change.DeleteRange range) {
        try (Cursor<T> cursor = dbi(range).openCursor(txn)) {
            boolean found = seek(cursor, range.from());
            while (found && Arrays.compareUnsigned(buffers.copy(cursor.key()), range.to()) < 0) {
                cursor.delete();
                // After a delete LMDB's "next" is the entry that moved to the cursor's place.
                found = cursor.next();
            }
        }
    }

    private Dbi<T> dbi(Change change) {
        Dbi<T> dbi = spaces.get(change.space().name());
        if (dbi == null) {
            throw new IllegalStateException("key space " + change.space().name() + " is not open");
        }
        return dbi;
    }

    private boolean seek(Cursor<T> cursor, byte[] from) {
        // LMDB has no empty keys; before the first key is the first key.
        return from.length == 0 ? cursor.first() : cursor.get(buffers.key(from), GetOp.MDB_SET_RANGE);
    }

    private void grow() throws OutOfSpace {
        if (mapBytes >= mapBytesMax) {
            throw new OutOfSpace("capstan.actors.store.map-bytes-max = " + mapBytesMax + " bytes are used up");
        }
        map.writeLock().lock();
        try {
            long grown = Math.min(mapBytes * 2, mapBytesMax);
            env.setMapSize(grown);
            mapBytes = grown;
        } finally {
            map.writeLock().unlock();
        }
    }

    @Override
    public Reading reading() {
        map.readLock().lock();
        if (closed) {
            map.readLock().unlock();
            // Touching a closed environment is a segmentation fault, not an exception.
            throw new StoreFailure(StoreFailure.Kind.CLOSED, "the node's store is closed");
        }
        return new LmdbReading();
    }

    @Override
    public void close() {
        map.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                env.close();
            }
        } finally {
            map.writeLock().unlock();
        }
    }

    private final class LmdbReading implements Reading {
        private @Nullable Txn<T> txn;

        @Override
        public void begin() {
            txn = env.txnRead();
        }

        @Override
        public byte @Nullable [] get(Space space, byte[] key) {
            Dbi<T> dbi = spaces.get(space.name());
            if (dbi == null) {
                return null;
            }
            T value = dbi.get(begun(), buffers.key(key));
            return value == null ? null : buffers.copy(value);
        }

        @Override
        public void scan(Space space, byte[] from, byte[] to, Visitor visitor) {
            Dbi<T> dbi = spaces.get(space.name());
            if (dbi == null) {
                return;
            }
            try (Cursor<T> cursor = dbi.openCursor(begun())) {
                boolean found = seek(cursor, from);
                while (found) {
                    byte[] key = buffers.copy(cursor.key());
                    if (Arrays.compareUnsigned(key, to) >= 0 || !visitor.visit(key, buffers.copy(cursor.val()))) {
                        return;
                    }
                    found = cursor.next();
                }
            }
        }

        private Txn<T> begun() {
            if (txn == null) {
                throw new IllegalStateException("begin() comes first");
            }
            return txn;
        }

        @Override
        public void close() {
            try {
                if (txn != null) {
                    txn.close();
                }
            } finally {
                map.readLock().unlock();
            }
        }
    }
}
