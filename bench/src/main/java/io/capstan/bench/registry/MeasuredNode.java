package io.capstan.bench.registry;

import io.capstan.bench.seat.Orders;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/** A process of {@link RegistryMeasurement} on the Java virtual machine: each line is answered by one with the same word. */
abstract class MeasuredNode {
    static final int CLIENTS = 16;
    private static final int IN_FLIGHT = 2_000;
    private static final long LOOK = 500_000;

    /** Starts one operation of a client, told its number and that of the operation. */
    interface Operation {
        CompletionStage<?> start(int client, int number);
    }

    /** What is answered after the word. */
    abstract String obey(String[] words);

    final void listen() throws IOException {
        Orders.take(this::obey);
    }

    static String until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(LOOK);
        }
        return "";
    }

    /** How long the operations take one after the other: the median and the 99th percentile, in microseconds. */
    static String percentiles(int count, IntConsumer operation) {
        long[] took = new long[count];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            operation.accept(i);
            took[i] = System.nanoTime() - start;
        }
        Arrays.sort(took);
        return took[count / 2] / 1_000 + " " + took[count * 99 / 100] / 1_000;
    }

    /** How many a second 16 clients do, each one after the other. */
    static String rate(int count, Operation operation) {
        int each = Math.max(1, count / CLIENTS);
        long start = System.nanoTime();
        List<CompletableFuture<?>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            clients.add(inTurn(client, each, operation));
        }
        clients.forEach(CompletableFuture::join);
        return String.valueOf(1_000_000_000L * CLIENTS * each / Math.max(1, System.nanoTime() - start));
    }

    private static CompletableFuture<?> inTurn(int client, int left, Operation operation) {
        if (left == 0) {
            return CompletableFuture.completedFuture(null);
        }
        return operation
                .start(client, left)
                .thenCompose(done -> inTurn(client, left - 1, operation))
                .toCompletableFuture();
    }

    /** All of them, so many at a time. */
    static String many(int count, IntFunction<CompletionStage<?>> operation) {
        Deque<CompletableFuture<?>> window = new ArrayDeque<>();
        for (int i = 0; i < count; i++) {
            window.add(operation.apply(i).toCompletableFuture());
            if (window.size() == IN_FLIGHT) {
                window.remove().join();
            }
        }
        window.forEach(CompletableFuture::join);
        return "";
    }

    /** What the virtual machine can tell: bytes of the heap in use, milliseconds its compilers were at work. */
    static String machine(String[] words) {
        return switch (words[0]) {
            case "memory" -> {
                Runtime runtime = Runtime.getRuntime();
                for (int i = 0; i < 3; i++) {
                    System.gc();
                }
                yield String.valueOf(runtime.totalMemory() - runtime.freeMemory());
            }
            case "compiled" ->
                String.valueOf(ManagementFactory.getCompilationMXBean().getTotalCompilationTime());
            default -> throw new IllegalArgumentException(words[0]);
        };
    }
}
