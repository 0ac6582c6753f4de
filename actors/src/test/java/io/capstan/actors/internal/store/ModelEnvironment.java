package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import io.capstan.actors.internal.store.StoreReader.Visitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What LMDB promises, in memory: transactions that are there wholly or not at all. It can be full. */
final class ModelEnvironment implements Environment {
    /** Keys by space; both in order. */
    static final class State extends TreeMap<String, NavigableMap<byte[], byte[]>> {
        private static final long serialVersionUID = 1;

        void apply(Change change) {
            NavigableMap<byte[], byte[]> space =
                    computeIfAbsent(change.space().name(), name -> new TreeMap<>(Arrays::compareUnsigned));
            if (change instanceof Change.Put put) {
                space.put(put.key(), put.value());
            } else if (change instanceof Change.Delete delete) {
                space.remove(delete.key());
            } else if (change instanceof Change.DeleteRange range
                    && Arrays.compareUnsigned(range.from(), range.to()) < 0) {
                space.subMap(range.from(), range.to()).clear();
            }
        }

        State copy() {
            State copy = new State();
            forEach((name, space) -> {
                NavigableMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
                entries.putAll(space);
                copy.put(name, entries);
            });
            return copy;
        }

        /** All entries but the store's own, readable and comparable. */
        List<String> print() {
            List<String> lines = new ArrayList<>();
            forEach((name, space) -> space.forEach((key, value) -> {
                if (!name.equals("store")) {
                    lines.add(name + " " + Arrays.toString(key) + " = " + Arrays.hashCode(value) + "/" + value.length);
                }
            }));
            return lines;
        }
    }

    private final ModelDisk.Calls calls;
    private State committed;
    private volatile boolean full;
    private int refusals;

    ModelEnvironment(ModelDisk.Calls calls) {
        this(calls, new State());
    }

    private ModelEnvironment(ModelDisk.Calls calls, State committed) {
        this.calls = calls;
        this.committed = committed;
    }

    synchronized ModelEnvironment copy(ModelDisk.Calls next) {
        return new ModelEnvironment(next, committed.copy());
    }

    synchronized State state() {
        return committed.copy();
    }

    void full(boolean now) {
        full = now;
    }

    synchronized int refusals() {
        return refusals;
    }

    @Override
    public void commit(List<Change> changes) throws OutOfSpace {
        before("commit");
        synchronized (this) {
            if (full) {
                refusals++;
                throw new OutOfSpace("no space is left on the device");
            }
            State next = committed.copy();
            changes.forEach(next::apply);
            committed = next;
        }
        before("committed");
    }

    private void before(String call) {
        try {
            calls.before(call);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public Reading reading() {
        return new Reading() {
            private @Nullable State state;

            @Override
            public void begin() {
                synchronized (ModelEnvironment.this) {
                    state = committed;
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
