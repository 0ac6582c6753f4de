package io.capstan.bench.seat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** Clients, a thread each, with so many requests under way at any time; for all systems the same. */
final class Load {
    private static final long ANSWER_SECONDS_MAX = 60;
    private static final long AFTER_FAILURE_NANOS = 1_000_000;

    private final int inFlight;
    private final long end;
    private final LongAdder failed = new LongAdder();
    private final List<Took> took = new ArrayList<>();

    /** One request. */
    interface Operation {
        CompletionStage<?> start() throws Exception;
    }

    private Load(int inFlight, long end) {
        this.inFlight = inFlight;
        this.end = end;
    }

    /**
     * Has {@code clients} run for so long, and make one request each at least, until the last request is answered.
     *
     * @return done, failed, nanoseconds, and of those that were done the median, the 99th percentile and the longest
     */
    static String run(int clients, int inFlight, long nanos, IntFunction<Operation> operations)
            throws InterruptedException {
        List<Operation> each = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            each.add(operations.apply(i));
        }
        long begin = System.nanoTime();
        Load load = new Load(inFlight, begin + nanos);
        List<Thread> threads = new ArrayList<>();
        for (Operation operation : each) {
            Took own = new Took();
            load.took.add(own);
            Thread thread = new Thread(() -> load.client(operation, own), "client-" + threads.size());
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long spent = System.nanoTime() - begin;
        long[] sorted = Took.sorted(load.took);
        return sorted.length + " " + load.failed.sum() + " " + spent + " " + Took.quantile(sorted, 0.5) + " "
                + Took.quantile(sorted, 0.99) + " " + Took.quantile(sorted, 1);
    }

    private void client(Operation operation, Took own) {
        try {
            if (inFlight == 1) {
                inTurn(operation, own);
            } else {
                pipelined(operation, own);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Allocation.threadEnds();
        }
    }

    private void inTurn(Operation operation, Took own) throws InterruptedException {
        long begin = System.nanoTime();
        do {
            try {
                operation.start().toCompletableFuture().get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
                own.add(System.nanoTime() - begin);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception refused) {
                failed(refused);
            }
            begin = System.nanoTime();
        } while (begin - end < 0);
    }

    private void pipelined(Operation operation, Took own) throws InterruptedException {
        Semaphore free = new Semaphore(inFlight);
        for (boolean first = true; ; first = false) {
            free.acquire();
            long begin = System.nanoTime();
            if (!first && begin - end >= 0) {
                free.release();
                break;
            }
            try {
                operation.start().whenComplete((answer, refused) -> {
                    if (refused == null) {
                        own.add(System.nanoTime() - begin);
                    } else {
                        failed.increment();
                    }
                    free.release();
                });
            } catch (Exception refused) {
                failed(refused);
                free.release();
            }
        }
        if (!free.tryAcquire(inFlight, ANSWER_SECONDS_MAX, TimeUnit.SECONDS)) {
            failed.add(inFlight - free.availablePermits());
        }
    }

    private void failed(Exception refused) {
        if (failed.sum() == 0) {
            refused.printStackTrace();
        }
        failed.increment();
        LockSupport.parkNanos(AFTER_FAILURE_NANOS);
    }
}
