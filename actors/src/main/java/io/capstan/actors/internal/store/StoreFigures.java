package io.capstan.actors.internal.store;

/**
 * What a store did since it was opened.
 *
 * @param flushes of the write-ahead file
 * @param writes that went into them; by flushes, the batch size
 * @param bytes their weight
 * @param flushNanos how long they took together
 * @param checkpoints files moved into LMDB
 * @param moved changes that were left of them: the rest was overwritten or removed before
 */
public record StoreFigures(long flushes, long writes, long bytes, long flushNanos, long checkpoints, long moved) {
    static final StoreFigures NONE = new StoreFigures(0, 0, 0, 0, 0, 0);

    StoreFigures flushed(int some, long weight, long nanos) {
        return new StoreFigures(flushes + 1, writes + some, bytes + weight, flushNanos + nanos, checkpoints, moved);
    }

    StoreFigures moved(int changes) {
        return new StoreFigures(flushes, writes, bytes, flushNanos, checkpoints + 1, moved + changes);
    }
}
