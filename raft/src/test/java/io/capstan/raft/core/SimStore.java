package io.capstan.raft.core;

import io.capstan.actors.internal.store.Snapshots;
import io.capstan.actors.internal.store.Store;
import io.capstan.actors.internal.store.StoreFailure;
import io.capstan.testkit.sim.SimDisk;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The node's store on a simulated disk: every write is one record there, and the log of production writes them. */
final class SimStore implements Store {
    /**
     * One write.
     *
     * @param meaning what the core asked for, for the model of the log; null when it is a part of that only
     */
    record Write(List<Change> changes, @Nullable Effect meaning) {}

    private final SimDisk disk;
    private final Runnable whenFailed;
    private final NavigableMap<byte[], byte[]> accepted = new TreeMap<>(Arrays::compareUnsigned);
    private @Nullable Effect meaning;

    SimStore(SimDisk disk, Runnable whenFailed) {
        this.disk = disk;
        this.whenFailed = whenFailed;
        for (Object record : disk.records(Object.class)) {
            if (record instanceof Write write) {
                apply(write.changes());
            }
        }
    }

    /** Of the next write. */
    void means(Effect effect) {
        meaning = effect;
    }

    private void apply(List<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Change.Put put) {
                accepted.put(put.key(), put.value());
            } else if (change instanceof Change.Delete delete) {
                accepted.remove(delete.key());
            } else if (change instanceof Change.DeleteRange range
                    && Arrays.compareUnsigned(range.from(), range.to()) < 0) {
                accepted.subMap(range.from(), range.to()).clear();
            }
        }
    }

    @Override
    public void write(List<Change> changes, Completion completion) {
        apply(changes);
        Write write = new Write(changes, meaning);
        meaning = null;
        disk.append(write, new SimDisk.Completion() {
            @Override
            public void durable() {
                completion.durable();
            }

            @Override
            public void failed() {
                // As a watcher is told, whoever wrote and did not care.
                whenFailed.run();
                completion.failed(new StoreFailure(StoreFailure.Kind.FAILED, "the flush failed"));
            }
        });
    }

    @Override
    public void writeVital(List<Change> changes, Completion completion) {
        write(changes, completion);
    }

    @Override
    public long writeBytesMax() {
        return Long.MAX_VALUE;
    }

    @Override
    public Runnable watch(Watcher watcher) {
        return () -> {};
    }

    @Override
    public Snapshots snapshots() {
        throw new UnsupportedOperationException("simulated members keep their snapshots themselves");
    }

    @Override
    public long losses() {
        return 0;
    }

    @Override
    public byte @Nullable [] get(Space space, byte[] key) {
        return accepted.get(key);
    }

    @Override
    public void scan(Space space, byte[] from, byte[] to, Visitor visitor) {
        if (Arrays.compareUnsigned(from, to) >= 0) {
            return;
        }
        for (Map.Entry<byte[], byte[]> entry : accepted.subMap(from, to).entrySet()) {
            if (!visitor.visit(entry.getKey(), entry.getValue())) {
                return;
            }
        }
    }

    @Override
    public void close() {}
}
