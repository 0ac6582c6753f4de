package io.capstan.bench.seat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.LongAdder;

/** How many bytes this JVM's threads have allocated, those of clients that have ended too. */
final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final LongAdder ENDED = new LongAdder();

    private Allocation() {}

    /** Keeps what this thread has allocated, as it ends. */
    static void threadEnds() {
        ENDED.add(THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()));
    }

    static long bytes() {
        long sum = ENDED.sum();
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }
}
