package io.capstan.raft.core;

/** The member's only source of chance: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), so that a seed says it all. */
final class Chance {
    private long state;

    Chance(long seed) {
        state = seed;
    }

    /** Evenly from {@code low} to {@code high}, both included; the bias of the remainder is far below one in a million. */
    int between(int low, int high) {
        return low + (int) Long.remainderUnsigned(next() >>> 1, high - low + 1L);
    }

    /** Evenly from all there are. */
    long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
