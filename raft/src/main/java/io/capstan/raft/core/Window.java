package io.capstan.raft.core;

import java.util.Arrays;

/** The weight of the messages on their way to one follower: a ring of (last index, bytes), oldest first. */
final class Window {
    private long[] lasts = new long[16];
    private long[] weights = new long[16];
    private int first;
    private int size;
    private long bytes;

    long bytes() {
        return bytes;
    }

    void add(long last, long weight) {
        if (size == lasts.length) {
            grow();
        }
        int slot = (first + size) & (lasts.length - 1);
        lasts[slot] = last;
        weights[slot] = weight;
        size++;
        bytes += weight;
    }

    /** All messages that end at {@code index} or before have arrived. */
    void release(long index) {
        while (size > 0 && lasts[first] <= index) {
            bytes -= weights[first];
            first = (first + 1) & (lasts.length - 1);
            size--;
        }
    }

    void clear() {
        size = 0;
        bytes = 0;
    }

    private void grow() {
        int old = lasts.length;
        long[] grownLasts = Arrays.copyOf(lasts, old * 2);
        long[] grownWeights = Arrays.copyOf(weights, old * 2);
        for (int i = 0; i < size; i++) {
            grownLasts[i] = lasts[(first + i) & (old - 1)];
            grownWeights[i] = weights[(first + i) & (old - 1)];
        }
        lasts = grownLasts;
        weights = grownWeights;
        first = 0;
    }
}
