package io.capstan.actors.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import io.capstan.testkit.process.ChildProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Another process that writes to a store without pause, and prints the number of each write that was acknowledged, until
 * something ends it. What each write does follows from its number, so that what is found afterwards can be judged.
 */
final class WorkloadProcess implements AutoCloseable {
    private static final Space SPACE = new Space("test");
    private static final byte[] LAST = {(byte) 0xf0};
    private static final int KEYS = 40;

    static final StoreSettings SETTINGS =
            NodeStoreTest.settings("write-ahead-bytes = 256KiB, reserve-bytes = 16KiB, full-retry = 20ms");

    private final ChildProcess process;
    private String ended = "";

    private WorkloadProcess(ChildProcess process) {
        this.process = process;
    }

    static WorkloadProcess start(Path directory, Map<String, String> environment) throws IOException {
        List<String> command = ChildProcess.command(
                directory, List.of("-XX:TieredStopAtLevel=1"), WorkloadProcess.class, directory.toString());
        return new WorkloadProcess(ChildProcess.start(directory, environment, command));
    }

    /** Reads on until so many writes more were acknowledged; returns the last, or earlier when the process ended. */
    long acknowledgeMore(long some) throws IOException {
        long last = -1;
        for (long i = 0; i < some; i++) {
            String line = process.line();
            while (line != null && !line.matches("[0-9]+|[A-Z_]+")) {
                // Of the log, which has the same output.
                line = process.line();
            }
            if (line == null || !Character.isDigit(line.charAt(0))) {
                ended = String.valueOf(line);
                return last;
            }
            last = Long.parseLong(line);
        }
        return last;
    }

    /** The first line that told no number. */
    String ended() {
        return ended;
    }

    /** Kills it with SIGKILL; returns the last write that it said was acknowledged, at least {@code known}. */
    long kill(long known) throws IOException {
        process.kill();
        return Math.max(known, acknowledgeMore(Long.MAX_VALUE));
    }

    @Override
    public void close() {
        process.close();
    }

    /** What write {@code number} does. */
    static List<Change> write(long number) {
        List<Change> changes = new ArrayList<>();
        byte[] value = new byte[(int) (8 + number * 37 % 900)];
        Arrays.fill(value, (byte) number);
        changes.add(new Change.Put(SPACE, new byte[] {(byte) (number % KEYS)}, value));
        if (number % 7 == 0) {
            int from = (int) (number / 7 % KEYS);
            changes.add(new Change.DeleteRange(SPACE, new byte[] {(byte) from}, new byte[] {(byte) (from + 5)}));
        }
        changes.add(new Change.Put(
                SPACE, LAST, ByteBuffer.allocate(8).putLong(number).array()));
        return changes;
    }

    /** Opens what the process left: the state after some write, {@code acknowledged} or later. Returns which. */
    static long judge(Path directory, long acknowledged) {
        try (NodeStore store = NodeStore.open(directory, "a", SETTINGS)) {
            assertThat(store.losses()).isZero();
            byte[] last = store.get(SPACE, LAST);
            long found = last == null ? -1 : ByteBuffer.wrap(last).getLong();
            assertThat(found).as("the last write found").isGreaterThanOrEqualTo(acknowledged);
            ModelEnvironment.State expected = new ModelEnvironment.State();
            // Older writes were all overwritten since.
            for (long number = Math.max(0, found - 40L * KEYS); number <= found; number++) {
                write(number).forEach(expected::apply);
            }
            ModelEnvironment.State there = new ModelEnvironment.State();
            store.scan(SPACE, new byte[0], new byte[] {(byte) 0xff}, (key, value) -> {
                there.apply(new Change.Put(SPACE, key, value));
                return true;
            });
            assertThat(there.print()).as("the state after write " + found).isEqualTo(expected.print());
            return found;
        }
    }

    /** Goes on where the directory's last write was. */
    public static void main(String[] arguments) throws InterruptedException {
        Semaphore inFlight = new Semaphore(64);
        NodeStore store = NodeStore.open(Path.of(arguments[0]), "a", SETTINGS);
        byte[] last = store.get(SPACE, LAST);
        for (long number = last == null ? 0 : ByteBuffer.wrap(last).getLong() + 1; ; number++) {
            inFlight.acquire();
            while (!accepted(store, number, inFlight)) {
                java.util.concurrent.locks.LockSupport.parkNanos(100_000);
            }
        }
    }

    private static boolean accepted(NodeStore store, long number, Semaphore inFlight) {
        try {
            store.write(write(number), new Store.Completion() {
                @Override
                public void durable() {
                    System.out.println(number);
                    System.out.flush();
                    inFlight.release();
                }

                @Override
                public void failed(StoreFailure failure) {
                    System.out.println(failure.kind());
                    System.out.flush();
                }
            });
            return true;
        } catch (StoreFailure refused) {
            if (refused.kind() == StoreFailure.Kind.DISK_FULL) {
                System.out.println(refused.kind());
                System.out.flush();
                java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
            } else if (refused.kind() != StoreFailure.Kind.OVERLOADED) {
                // A checkpoint may have failed while no write was under way that could say so.
                System.out.println(refused.kind());
                System.out.flush();
                System.exit(3);
            }
            return false;
        }
    }
}
