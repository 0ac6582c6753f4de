package io.capstan.actors.internal.store;

import io.capstan.actors.internal.store.Environment.OutOfSpace;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A store on a model of a disk, which stops at a chosen system call, and what must be found of it after that. */
final class Machine {
    static final long FILE_BYTES = 16 * 1024;
    static final Space SPACE = new Space("test");
    static final StoreSettings SETTINGS = NodeStoreTest.settings(
            "write-ahead-bytes = 16KiB, reserve-bytes = 4KiB, batch-bytes-max = 4KiB, full-retry = 1ms");

    static {
        // These machines fail by the thousand, and every failure is an error that the store logs.
        ((ch.qos.logback.classic.Logger) org.slf4j.LoggerFactory.getLogger("io.capstan.actors.internal.store"))
                .setLevel(ch.qos.logback.classic.Level.OFF);
    }

    /** Counts calls, and lets none happen from the chosen one on. */
    static final class Stopper implements ModelDisk.Calls {
        private final AtomicInteger made = new AtomicInteger();
        private final int stopAt;

        Stopper(int stopAt) {
            this.stopAt = stopAt;
        }

        @Override
        public void before(String call) throws IOException {
            if (made.incrementAndGet() > stopAt) {
                throw new IOException("the power is gone");
            }
        }

        int made() {
            return made.get();
        }
    }

    static final ModelDisk.Calls UNHINDERED = call -> {};

    final ModelDisk disk;
    final ModelEnvironment environment;
    /** What was acknowledged, and what was asked. */
    int acknowledged;

    int asked;

    private Machine(ModelDisk disk, ModelEnvironment environment) {
        this.disk = disk;
        this.environment = environment;
    }

    /** Does the history, write by write, until it is done or the machine stops. */
    static Machine run(List<List<Change>> history, ModelDisk.Calls calls) {
        return run(history, calls, 0);
    }

    /** The same on a disk with writes past the kernel's cache, in units of {@code page}. */
    static Machine run(List<List<Change>> history, ModelDisk.Calls calls, int page) {
        return run(new ModelDisk(calls, page), new ModelEnvironment(calls), history);
    }

    /** The same, on what an earlier one left. */
    static Machine run(ModelDisk disk, ModelEnvironment environment, List<List<Change>> history) {
        Machine machine = new Machine(disk, environment);
        machine.go(history);
        return machine;
    }

    private void go(List<List<Change>> history) {
        WriteAhead writeAhead;
        try {
            writeAhead = WriteAhead.open(disk, environment, FILE_BYTES, () -> 7);
        } catch (IOException | OutOfSpace | RuntimeException stopped) {
            return;
        }
        try (NodeStore store = new NodeStore(
                SETTINGS, environment, writeAhead, NodeStoreTest.NO_SNAPSHOTS, () -> {}, "capstan-store-test")) {
            for (List<Change> write : history) {
                asked++;
                if (!done(store, write)) {
                    return;
                }
                acknowledged++;
            }
        }
    }

    private static boolean done(NodeStore store, List<Change> write) {
        while (true) {
            try {
                Told told = new Told();
                store.write(write, told);
                return told.await().equals("durable");
            } catch (StoreFailure refused) {
                if (refused.kind() != StoreFailure.Kind.OVERLOADED && refused.kind() != StoreFailure.Kind.DISK_FULL) {
                    return false;
                }
                Thread.onSpinWait();
            }
        }
    }

    /** What is found after the power came back. */
    record Found(List<String> state, long losses, ModelEnvironment environment) {}

    /** Opens what a power cut left; null when it does not come up, as {@code calls} wills. */
    @Nullable
    Found afterPowerCut(ModelDisk.Calls calls, IntUnaryOperator choice) {
        return open(disk.afterPowerCut(calls, choice), environment.copy(calls));
    }

    static @Nullable Found open(ModelDisk disk, ModelEnvironment environment) {
        try (WriteAhead opened = WriteAhead.open(disk, environment, FILE_BYTES, () -> 8)) {
            return new Found(environment.state().print(), opened.losses(), environment);
        } catch (IOException | OutOfSpace | RuntimeException stopped) {
            if (stopped instanceof StoreFailure failure) {
                throw failure;
            }
            return null;
        }
    }

    /** The states after none, one, two … writes of the history. */
    static List<List<String>> states(List<List<Change>> history) {
        return states(new ModelEnvironment.State(), history);
    }

    static List<List<String>> states(ModelEnvironment.State state, List<List<Change>> history) {
        List<List<String>> states = new ArrayList<>();
        states.add(state.print());
        for (List<Change> write : history) {
            write.forEach(state::apply);
            states.add(state.print());
        }
        return states;
    }

    /** Writes of every kind and of many sizes, on few keys. */
    static List<List<Change>> history(Random random, int writes, int bytesMax) {
        List<List<Change>> history = new ArrayList<>();
        for (int i = 0; i < writes; i++) {
            List<Change> changes = new ArrayList<>();
            for (int j = random.nextInt(3); j >= 0; j--) {
                byte[] key = {(byte) (random.nextInt(8) * 32)};
                byte[] other = {(byte) (random.nextInt(8) * 32)};
                byte[] value = new byte[1 + random.nextInt(bytesMax)];
                random.nextBytes(value);
                changes.add(
                        switch (random.nextInt(6)) {
                            case 0 -> new Change.Delete(SPACE, key);
                            case 1 -> new Change.DeleteRange(SPACE, key, other);
                            default -> new Change.Put(SPACE, key, value);
                        });
            }
            // No two states are alike, of this history or of another.
            byte[] mark = new byte[8];
            random.nextBytes(mark);
            changes.add(new Change.Put(SPACE, new byte[] {1}, mark));
            history.add(changes);
        }
        return history;
    }
}
