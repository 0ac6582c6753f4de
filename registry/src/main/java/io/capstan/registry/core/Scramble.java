package io.capstan.registry.core;

/** A bijection of 64 bits that looks random (the finalizer of SplitMix64, Steele, Lea and Flood 2014, figure 15). */
final class Scramble {
    private Scramble() {}

    static long of(long bits) {
        long z = bits * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Folds a string in; the same on every node and JVM. */
    static long of(long seed, String text) {
        long hash = seed;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return of(hash);
    }
}
