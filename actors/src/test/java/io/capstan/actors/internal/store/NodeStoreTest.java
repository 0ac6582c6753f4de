package io.capstan.actors.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.typesafe.config.ConfigFactory;
import io.capstan.actors.Failure;
import io.capstan.actors.internal.store.Store.Change;
import io.capstan.actors.internal.store.Store.Space;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeStoreTest {
    private static final Space SPACE = new Space("test");

    static final Snapshots NO_SNAPSHOTS = new Snapshots() {
        @Override
        public Draft create(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable Snapshot open(String name) {
            return null;
        }

        @Override
        public List<String> list() {
            return List.of();
        }

        @Override
        public void delete(String name) {}
    };

    private final Gate gate = new Gate();
    private final ModelEnvironment environment = new ModelEnvironment(call -> {});
    private final NodeStore store = open(gate, environment);

    /** A store whose flushes need permits. */
    static NodeStore open(Gate gate, ModelEnvironment environment) {
        try {
            WriteAhead writeAhead = WriteAhead.open(new ModelDisk(gate), environment, Machine.FILE_BYTES, () -> 7);
            gate.close();
            return new NodeStore(
                    Machine.SETTINGS, environment, writeAhead, NO_SNAPSHOTS, () -> {}, "capstan-store-test");
        } catch (IOException | Environment.OutOfSpace never) {
            throw new AssertionError(never);
        }
    }

    static StoreSettings settings(String overrides) {
        return StoreSettings.fromConfig(ConfigFactory.parseString("capstan.actors.store {" + overrides + "}")
                .withFallback(ConfigFactory.load()));
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private Told put(String key, String value) {
        Told told = new Told();
        store.write(List.of(new Change.Put(SPACE, bytes(key), bytes(value))), told);
        return told;
    }

    @AfterEach
    void close() {
        environment.full(false);
        gate.flushes.release(100_000);
        store.close();
    }

    @Test
    void readsSeeAWriteThatIsNotDurableYet() {
        Told told = put("a", "1");

        assertThat(store.get(SPACE, bytes("a"))).isEqualTo(bytes("1"));
        assertThat(told.outcome).isNotDone();
    }

    @Test
    void whateverArrivesDuringAFlushGoesIntoTheNextOne() {
        Told first = put("first", "");
        await(() -> gate.flushes.hasQueuedThreads());
        List<Told> meanwhile = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            meanwhile.add(put("k" + i, ""));
        }
        gate.flushes.release(2);

        first.await();
        assertThat(meanwhile).allMatch(told -> told.await().equals("durable"));
        assertThat(store.figures().flushes()).isEqualTo(2);
        assertThat(store.figures().writes()).isEqualTo(21);
    }

    @Test
    void completionsComeInTheOrderOfTheWrites() {
        List<Integer> order = new ArrayList<>();
        Told last = new Told();
        for (int i = 0; i < 20; i++) {
            int number = i;
            store.write(List.of(new Change.Put(SPACE, bytes("k"), bytes("" + i))), new Store.Completion() {
                @Override
                public void durable() {
                    order.add(number);
                }

                @Override
                public void failed(StoreFailure failure) {}
            });
        }
        store.write(List.of(), last);
        gate.flushes.release(50);

        assertThat(last.await()).isEqualTo("durable");
        assertThat(order).isSorted().hasSize(20);
    }

    private static StoreFailure.Kind refusal(ThrowingCallable call) {
        return ((StoreFailure) catchThrowable(call)).kind();
    }

    /** Writes until the store refuses; returns what was accepted. */
    private List<Told> fill() {
        List<Told> accepted = new ArrayList<>();
        while (true) {
            try {
                accepted.add(put("k" + accepted.size() % 100, "x".repeat(400)));
            } catch (StoreFailure refused) {
                return accepted;
            }
        }
    }

    @Test
    void whenBothFilesAreFullWritesAreRefusedUntilOneIsEmptiedAndThenCalledBack() {
        Recorder recorder = new Recorder();
        store.watch(recorder);
        List<Told> accepted = fill();
        assertThat(refusal(() -> put("more", "x".repeat(400)))).isEqualTo(StoreFailure.Kind.OVERLOADED);
        assertThat(accepted.size()).as("of 512 bytes, in two files of 16 KiB").isBetween(40, 62);

        gate.flushes.release(100_000);

        assertThat(accepted).allMatch(told -> told.await().equals("durable"));
        await(() -> recorder.heard.contains("room"));
        assertThat(put("more", "x").await()).isEqualTo("durable");
        await(() -> store.figures().checkpoints() >= 1);
        assertThat(recorder.heard).doesNotContain("full");
    }

    @Test
    void onAFullDiskWhatWasAcceptedIsSafeOnlyVitalWritesAreTakenAndItHealsByItself() {
        Recorder recorder = new Recorder();
        store.watch(recorder);
        gate.flushes.release(100_000);
        environment.full(true);
        List<Told> accepted = fill();
        assertThat(accepted).allMatch(told -> told.await().equals("durable"));
        await(() -> environment.refusals() >= 2);

        assertThatThrownBy(() -> put("b", "2")).isInstanceOfSatisfying(StoreFailure.class, refused -> {
            assertThat(refused.kind()).isEqualTo(StoreFailure.Kind.DISK_FULL);
            assertThat(refused.next()).isEqualTo(Failure.Next.RETRY);
        });
        assertThat(recorder.heard).containsOnlyOnce("full").endsWith("full");
        for (int vote = 0; vote < 8; vote++) {
            Told told = new Told();
            store.writeVital(List.of(new Change.Put(SPACE, bytes("vote"), bytes("" + vote))), told);
            assertThat(told.await()).as("vote " + vote).isEqualTo("durable");
        }
        Recorder late = new Recorder();
        Runnable end = store.watch(late);
        await(() -> late.heard.equals(List.of("full")));
        end.run();

        environment.full(false);
        await(() -> recorder.heard.get(recorder.heard.size() - 1).equals("room"));
        assertThat(put("b", "2").await()).isEqualTo("durable");
        assertThat(store.get(SPACE, bytes("vote"))).isEqualTo(bytes("7"));
    }

    /** Where nothing is written in place, or by a quota: preallocation does not help there. */
    @Test
    void noRoomForAWriteInPlaceIsAFullDiskTooAndHealsByItself() {
        Recorder recorder = new Recorder();
        store.watch(recorder);
        gate.flushes.release(100_000);
        put("a", "1").await();
        gate.full(true);
        Told waiting = put("b", "2");
        await(() -> gate.refusals() >= 2);
        assertThat(refusal(() -> put("c", "3"))).isEqualTo(StoreFailure.Kind.DISK_FULL);
        assertThat(waiting.outcome).isNotDone();
        Told vote = new Told();
        store.writeVital(List.of(new Change.Put(SPACE, bytes("vote"), bytes("1"))), vote);

        gate.full(false);

        assertThat(waiting.await()).isEqualTo("durable");
        assertThat(vote.await()).isEqualTo("durable");
        await(() -> recorder.heard.equals(List.of("full", "room")));
        assertThat(put("c", "3").await()).isEqualTo("durable");
    }

    @Test
    void aStoreThatIsClosedWhileItHasNoRoomTellsWhoWaits() {
        gate.flushes.release(100_000);
        gate.full(true);
        Told waiting = put("a", "1");
        await(() -> gate.refusals() >= 1);

        store.close();

        assertThat(waiting.await()).isEqualTo("FAILED");
    }

    @Test
    void theReserveHasAnEndAndAVitalWriteIsSmall() {
        environment.full(true);
        fill();
        gate.flushes.release(100_000);
        List<Told> votes = new ArrayList<>();
        StoreFailure.Kind refused = null;
        while (refused == null) {
            Told told = new Told();
            refused = refusalOrNull(
                    () -> store.writeVital(List.of(new Change.Put(SPACE, bytes("vote"), bytes("x"))), told));
            if (refused == null) {
                votes.add(told);
                told.await();
            }
        }
        assertThat(refused).isIn(StoreFailure.Kind.DISK_FULL, StoreFailure.Kind.OVERLOADED);
        assertThat(votes).as("of 512 bytes, in 4 KiB").hasSizeGreaterThanOrEqualTo(8);
        assertThatThrownBy(() -> store.writeVital(
                        List.of(new Change.Put(SPACE, bytes("large"), new byte[Store.VITAL_BYTES_MAX])), new Told()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static StoreFailure.@Nullable Kind refusalOrNull(ThrowingCallable call) {
        return catchThrowable(call) instanceof StoreFailure failure ? failure.kind() : null;
    }

    /** What a watcher hears. */
    private static class Recorder implements Store.Watcher {
        final List<String> heard = new CopyOnWriteArrayList<>();

        @Override
        public void full(StoreFailure why) {
            heard.add("full");
        }

        @Override
        public void roomAgain() {
            heard.add("room");
        }

        @Override
        public void failed(StoreFailure why) {
            heard.add("failed");
        }
    }

    @Test
    void aWatcherIsCalledWithNoLockHeldAndOneThatThrowsHarmsNobody() {
        Recorder recorder = new Recorder();
        store.watch(new Recorder() {
            @Override
            public void full(StoreFailure why) {
                throw new IllegalStateException("a watcher's bug");
            }
        });
        store.watch(new Recorder() {
            @Override
            public void full(StoreFailure why) {
                // Another thread gets through the store meanwhile.
                CompletableFuture<Boolean> read = CompletableFuture.supplyAsync(() -> {
                    store.watch(new Recorder()).run();
                    return store.get(SPACE, bytes("k0")) != null;
                });
                if (read.completeOnTimeout(false, 10, TimeUnit.SECONDS).join()) {
                    recorder.full(why);
                }
            }
        });
        gate.flushes.release(100_000);
        environment.full(true);
        fill();
        await(() -> recorder.heard.contains("full"));
        environment.full(false);
        await(() -> store.figures().checkpoints() > 0);
    }

    @Test
    void whatIsOverwrittenOrRemovedBeforeACheckpointNeverReachesTheDatabase() {
        gate.flushes.release(100_000);
        for (int round = 0; store.figures().checkpoints() == 0; round++) {
            assertThat(round).isLessThan(10_000);
            refusalOrNull(() -> put("term", "x".repeat(300)));
            refusalOrNull(() -> put("entry", "y".repeat(300)).await());
            refusalOrNull(() ->
                    store.write(List.of(new Change.DeleteRange(SPACE, bytes("entry"), bytes("entrz"))), new Told()));
        }
        StoreFigures figures = store.figures();
        assertThat(figures.moved() / figures.checkpoints())
                .as("a range, one point, the store's record, of each checkpoint there was")
                .isLessThanOrEqualTo(4);
    }

    @Test
    void aListenerIsToldOfTheEnd() {
        Recorder recorder = new Recorder();
        store.watch(recorder);
        Told told = put("a", "1");
        gate.breakDown();
        gate.flushes.release(1);
        assertThat(told.await()).isEqualTo("FAILED");
        await(() -> recorder.heard.contains("failed"));
        Recorder late = new Recorder();
        store.watch(late);
        await(() -> late.heard.equals(List.of("failed")));
    }

    @Test
    void aFailedFlushIsFinal() {
        Told during = put("a", "1");
        await(() -> gate.flushes.hasQueuedThreads());
        Told waiting = put("b", "2");
        gate.breakDown();
        gate.flushes.release(1);

        assertThat(during.await()).isEqualTo("FAILED");
        assertThat(waiting.await()).isEqualTo("FAILED");
        assertThatThrownBy(() -> put("c", "3"))
                .isInstanceOfSatisfying(
                        StoreFailure.class, f -> assertThat(f.kind()).isEqualTo(StoreFailure.Kind.FAILED));
        assertThatThrownBy(() -> store.get(SPACE, bytes("a"))).isInstanceOf(StoreFailure.class);
        assertThat(store.figures().flushes()).isZero();
    }

    @Test
    void aWriteThatNoFileCouldTakeIsRefusedNamingTheKey() {
        assertThatThrownBy(() -> put("b", "x".repeat(20_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capstan.actors.store.write-ahead-bytes");
        gate.flushes.release(1);
        assertThat(put("b", "x".repeat((int) store.writeBytesMax() - 13)).await())
                .isEqualTo("durable");
    }

    @Test
    void keysOutsideTheLimitsAreRefusedBeforeTheyReachLmdb() {
        assertThatThrownBy(() -> put("", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> put("k".repeat(256), "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClosedStoreRefuses() {
        gate.flushes.release(10);
        store.close();
        store.close();

        assertThatThrownBy(() -> put("a", "1"))
                .isInstanceOfSatisfying(
                        StoreFailure.class, f -> assertThat(f.kind()).isEqualTo(StoreFailure.Kind.CLOSED));
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 20 s").isLessThan(end);
            LockSupport.parkNanos(100_000);
        }
    }
}
