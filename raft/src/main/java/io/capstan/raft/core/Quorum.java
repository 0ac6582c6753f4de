package io.capstan.raft.core;

import java.util.Arrays;

/** The one place that knows what a majority is; commit, rounds, leases and votes all ask here. */
final class Quorum {
    private Quorum() {}

    /** A majority of {@code voters}; of none it is 1, so that an empty configuration decides nothing. */
    static int size(int voters) {
        return voters / 2 + 1;
    }

    /**
     * The highest value that a majority has reached.
     *
     * @param reached one value per voter, sorted in place
     */
    static long reached(long[] reached) {
        // The caller's array is sorted here, not there: a lost sort was openraft#1802.
        Arrays.sort(reached);
        return reached.length == 0 ? 0 : reached[reached.length - size(reached.length)];
    }
}
