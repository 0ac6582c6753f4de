package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import io.capstan.actors.internal.store.Store.Visitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A disk whose flushes wait for permits, and which can be full or broken: what LMDB on a real disk does rarely. */
final class TestDisk implements Environment {
    final Semaphore flushes = new Semaphore(0);
    final List<Integer> commits = new ArrayList<>();
    private final Map<String, NavigableMap<byte[], byte[]>> committed = new HashMap<>();
    private volatile boolean full;
    private volatile boolean broken;
    private int refusals;

    void full(boolean now) {
        full = now;
    }

    void breakDown() {
        broken = true;
    }

    synchronized int refusals() {
        return refusals;
    }

    @Override
    public void commit(List<Change> changes) throws OutOfSpace {
        flushes.acquireUninterruptibly();
        if (broken) {
            throw new IllegalStateException("fdatasync: Input/output error");
        }
        synchronized (this) {
            if (full) {
                refusals++;
                flushes.release();
                throw new OutOfSpace("no space is left on the device");
            }
            commits.add(changes.size());
            for (Change change : changes) {
                NavigableMap<byte[], byte[]> space = space(change.space());
                if (change instanceof Change.Put put) {
                    space.put(put.key(), put.value());
                } else if (change instanceof Change.Delete delete) {
                    space.remove(delete.key());
                } else if (change instanceof Change.DeleteRange range
                        && Arrays.compareUnsigned(range.from(), range.to()) < 0) {
                    space.subMap(range.from(), range.to()).clear();
                }
            }
        }
    }

    private NavigableMap<byte[], byte[]> space(Space space) {
        return committed.computeIfAbsent(space.name(), name -> new TreeMap<>(Arrays::compareUnsigned));
    }

    @Override
    public Reading reading() {
        return new Reading() {
            private @Nullable Map<String, NavigableMap<byte[], byte[]>> state;

            @Override
            public void begin() {
                synchronized (TestDisk.this) {
                    state = new HashMap<>();
                    committed.forEach((name, space) -> {
                        TreeMap<byte[], byte[]> copy = new TreeMap<>(Arrays::compareUnsigned);
                        copy.putAll(space);
                        state.put(name, copy);
                    });
                }
            }

            private NavigableMap<byte[], byte[]> of(Space space) {
                if (state == null) {
                    throw new IllegalStateException("begin() comes first");
                }
                return state.getOrDefault(space.name(), new TreeMap<>(Arrays::compareUnsigned));
            }

            @Override
            public byte @Nullable [] get(Space space, byte[] key) {
                return of(space).get(key);
            }

            @Override
            public void scan(Space space, byte[] from, byte[] to, Visitor visitor) {
                if (Arrays.compareUnsigned(from, to) >= 0) {
                    return;
                }
                for (Map.Entry<byte[], byte[]> entry :
                        of(space).subMap(from, to).entrySet()) {
                    if (!visitor.visit(entry.getKey(), entry.getValue())) {
                        return;
                    }
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {}
}
