package io.capstan.actors.internal.store;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets flushes of the write-ahead files through one by one, or breaks them. */
final class Gate implements ModelDisk.Calls {
    final Semaphore flushes = new Semaphore(0);
    private volatile boolean open = true;
    private volatile boolean broken;
    private volatile boolean full;
    private final AtomicInteger refusals = new AtomicInteger();

    /** From now on each flush needs a permit. */
    void close() {
        open = false;
    }

    /** Whether writes find no room, though they are in place. */
    void full(boolean now) {
        full = now;
    }

    int refusals() {
        return refusals.get();
    }

    void breakDown() {
        broken = true;
    }

    @Override
    public void before(String call) throws IOException {
        if (full && call.startsWith("write ")) {
            refusals.incrementAndGet();
            throw new IOException("No space left on device");
        }
        if (open || !call.startsWith("force")) {
            return;
        }
        flushes.acquireUninterruptibly();
        if (broken) {
            throw new IOException("Input/output error");
        }
    }
}
