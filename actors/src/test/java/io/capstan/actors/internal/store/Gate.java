package io.capstan.actors.internal.store;

import java.io.IOException;
import java.util.concurrent.Semaphore;

/** Lets flushes of the write-ahead files through one by one, or breaks them. */
final class Gate implements ModelDisk.Calls {
    final Semaphore flushes = new Semaphore(0);
    private volatile boolean open = true;
    private volatile boolean broken;

    /** From now on each flush needs a permit. */
    void close() {
        open = false;
    }

    void breakDown() {
        broken = true;
    }

    @Override
    public void before(String call) throws IOException {
        if (open || !call.startsWith("force")) {
            return;
        }
        flushes.acquireUninterruptibly();
        if (broken) {
            throw new IOException("Input/output error");
        }
    }
}
